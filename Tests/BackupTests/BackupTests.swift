import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport
import Synchronization
import Testing

@testable import Backup
@testable import Warehouse

/// Backups of a server that goes on meanwhile.
@Suite struct BackupTests {
  @Test(arguments: StorageKind.allCases, StorageKind.allCases)
  func aBackupRestoresEverything(_ kind: StorageKind, _ destination: StorageKind) async throws {
    let server = try await BackupServer(on: kind)
    let place = try await TestRepository(on: destination)
    let summary = try await server.work(to: place.repository).run(keeping: 3)
    #expect(summary.manifest.damaged.isEmpty)
    // A manifest, a file and a secret, the mark of the pairing, and a policy beside them.
    #expect(summary.manifest.objects.count == 4)
    #expect(summary.manifest.files.map(\.name) == ["buckets/amc-results/policy.json"])

    let restored = try await RestoredServer(on: kind)
    let backup = try await place.repository.backup(id: nil)
    _ = try await restored.work(from: place.repository).run(backup)
    #expect(
      try await BackupServer.content(of: restored.objects) == BackupServer.content(of: server.objects))
    let policy = restored.folder.url.appending(path: "buckets/amc-results/policy.json")
    #expect(try Data(contentsOf: policy) == Data("{}".utf8))
    let report = try await restored.inspect()
    #expect(report.isFine && report.findings.isEmpty, "\(report.findings)")
    let instances = try await MetadataStore(path: restored.storePath).read { try $0.instanceIDs() }
    #expect(instances == [BackupServer.instanceID])
    #expect(try await server.store.read { try $0.lastBackup()?.id } == summary.manifest.id)
    let mode = try FileManager.default.attributesOfItem(atPath: restored.storePath)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let left = try FileManager.default.contentsOfDirectory(atPath: restored.folder.url.path(percentEncoded: false))
    #expect(!left.contains("restoring") && !left.contains(RestoreWork.markName))
  }

  @Test(arguments: StorageKind.allCases)
  func objectsAreCopiedOnce(_ kind: StorageKind) async throws {
    let server = try await BackupServer(on: kind)
    let place = try await TestRepository(on: kind)
    let first = try await server.work(to: place.repository).run(keeping: 3)
    let before = try await place.repository.storedObjects()
    #expect(first.copiedByteCount == before.values.reduce(0, +))
    let reads = CountingStorage(server.objects)
    let second = try await server.work(to: place.repository, objects: reads).run(keeping: 3)
    #expect(second.copiedByteCount == 0)
    #expect(try await place.repository.storedObjects() == before)
    #expect(!reads.keys.contains { $0.hasSuffix(".parquet") || $0.hasSuffix(".secret") })
    try await server.load("clicks", "second rows")
    let third = try await server.work(to: place.repository).run(keeping: 3)
    let new = try await place.repository.storedObjects().filter { before[$0.key] == nil }
    // The new file and the manifest that lists it.
    #expect(new.count == 2)
    #expect(third.copiedByteCount == new.values.reduce(0, +))
  }

  @Test func oldBackupsAreRemovedWithWhatOnlyTheyNeed() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    var ids: [String] = []
    for number in 0..<4 {
      try await server.load("table\(number)", "rows \(number)")
      ids.append(try await server.work(to: place.repository).run(keeping: 4).manifest.id)
    }
    #expect(try await place.repository.backups().map(\.id).sorted() == ids.sorted())
    // Nobody needs the rows of this table any more once its backups are gone.
    try await server.store.write { try $0.forgetObjectGenerations() }
    try await server.objects.deleteAll(under: try SignalKeys(instanceID: BackupServer.instanceID).table("table0"))
    let last = try await server.work(to: place.repository).run(keeping: 1)
    #expect(Set(last.removedIDs) == Set(ids))
    #expect(try await place.repository.backups().map(\.id) == [last.manifest.id])
    let stored = Set(try await place.repository.storedObjects().keys)
    #expect(stored == Set(last.manifest.digests.map(\.sha256)))
    let restored = try await RestoredServer()
    _ = try await restored.work(from: place.repository).run(try await place.repository.backup(id: nil))
    #expect(try await restored.inspect().isFine)
  }

  @Test func anEarlierBackupCanBeChosen() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    let before = try await BackupServer.content(of: server.objects)
    let first = try await server.work(to: place.repository).run(keeping: 5)
    try await server.load("clicks", "later rows")
    _ = try await server.work(to: place.repository).run(keeping: 5)
    let restored = try await RestoredServer()
    let chosen = try await place.repository.backup(id: first.manifest.id)
    _ = try await restored.work(from: place.repository).run(chosen)
    #expect(try await BackupServer.content(of: restored.objects) == before)
    await #expect(throws: BackupError.unknownBackup(id: "none")) { try await place.repository.backup(id: "none") }
  }

  /// A load replaces a file, and a deletion removes one, between the copy of the store and that of the objects.
  @Test func objectsThatGoMeanwhileAreNoDamage() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    try await server.load("views", "rows that go")
    let isDone = Mutex(false)
    let prefix = try SignalKeys(instanceID: BackupServer.instanceID).table("views")
    let objects = CountingStorage(server.objects) { key in
      guard key.hasSuffix(".parquet"), isDone.withLock({ done in (done, done = true).0 }) == false else { return }
      try? await server.store.write {
        try $0.forgetObjectGeneration(key: "\(prefix)/manifest.json")
      }
      try? await server.objects.deleteAll(under: prefix)
    }
    let summary = try await server.work(to: place.repository, objects: objects).run(keeping: 1)
    #expect(summary.manifest.damaged.isEmpty)
    #expect(isDone.withLock { $0 })
    let restored = try await RestoredServer()
    _ = try await restored.work(from: place.repository).run(try await place.repository.backup(id: nil))
    #expect(try await restored.inspect().isFine)
  }

  @Test func aDamagedObjectEndsTheBackupUnlessItIsAllowed() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    let manifest = try await server.signals.manifest(of: "clicks", instanceID: BackupServer.instanceID)
    let key = try SignalKeys(instanceID: BackupServer.instanceID).file(manifest.files[0].name, of: "clicks")
    try await server.objects.put(Data("First rows".utf8), at: key)
    let error = await #expect(throws: BackupError.self) {
      try await server.work(to: place.repository).run(keeping: 1)
    }
    #expect(error == .damagedObjects([ObjectDamage(.content, of: key)]))
    #expect(try await place.repository.backups().isEmpty)
    let summary = try await server.work(to: place.repository).run(keeping: 1, allowsDamage: true)
    #expect(summary.manifest.damaged == [key.value])
    // An earlier backup has the object as it was: later ones are whole.
    try await server.objects.put(Data("first rows".utf8), at: key)
    _ = try await server.work(to: place.repository).run(keeping: 2)
    try await server.objects.put(Data("First rows".utf8), at: key)
    #expect(try await server.work(to: place.repository).run(keeping: 2).manifest.damaged.isEmpty)
  }

  @Test func backupsOfDifferentServersDoNotMix() async throws {
    let (one, other) = (try await BackupServer(), try await BackupServer())
    let place = try await TestRepository()
    _ = try await one.work(to: place.repository).run(keeping: 1)
    await #expect(throws: BackupError.otherServer) { try await other.work(to: place.repository).run(keeping: 1) }
    // Nor does one go into what is no place for backups, such as a server's own objects.
    await #expect(throws: BackupError.notARepository) {
      try await one.work(to: BackupRepository(one.objects)).run(keeping: 1)
    }
  }
}

/// A storage that tells which objects were read, before they are.
private struct CountingStorage: ForwardingStorage {
  private final class Reads: Sendable {
    let keys = Mutex<[String]>([])
  }

  let base: any ObjectStorage
  private let reads = Reads()
  private let before: @Sendable (String) async -> Void

  init(_ base: any ObjectStorage, before: @escaping @Sendable (String) async -> Void = { _ in }) {
    (self.base, self.before) = (base, before)
  }

  var keys: [String] { reads.keys.withLock { $0 } }

  func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data {
    reads.keys.withLock { $0.append(key.value) }
    await before(key.value)
    return try await base.get(key, range: range)
  }
}
