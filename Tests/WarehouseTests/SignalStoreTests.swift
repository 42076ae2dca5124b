import Base
import Catalog
import Foundation
import ObjectStorage
import S3TestSupport
import Synchronization
import Testing

@testable import Warehouse

@Suite struct SignalStoreTests {
  /// A clock that a test sets.
  final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_700_000_000))
    var now: Date { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  let clock = TestClock()

  private func warehouse(_ kind: StorageKind) async throws -> TestWarehouse {
    try await TestWarehouse(on: kind) { [clock] in clock.now }
  }

  private func objects(_ warehouse: TestWarehouse) async throws -> [String] {
    let prefix = try ObjectKey("instances/\(TestWarehouse.instanceID)/signals/clicks")
    return try await warehouse.storage.list(under: prefix).map(\.key.lastPart)
  }

  @Test(arguments: StorageKind.allCases)
  func newTablesAreEmpty(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    let manifest = try await warehouse.store.manifest(of: "clicks", instanceID: TestWarehouse.instanceID)
    #expect(manifest.files.isEmpty)
    #expect(manifest.generation == 0)
    #expect(try await warehouse.snapshot.files(of: "clicks", days: nil).isEmpty)
  }

  @Test(arguments: StorageKind.allCases)
  func filesAreInTheFolderOfTheirDay(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    let manifest = try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 20_454)
    let file = try #require(manifest.files.first)
    #expect(file.name.hasPrefix("day=2026-01-01/part-"))
    #expect(file.rowCount == 1)
    let location = try #require(try await warehouse.snapshot.files(of: "clicks", days: nil).first)
    let attributes = try FileManager.default.attributesOfItem(atPath: location.path)
    #expect(attributes[.size] as? Int == file.byteCount)
  }

  @Test(arguments: StorageKind.allCases)
  func appendingAddsRows(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("FROM range(3)", to: "clicks", day: 1)
    let manifest = try await warehouse.publish("FROM range(4)", to: "clicks", day: 2)
    #expect(manifest.rowCount == 7)
    #expect(manifest.generation == 2)
    #expect(manifest.files(in: 2...9).map(\.rowCount) == [4])
    #expect(manifest.files(in: 3...9).isEmpty)
    #expect(manifest.files(in: nil).count == 2)
  }

  @Test(arguments: StorageKind.allCases)
  func filesWithoutADayAreReadForEveryDay(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    let manifest = try await warehouse.publish("SELECT 1 AS x", to: "clicks")
    #expect(manifest.files(in: 5...6).count == 1)
    #expect(manifest.files.first?.name.contains("/") == false)
  }

  @Test(arguments: StorageKind.allCases)
  func concurrentLoadsAllCount(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for day in 0..<6 {
        group.addTask { try await warehouse.publish("FROM range(10)", to: "clicks", day: day) }
      }
      try await group.waitForAll()
    }
    let manifest = try await warehouse.store.manifest(of: "clicks", instanceID: TestWarehouse.instanceID)
    #expect(manifest.rowCount == 60)
    #expect(manifest.generation == 6)
  }

  @Test(arguments: StorageKind.allCases)
  func replacedFilesStayForQueriesThatBeganBefore(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let before = warehouse.snapshot
    let old = try await before.files(of: "clicks", days: nil)
    try await warehouse.publish("SELECT 2 AS x", to: "clicks", day: 1, mode: .replace)
    #expect(try await before.files(of: "clicks", days: nil) == old)
    #expect(old.allSatisfy { FileManager.default.fileExists(atPath: $0.path) })
    #expect(try await warehouse.rows("SELECT x::BIGINT FROM data", ofTable: "clicks") == [[.integer(2)]])
  }

  @Test(arguments: StorageKind.allCases)
  func replacedFilesAreRemovedAfterTheirRetirement(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    try await warehouse.publish("SELECT 2 AS x", to: "clicks", day: 1, mode: .replace)
    clock.advance(SignalStore.retirementSeconds - 1)
    try await warehouse.publish("SELECT 3 AS x", to: "clicks", day: 1)
    #expect(try await objects(warehouse).count(where: { $0.hasSuffix(".parquet") }) == 3)
    clock.advance(1)
    let manifest = try await warehouse.publish("SELECT 4 AS x", to: "clicks", day: 1)
    #expect(try await objects(warehouse).count(where: { $0.hasSuffix(".parquet") }) == 3)
    #expect(manifest.retired.isEmpty)
    #expect(manifest.rowCount == 3)
  }

  /// A load that was killed leaves files that no manifest names.
  @Test(arguments: StorageKind.allCases)
  func orphanedFilesAreIgnoredAndRemoved(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let keys = try SignalKeys(instanceID: TestWarehouse.instanceID)
    let stray = try keys.file("day=1970-01-02/part-stray.parquet", of: "clicks")
    try await warehouse.storage.put(Data("half".utf8), at: stray)
    #expect(try await warehouse.snapshot.files(of: "clicks", days: nil).count == 1)
    try await warehouse.publish("SELECT 2 AS x", to: "clicks", day: 1)
    #expect(try await warehouse.storage.exists(stray) == false)
    #expect(try await warehouse.rows("SELECT count(*) FROM data", ofTable: "clicks") == [[.integer(2)]])
  }

  @Test(arguments: StorageKind.allCases)
  func loadsThatFailWhileMovingFilesChangeNothing(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let area = try await warehouse.storage.stage()
    let good = try area.file("good.parquet")
    try Data("x".utf8).write(to: good.url)
    let parts = [
      StagedPart(file: good, day: 2, rowCount: 1),
      StagedPart(file: try area.file("missing.parquet"), day: 2, rowCount: 1),
    ]
    await #expect(throws: StorageError(.notFound)) {
      try await warehouse.store.publish(parts, to: "clicks", instanceID: TestWarehouse.instanceID, mode: .replace)
    }
    let manifest = try await warehouse.store.manifest(of: "clicks", instanceID: TestWarehouse.instanceID)
    #expect(manifest.rowCount == 1)
    #expect(manifest.generation == 1)
  }

  /// Someone who does not share the lock, as a second machine on the same bucket, changes the table in between.
  @Test(arguments: StorageKind.allCases)
  func conflictingLoadsChangeNothing(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let key = try SignalKeys(instanceID: TestWarehouse.instanceID).manifest(of: "clicks")
    let other = Data(#"{"files":[],"format":1,"generation":7,"retired":[]}"#.utf8)
    let store = SignalStore(storage: MeddledStorage(warehouse.storage) { try await $0.put(other, at: key) })
    let area = try await warehouse.storage.stage()
    let file = try area.file("part.parquet")
    try Data("x".utf8).write(to: file.url)
    await #expect(throws: StorageError(.conflict)) {
      let part = StagedPart(file: file, day: 2, rowCount: 1)
      try await store.publish([part], to: "clicks", instanceID: TestWarehouse.instanceID, mode: .append)
    }
    #expect(try await warehouse.storage.get(key) == other)
  }

  @Test(arguments: StorageKind.allCases)
  func aDamagedManifestIsAnError(_ kind: StorageKind) async throws {
    let warehouse = try await warehouse(kind)
    let key = try SignalKeys(instanceID: TestWarehouse.instanceID).manifest(of: "clicks")
    for text in ["", "{}", #"{"format":2,"generation":1,"files":[],"retired":[]}"#] {
      try await warehouse.storage.put(Data(text.utf8), at: key)
      await #expect(throws: StorageError(.corrupt)) {
        try await warehouse.store.manifest(of: "clicks", instanceID: TestWarehouse.instanceID)
      }
    }
  }

  @Test(arguments: ["", "a/b", "..", "a b", "ä", String(repeating: "x", count: 65)])
  func instanceIDsAreChecked(_ id: String) {
    #expect(throws: StorageError(.invalidKey)) { try SignalKeys(instanceID: id) }
  }
}

