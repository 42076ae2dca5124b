import Base
package import CleanRoom
import DifferentialPrivacy
package import Foundation
package import Jobs
package import Logging
package import Metadata
package import ObjectStorage
import Warehouse

/// Fetches the files of an upload and makes them part of the data set.
package struct UploadJobHandler: JobHandler {
  private let store: MetadataStore
  private let rows: any DataSetStorage
  private let objects: any ObjectStorage
  private let fetcher: UploadFetcher
  private let traffic: ReadWriteLock
  private let countRounding: Int
  private let byteLimit: Int
  private let ledger: PrivacyLedger
  private let logger: Logger

  /// - Parameters:
  ///   - objects: The storage in whose staging area, on the local disk, files wait while they are processed.
  ///   - countRounding: Numbers of matched rows are told in multiples of it, and only if so many people matched.
  ///   - byteLimit: The bytes that an instance may store.
  ///   - ledger: The ledger of privacy budgets, for instances in noise mode.
  package init(
    store: MetadataStore, rows: any DataSetStorage, objects: any ObjectStorage, fetcher: UploadFetcher,
    traffic: ReadWriteLock, countRounding: Int, byteLimit: Int = .max,
    ledger: PrivacyLedger = PrivacyLedger(settings: NoiseSettings()), logger: Logger
  ) {
    self.store = store
    self.rows = rows
    self.objects = objects
    self.fetcher = fetcher
    self.traffic = traffic
    self.countRounding = countRounding
    self.byteLimit = byteLimit
    self.ledger = ledger
    self.logger = logger
  }

  package var kind: JobRecord.Kind { .upload }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .inProgress }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .submitted }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { upload in
      upload.status = .failed
      upload.message = UploadMessage.internalFailure
    }
  }

  /// An attempt no longer counts if its data set was deleted: then all of its output is removed.
  package func discard(_ job: JobRecord) async {
    do {
      guard let upload = try await store.read({ try $0.find(UploadRecord.self, id: job.subjectID) }),
        try await store.read({ try $0.dataSet(uid: upload.dataSetUID) }) == nil
      else { return }
      try await rows.deleteRows(ofDataSet: upload.dataSetUID, instanceID: upload.instanceID)
    } catch {
      logger.warning("Rows of a deleted data set were not removed.", metadata: ["error": "\(type(of: error))"])
    }
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    let (found, instance) = try await store.read { snapshot in
      (
        try snapshot.find(UploadRecord.self, id: job.subjectID),
        try snapshot.find(InstanceRecord.self, id: job.instanceID)
      )
    }
    guard let record = found, let instance, !record.status.isFinal else { return .nothing }
    guard let before = try await definition(of: record) else {
      return failure(of: record, UploadMessage.dataSetDeleted, code: "data_set_deleted")
    }
    do {
      // The area is removed with all of its content, however this ends.
      let area = try await objects.stage()
      defer { area.discard() }
      let upload = try Upload(record)
      let quota = try await InstanceQuota(objects: objects, byteLimit: byteLimit).rest(of: instance.id)
      let request = upload.request(
        for: try await fetcher.fetch(upload.order.source, for: instance, into: area, quota: quota))
      let metrics = try await traffic.shared(instance.id) {
        try await rows.load(request, into: before.schema, of: instance) {
          // The files must not bring back a deleted data set.
          guard try await definition(of: record) != nil else { throw DataSetGone() }
        }
      }
      return try await completion(of: record, instance, metrics, before, isRetry: job.attempt > 1)
    } catch is DataSetGone {
      return failure(of: record, UploadMessage.dataSetDeleted, code: "data_set_deleted")
    } catch let problem as UploadSourceProblem {
      return failure(of: record, problem.message, code: "upload_source_refused")
    } catch let refusal as LoadRefusal {
      return failure(of: record, refusal.description, code: "load_refused")
    } catch let error as EngineError {
      if error.code == .cancelled { throw CancellationError() }
      if error.hasEndedItsProcess, job.isRetriedAfterWorkerEnd { throw error }
      if error.isTransientFailure, job.isRetriedAfterTransientFailure { throw error }
      return failure(of: record, UploadMessage.engineFailure(error), code: error.stableCode)
    } catch let error as StorageError {
      if error.code == .cancelled { throw CancellationError() }
      // Trying again would not mend it.
      guard error.damage != nil else { throw error }
      logger.error("Damaged data.", metadata: ["error": "\(error.logDescription)", "upload": "\(record.id)"])
      return failure(of: record, error.about("the data set").description, code: error.stableCode)
    }
  }

  private struct DataSetGone: Error {}

  /// Completes an upload whose rows are stored. The data set, or columns of it, may have been deleted meanwhile.
  private func completion(
    of record: UploadRecord, _ instance: InstanceRecord, _ metrics: UploadMetrics, _ before: DataSetDefinition,
    isRetry: Bool
  ) async throws -> JobCompletion {
    guard let now = try await definition(of: record) else {
      try await rows.deleteRows(ofDataSet: record.dataSetUID, instanceID: record.instanceID)
      return failure(of: record, UploadMessage.dataSetDeleted, code: "data_set_deleted")
    }
    // The rows may be those of an earlier attempt, for which more columns existed.
    if now.deletedFieldIDs != before.deletedFieldIDs || (isRetry && !now.deletedFieldIDs.isEmpty) {
      try await rows.removeDeletedFields(of: now.schema, instanceID: record.instanceID)
    }
    return JobCompletion { transaction, time in
      let told = try told(metrics, of: record, instance, in: transaction, at: time)
      let text = String(decoding: try JSONEncoder().encode(told.metrics), as: UTF8.self)
      try update(record.id, in: transaction, at: time) { upload in
        upload.status = .success
        upload.message = told.message
        upload.metrics = text
      }
    }
  }

  /// The metrics that the client is told. In noise mode the number of matches has noise, and is charged in the
  /// transaction that tells it. When the budget is spent it is 0, and the message says so.
  private func told(
    _ metrics: UploadMetrics, of record: UploadRecord, _ instance: InstanceRecord, in transaction: WriteTransaction,
    at now: Date
  ) throws -> (metrics: UploadMetrics, message: String?) {
    guard let population = instance.privacy.population else {
      return (metrics.told(inStepsOf: countRounding), nil)
    }
    let question = NoiseQuestion(parts: ["matches of an upload", record.id], cost: ledger.settings.sizeLoss)
    let subject = PrivacyLedger.Subject(.upload, id: record.id, instanceID: instance.id)
    switch try ledger.use(question, of: population, for: subject, in: transaction, at: now) {
    case .refused(let refusal):
      return (metrics.told(with: nil, inStepsOf: countRounding), UploadMessage.matchesUntold(refusal))
    case .admitted(let seed):
      return (metrics.told(with: SizeNoise(seed: seed, loss: question.cost), inStepsOf: countRounding), nil)
    }
  }

  private func definition(of record: UploadRecord) async throws -> DataSetDefinition? {
    try await store.read { snapshot in
      try snapshot.dataSet(uid: record.dataSetUID).map { try DataSetDefinition(stored: $0.definition) }
    }
  }

  private func failure(of record: UploadRecord, _ message: String, code: String) -> JobCompletion {
    JobCompletion(failureCode: code) { transaction, now in
      try update(record.id, in: transaction, at: now) { upload in
        upload.status = .failed
        upload.message = message
      }
    }
  }

  /// Changes the upload unless it has ended.
  private func update(
    _ id: String, in transaction: WriteTransaction, at now: Date, _ change: (inout UploadRecord) -> Void
  ) throws {
    guard var upload = try transaction.find(UploadRecord.self, id: id), !upload.status.isFinal else { return }
    change(&upload)
    try transaction.update(&upload, at: now)
  }
}
