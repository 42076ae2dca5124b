@testable import AdvertiserData
import Foundation
import Logging
import Metadata
import ObjectStorage
@testable import Queries
import ServerTestSupport
import Testing
import Warehouse

@testable import CleanRoom
@testable import Jobs

/// The remains of interrupted jobs and deletions of data sets.
@Suite struct DataSetJobTests {
  private let room: Room
  private let rows: EngineDataSetStorage
  private let files: DataSetStore

  init() async throws {
    let room = try await Room()
    self.room = room
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: room.folder.file("spill")))
    files = DataSetStore(storage: room.objects, settings: settings)
    rows = EngineDataSetStorage(
      store: room.store, files: files, secrets: SignalStore(storage: room.objects), settings: settings)
  }

  private func service(_ rows: any DataSetStorage) -> DataSetService {
    DataSetService(store: room.store, rows: rows, clock: room.clock, identifiers: room.identifiers)
  }

  private var buckets: FolderBuckets { FolderBuckets(root: URL(filePath: room.folder.file("buckets"))) }

  /// A data set, an order of an upload to it, and the job that does it.
  private func upload() async throws -> (handler: UploadJobHandler, job: JobRecord, uid: String) {
    let instance = try await room.instance
    try await room.store.write { try $0.setBucket("amc-files", instanceID: instance.id) }
    try await buckets.make("amc-files", granting: .ofFolders)
    try Data("shop,city\none,Kiel\ntwo,Ulm\n".utf8).write(
      to: URL(filePath: room.folder.file("buckets/amc-files/in.csv")))
    let columns = ["shop", "city"].map { DataSetColumn(name: $0, dataType: .string) }
    try await service(rows).create(DataSetDraft(id: "shops", columns: columns), in: instance)
    let uploads = UploadService(
      store: room.store, clock: room.clock, identifiers: room.identifiers, wakeRunner: {})
    let order = Upload.Order(
      source: Upload.Source(bucket: "amc-files", selection: .file(key: "in.csv")), strategy: .additive,
      countryCode: nil, compression: .none, format: .csv(CSVShape()))
    let upload = try await uploads.create(order, dataSetID: "shops", in: instance)
    let job = try #require(
      try await room.store.read { try $0.unfinishedJob(kind: .upload, subjectID: upload.record.id) })
    let handler = UploadJobHandler(
      store: room.store, rows: rows, objects: room.objects,
      fetcher: UploadFetcher(buckets: buckets, account: .ofFolders, settings: CleanRoomSettings()),
      traffic: ReadWriteLock(), countRounding: 1, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return (handler, job, upload.record.dataSetUID)
  }

  private func rowCount(_ uid: String) async throws -> Int {
    try await files.manifest(of: "dataSets/\(uid)", instanceID: Fixtures.setup.instanceID).rowCount
  }

  /// Like a process that ended between storing the rows and the record: the second attempt adds nothing.
  @Test func repeatedUploadsTakeEffectOnce() async throws {
    let (handler, job, uid) = try await upload()
    _ = try await handler.compute(job)
    #expect(try await rowCount(uid) == 2)
    let second = try await handler.compute(job)
    #expect(try await rowCount(uid) == 2)
    let now = room.clock.now
    try await room.store.write { try second.apply($0, now) }
    let upload = try #require(try await room.store.read { try $0.find(UploadRecord.self, id: job.subjectID) })
    #expect(upload.status == .success)
    #expect(try Upload(upload).metrics?.outputRowCount == 2)
  }

  /// In noise mode the number of matches has noise, is charged when it is told, and is not told without a budget.
  @Test func matchesOfAnUploadAreChargedInNoiseMode() async throws {
    let (_, job, _) = try await upload()
    let record = try #require(try await room.store.read { try $0.find(UploadRecord.self, id: job.subjectID) })
    var instance = try await room.instance
    instance.privacy = .noise(population: "people")
    let changed = instance
    let now = room.clock.now
    try await room.store.write { try $0.update(changed) }
    func told(_ settings: NoiseSettings) async throws -> (record: UploadRecord, chargeCount: Int) {
      let ledger = PrivacyLedger(settings: settings)
      let handler = UploadJobHandler(
        store: room.store, rows: rows, objects: room.objects,
        fetcher: UploadFetcher(buckets: buckets, account: .ofFolders, settings: CleanRoomSettings()),
        traffic: ReadWriteLock(), countRounding: 1, ledger: ledger,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await room.store.write { try $0.update(record) }
      let completion = try await handler.compute(job)
      return try await room.store.write { transaction in
        try completion.apply(transaction, now)
        return (
          try #require(try transaction.find(UploadRecord.self, id: job.subjectID)),
          try ledger.charges(of: "people", in: transaction, at: now).count
        )
      }
    }
    var spent = NoiseSettings()
    spent.populationEpsilon = 0.01
    let untold = try await told(spent)
    #expect(untold.record.status == .success)
    #expect(untold.record.message?.hasPrefix("privacy_budget_spent: ") == true)
    #expect(try Upload(untold.record).metrics?.matchedRowCount == 0)
    #expect(untold.chargeCount == 0)
    let charged = try await told(NoiseSettings())
    #expect(charged.record.message == nil)
    #expect(charged.chargeCount == 1)
    #expect(try Upload(charged.record).metrics?.outputRowCount == 2)
  }

  /// A data set that is gone does not come back by an upload that began before.
  @Test func uploadsToADeletedDataSetLeaveNothing() async throws {
    let (handler, job, uid) = try await upload()
    _ = try await handler.compute(job)
    try await service(rows).delete(id: "shops", instanceID: Fixtures.setup.instanceID)
    #expect(try await rowCount(uid) == 0)
    let second = try await handler.compute(job)
    let now = room.clock.now
    try await room.store.write { try second.apply($0, now) }
    #expect(try await room.store.read { try $0.find(UploadRecord.self, id: job.subjectID) }?.status == .failed)
    let keys = try await room.objectKeys()
    #expect(!keys.contains { $0.contains("dataSets/") }, "\(keys)")
  }

  /// The record goes first; what is left of the files goes with the next start.
  @Test func interruptedDeletionsAreFinished() async throws {
    let (handler, job, uid) = try await upload()
    _ = try await handler.compute(job)
    await #expect(throws: NoDataSetStorage.Missing.self) {
      try await service(NoDataSetStorage()).delete(id: "shops", instanceID: Fixtures.setup.instanceID)
    }
    #expect(try await room.store.read { try $0.dataSet(uid: uid) } == nil)
    #expect(try await rowCount(uid) == 2)
    try await service(rows).finishRemovals()
    #expect(try await rowCount(uid) == 0)
    #expect(try await room.store.read { try $0.removals() }.isEmpty)
  }

  @Test func valuesOfDeletedColumnsAreRemoved() async throws {
    let (handler, job, _) = try await upload()
    _ = try await handler.compute(job)
    let service = service(rows)
    let dataSet = try await service.delete(column: "city", of: "shops", instanceID: Fixtures.setup.instanceID)
    #expect(dataSet.definition.schema.columns.map(\.name) == ["shop"])
    for key in try await room.objectKeys() where key.hasSuffix(".parquet") {
      let bytes = try await room.objects.get(ObjectKey(key))
      // Short texts stand as they are in the file's statistics and dictionaries.
      #expect(bytes.range(of: Data("Kiel".utf8)) == nil)
      #expect(bytes.range(of: Data("one".utf8)) != nil)
    }
  }

  @Test func theNumberOfDataSetsIsLimited() async throws {
    let id = Fixtures.setup.instanceID
    try await room.store.write { transaction in
      for number in 0..<DataSetRules.dataSetCountLimit {
        try transaction.insert(
          DataSetRecord(
            instanceID: id, id: "set_\(number)", uid: "\(number)", isLegacy: true, definition: "{}",
            createdAt: Fixtures.now))
      }
    }
    let columns = [DataSetColumn(name: "shop", dataType: .string)]
    let instance = try await room.instance
    await #expect(throws: CleanRoomError.tooManyDataSets(limit: DataSetRules.dataSetCountLimit)) {
      try await service(rows).create(DataSetDraft(id: "one_more", columns: columns), in: instance)
    }
  }

  /// A column that goes while an attempt is interrupted takes its values along, whichever attempt brought them.
  @Test func retriesLeaveNothingOfDeletedColumns() async throws {
    var (handler, job, uid) = try await upload()
    _ = try await handler.compute(job)
    let id = Fixtures.setup.instanceID
    // Like a process that ended before the files were removed.
    let silent = service(FakeDataSetStorage())
    _ = try await silent.delete(column: "city", of: "shops", instanceID: id)
    job.attempt = 2
    _ = try await handler.compute(job)
    #expect(try await rowCount(uid) == 2)
    for key in try await room.objectKeys() where key.hasSuffix(".parquet") {
      #expect(try await room.objects.get(ObjectKey(key)).range(of: Data("Kiel".utf8)) == nil)
    }
  }

  @Test func cataloguesKnowLegacyDataSets() async throws {
    let id = Fixtures.setup.instanceID
    try await service(rows).registerLegacy(["old_visits"], instanceID: id)
    let catalogues = RecordedCatalogues(store: room.store)
    #expect(try await catalogues.catalogue(for: id).isLegacyDataSet("OLD_VISITS"))
    try await service(rows).delete(id: "old_visits", instanceID: id)
    #expect(try await !catalogues.catalogue(for: id).isLegacyDataSet("old_visits"))
  }
}