@Suite struct UserKeySecretTests {
  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  private func keys(of identifiers: String, instanceID: String) async throws -> [[EngineValue]] {
    let secret = try await warehouse.store.userKeySecret(instanceID: instanceID)
    return try await TrustedSession.with(warehouse.settings) { session in
      try await session.rows("SELECT \(secret.keyExpression(of: "id")) FROM (VALUES \(identifiers)) t(id)")
    }
  }

  @Test func userKeysAreStableWithinAnInstance() async throws {
    let first = try await keys(of: "('alice'), ('bob'), ('alice'), (NULL)", instanceID: "one")
    #expect(first[0] == first[2])
    #expect(first[0] != first[1])
    #expect(first[3] == [.null])
    #expect(try await keys(of: "('alice')", instanceID: "one") == [first[0]])
    #expect(try await keys(of: "('alice')", instanceID: "two") != [first[0]])
  }

  @Test func theSecretIsReadableByItsOwnerOnly() async throws {
    let secret = try await warehouse.store.userKeySecret(instanceID: "one")
    let key = try SignalKeys(instanceID: "one").userKeySecret()
    let bytes = try await warehouse.storage.get(key)
    #expect(bytes.count == HashSecret.objectByteCount && bytes.first == HashSecret.version)
    let path = try await warehouse.storage.engineLocation(of: key).path
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect("\(secret)" == "UserKeySecret(hidden)")
  }

  /// A secret of 32 bytes stands beside signals whose keys are MD5 hashes.
  @Test func aSecretOfAnEarlierReleaseIsRefused() async throws {
    try await warehouse.store.requireCurrentKeys(instanceID: "one")
    let key = try SignalKeys(instanceID: "one").userKeySecret()
    try await warehouse.storage.put(Data(repeating: 7, count: 32), at: key)
    await #expect(throws: StorageError(.outdated)) { try await warehouse.store.userKeySecret(instanceID: "one") }
    await #expect(throws: StorageError(.outdated)) { try await warehouse.store.requireCurrentKeys(instanceID: "one") }
    for bytes in [Data(), Data([2]), Data(repeating: 7, count: 33), Data([2] + Array(repeating: 7, count: 33))] {
      try await warehouse.storage.put(bytes, at: key)
      await #expect(throws: StorageError(.corrupt)) { try await warehouse.store.userKeySecret(instanceID: "one") }
    }
  }

  /// Keys of one secret for several purposes have nothing in common, and stay the same for good.
  @Test func keysHaveOnePurpose() throws {
    let secret = HashSecret(known: "synthetic")
    #expect(secret.key(for: "a") == HashSecret(known: "synthetic").key(for: "a"))
    #expect(secret.key(for: "a") != secret.key(for: "b"))
    #expect(secret.key(for: "a") != HashSecret(known: "other").key(for: "a"))
    #expect(secret.key(for: "user key").hexadecimal == "d6f470567b993fab6a95b2c37f911ca3")
    #expect("\(secret)" == "HashSecret(hidden)")
  }

  @Test func concurrentRequestsGetTheSameSecret() async throws {
    let all = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask { [warehouse] in
          try await warehouse.store.userKeySecret(instanceID: "one").keyExpression(of: "id")
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(all.count == 1)
  }
}
