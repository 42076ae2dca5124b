import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport

@testable import Backup
@testable import Warehouse

/// A server's data: a store, signals of an instance, and a folder with a customer's bucket.
struct BackupServer {
  let folder = TestFolder()
  let store: MetadataStore
  let objects: any ObjectStorage
  let storePath: String
  let signals: SignalStore
  private let owner: AnyTestStorage

  init(on kind: StorageKind = .folder) async throws {
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    storePath = folder.url.appending(path: "metadata.sqlite").path(percentEncoded: false)
    store = try MetadataStore(path: storePath)
    owner = try await AnyTestStorage(kind)
    objects = RememberingStorage(base: owner.storage, ledger: RecordedGenerations(store: store))
    signals = SignalStore(storage: objects)
    try await InstanceService(store: store).create(Fixtures.setup, at: Fixtures.now)
    try await StorePairing(store: store, objects: objects).confirm()
    try await load("clicks", "first rows")
    _ = try await signals.userKeySecret(instanceID: Self.instanceID)
    let bucket = folder.url.appending(path: "buckets/amc-results")
    try FileManager.default.createDirectory(at: bucket, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: bucket.appending(path: "policy.json"))
    try await store.write { transaction in
      try transaction.audit(
        .updateInstance, of: Self.instanceID, accountID: nil, by: .operatorAtMachine, at: Fixtures.now)
    }
  }

  static let instanceID = Fixtures.setup.instanceID

  /// Adds a file to a table. Nothing here reads rows, so that any bytes do.
  func load(_ table: String, _ content: String, day: Int = 20_454) async throws {
    let file = try await objects.stage().file("part.parquet")
    try await file.write(Data(content.utf8))
    try await signals.publish(
      [StagedPart(file: file, day: day, rowCount: 1)], to: table, instanceID: Self.instanceID, mode: .append)
  }

  func work(
    to repository: BackupRepository, objects: (any ObjectStorage)? = nil
  ) -> BackupWork {
    BackupWork(
      BackupWork.Server(
        store: store, storePath: storePath, objects: objects ?? self.objects, folder: folder.url), to: repository)
  }

  /// Everything in the storage by its key.
  static func content(of storage: any ObjectStorage) async throws -> [String: Data] {
    var content: [String: Data] = [:]
    for root in StoredFolder.roots {
      for object in try await storage.list(under: try ObjectKey(root)) {
        content[object.key.value] = try await storage.get(object.key)
      }
    }
    content[StorePairing.objectName] = try await storage.get(try ObjectKey(StorePairing.objectName))
    return content
  }

  var inspection: Inspection { Inspection(store: store, objects: objects) }
}

/// An empty place to restore to.
struct RestoredServer {
  let folder = TestFolder()
  let objects: any ObjectStorage
  private let owner: AnyTestStorage

  init(on kind: StorageKind = .folder) async throws {
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    owner = try await AnyTestStorage(kind)
    objects = owner.storage
  }

  var storePath: String { folder.url.appending(path: "metadata.sqlite").path(percentEncoded: false) }
  var hasStore: Bool { FileManager.default.fileExists(atPath: storePath) }

  func work(from repository: BackupRepository, objects: (any ObjectStorage)? = nil) -> RestoreWork {
    RestoreWork(
      from: repository,
      to: RestoreWork.Target(folder: folder.url, storePath: storePath, objects: objects ?? self.objects))
  }

  /// The findings of `adyton verify` in it.
  func inspect() async throws -> InspectionReport {
    let store = try MetadataStore(path: storePath)
    let objects = RememberingStorage(base: self.objects, ledger: RecordedGenerations(store: store))
    try await StorePairing(store: store, objects: objects).confirm()
    return try await Inspection(store: store, objects: objects).run()
  }
}

/// A storage with a ledger.
struct RememberingStorage: ForwardingStorage {
  let base: any ObjectStorage
  let ledger: (any ObjectLedger)?
}

/// A place for backups.
struct TestRepository {
  let repository: BackupRepository
  let storage: any ObjectStorage
  private let owner: AnyTestStorage

  init(on kind: StorageKind = .folder) async throws {
    owner = try await AnyTestStorage(kind)
    storage = owner.storage
    repository = BackupRepository(owner.storage)
  }
}
