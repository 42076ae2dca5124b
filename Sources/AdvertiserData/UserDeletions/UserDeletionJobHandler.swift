import CleanRoom
package import Foundation
package import Jobs
package import Metadata
package import ObjectStorage
import Warehouse

/// Removes people from all data sets and audience logs of an instance.
package struct UserDeletionJobHandler: JobHandler {
  private let store: MetadataStore
  private let rows: any DataSetStorage
  private let objects: any ObjectStorage
  private let traffic: ReadWriteLock

  package init(
    store: MetadataStore, rows: any DataSetStorage, objects: any ObjectStorage, traffic: ReadWriteLock
  ) {
    self.store = store
    self.rows = rows
    self.objects = objects
    self.traffic = traffic
  }

  package var kind: JobRecord.Kind { .userDeletion }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try end(job.subjectID, .failed, in: transaction, at: now)
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    let (found, instance) = try await store.read { snapshot in
      (
        try snapshot.find(UserDeletionRecord.self, id: job.subjectID),
        try snapshot.find(InstanceRecord.self, id: job.instanceID)
      )
    }
    guard let record = found, let instance, record.status == .pending else { return .nothing }
    let key = try UserDeletionService.peopleKey(of: record)
    // A missing object means that an earlier attempt has finished, and only the record is left to write.
    if let people = try await people(at: key) {
      // Running uploads have resolved people already, so their rows are waited for.
      try await traffic.exclusive(instance.id) {
        try await rows.remove(people, from: try await layouts(of: instance), of: instance)
      }
      try await objects.delete(key)
    }
    return JobCompletion { transaction, now in
      try end(record.id, .succeeded, in: transaction, at: now)
      try noteDeletion(for: instance.id, in: transaction)
    }
  }

  /// Makes the audiences due that read data from which people were deleted: these people leave them with the next run.
  ///
  /// The data of a query are recognised by the names in its text, so none is missed. A query that only seems to name
  /// them is refreshed as well.
  private func noteDeletion(for instanceID: String, in transaction: WriteTransaction) throws {
    let dataSets = try transaction.dataSets(
      instanceID: instanceID, afterSequence: 0, limit: DataSetRules.dataSetCountLimit)
    let names = dataSets.map { $0.id.lowercased() } + AudienceDataSources.nameParts
    try transaction.noteUserDeletion(instanceID: instanceID) { query in
      let query = query.lowercased()
      return names.contains { query.contains($0) }
    }
  }

  private func people(at key: ObjectKey) async throws -> [PersonIdentity]? {
    do {
      return try JSONDecoder().decode([PersonIdentity].self, from: try await objects.get(key))
    } catch let error as StorageError where error.code == .notFound {
      return nil
    }
  }

  private func layouts(of instance: InstanceRecord) async throws -> [RowLayout] {
    try await store.read { snapshot in
      let dataSets = try snapshot.dataSets(
        instanceID: instance.id, afterSequence: 0, limit: DataSetRules.dataSetCountLimit
      ).map { try DataSetDefinition(stored: $0.definition).schema.layout }
      return try dataSets.filter { $0.userField != nil }
        + AudienceDataSources.layouts(instanceID: instance.id, in: snapshot)
    }
  }

  private func end(
    _ id: String, _ status: UserDeletionRecord.Status, in transaction: WriteTransaction, at now: Date
  ) throws {
    guard var record = try transaction.find(UserDeletionRecord.self, id: id), record.status == .pending else { return }
    record.status = status
    try transaction.update(&record, at: now)
  }
}
