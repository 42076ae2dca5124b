import Foundation
import ObjectStorage
import S3TestSupport
import Testing

@testable import Warehouse

/// Data sets, identity graphs and secrets are compared with what was written, like signals.
@Suite struct DamagedRowsTests {
  private static func damage(_ key: ObjectKey, in storage: any ObjectStorage) async throws {
    var data = try await storage.get(key)
    data[data.count / 3] ^= 1
    try await storage.put(data, at: key)
  }

  @Test(arguments: StorageKind.allCases)
  func damagedRowsAreNeitherReadNorWrittenAgain(_ kind: StorageKind) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day), on: kind)
    try await fixture.load("what,at\na,2026-01-01T10:00:00Z\nb,2026-01-02T10:00:00Z\n")
    let manifest = try await fixture.manifest
    let folder = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    let storage = fixture.store.storage
    try await Self.damage(try folder.file(manifest.files[1].name), in: storage)
    let before = try await storage.list(under: folder.prefix)
    let read = await #expect(throws: StorageError.self) { try await fixture.rows("SELECT * FROM data") }
    #expect(read?.damage?.day == "2026-01-02")
    // Rewriting would give the damaged rows a right checksum.
    let written = await #expect(throws: StorageError.self) {
      try await fixture.store.rewrite(fixture.schema.layout, instanceID: DataSetFixture.instanceID)
    }
    #expect(written?.damage?.fault == .content)
    #expect(try await storage.list(under: folder.prefix) == before)
    #expect(try await fixture.manifest == manifest)
    // The advertiser can replace the rows.
    try await fixture.load("what,at\nc,2026-01-03T10:00:00Z\n", strategy: .fullReplace)
    #expect(try await fixture.rows("SELECT what FROM data") == [["c"]])
  }

  @Test func aReplacedDataSetNeedsNoManifest() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let store = DataSetStore(
      storage: LedgeredStorage(fixture.store.storage), settings: fixture.store.settings, now: fixture.store.now)
    try await fixture.load("what,at\na,2026-01-01T10:00:00Z\n", in: store)
    let folder = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    try await fixture.store.storage.delete(folder.manifestKey())
    await #expect(throws: StorageError(.corrupt)) {
      try await fixture.load("what,at\nb,2026-01-01T10:00:00Z\n", in: store)
    }
    try await fixture.load("what,at\nc,2026-01-01T10:00:00Z\n", strategy: .fullReplace, in: store)
    #expect(try await fixture.rows("SELECT what FROM data") == [["c"]])
  }

  @Test(arguments: StorageKind.allCases)
  func aDamagedIdentityGraphMatchesNobody(_ kind: StorageKind) async throws {
    let fixture = try await IdentityFixture(on: kind)
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    let manifest = try await fixture.store.manifest(IdentityFixture.scope)
    #expect(manifest.links.allSatisfy { $0.digest != nil } && manifest.users?.digest != nil)
    let file = try IdentityFixture.scope.folder().appending(manifest.links[0].name)
    try await Self.damage(file, in: fixture.store.storage)
    let error = await #expect(throws: StorageError.self) { try await fixture.store.graph(IdentityFixture.scope) }
    #expect(error?.damage == ObjectDamage(.content, of: file, subject: "the identity graph"))
    await #expect(throws: StorageError(.corrupt)) { try await fixture.load([["USER_ID": "b", "EMAIL": "b"]]) }
    try await fixture.load([["USER_ID": "c", "EMAIL": "c"]], mode: .replace)
    #expect(try await fixture.resolve([["EMAIL": "c"]], users: ["c"]) == ["c adUserId"])
  }

  /// Another secret gives other keys, which match nobody: rows would be lost in silence.
  @Test func aDamagedSecretIsAnError() async throws {
    let warehouse = try TestWarehouse()
    _ = try await warehouse.store.userKeySecret(instanceID: "one")
    let key = try SignalKeys(instanceID: "one").userKeySecret()
    let good = try await warehouse.storage.get(key)
    for index in good.indices {
      for bit in 0..<8 {
        var data = good
        data[index] ^= 1 << bit
        #expect(throws: StorageError(.corrupt)) { try HashSecret(object: data) }
      }
    }
    // Those of the first releases have no checksum.
    _ = try HashSecret(object: good.prefix(1 + HashSecret.byteCount))
  }

  @Test func aLostSecretIsNotMadeAnew() async throws {
    let warehouse = try TestWarehouse()
    let storage = LedgeredStorage(warehouse.storage)
    let store = SignalStore(storage: storage)
    _ = try await store.userKeySecret(instanceID: "one")
    let key = try SignalKeys(instanceID: "one").userKeySecret()
    try await storage.delete(key)
    let error = await #expect(throws: StorageError.self) { try await store.userKeySecret(instanceID: "one") }
    #expect(error?.damage?.fault == .missing)
    #expect(try await storage.exists(key) == false)
    _ = try await store.userKeySecret(instanceID: "two")
  }
}

/// Manifests of the release before have neither seals nor checksums, and go on.
@Suite struct UnsealedManifestTests {
  /// Writes the manifest of a folder as the release before did.
  private static func unseal<Manifest: FileManifest>(
    _ folder: ManifestFolder<Manifest>, in storage: any ObjectStorage
  ) async throws {
    var text = String(decoding: try await storage.get(folder.manifestKey()), as: UTF8.self)
    text = text.replacing(/,"seal":.*/, with: "}").replacing(/,"sha256":"[0-9a-f]*"/, with: "")
      .replacing(/"digest":\{[^}]*\},/, with: "")
      .replacing("\"format\":\(Manifest.currentFormat)", with: "\"format\":\(Manifest.unsealedFormat)")
    try await storage.put(Data(text.utf8), at: folder.manifestKey())
  }

  @Test func unsealedSignalsAreReadAndSealedByTheNextLoad() async throws {
    let warehouse = try TestWarehouse()
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let folder = try SignalStore.folder(of: "clicks", instanceID: TestWarehouse.instanceID)
    try await Self.unseal(folder, in: warehouse.storage)
    let old = try await warehouse.store.manifest(of: "clicks", instanceID: TestWarehouse.instanceID)
    #expect(old.format == 1 && old.files.map(\.sha256) == [nil])
    #expect(try await warehouse.rows("SELECT count(*) FROM data", ofTable: "clicks") == [[.integer(1)]])
    let new = try await warehouse.publish("SELECT 2 AS x", to: "clicks", day: 1)
    #expect(new.files.count { $0.sha256 == nil } == 1)
    #expect(String(decoding: try await warehouse.storage.get(folder.manifestKey()), as: UTF8.self).contains("seal"))
    // Lengths were known, so that they are compared.
    let file = try folder.file(old.files[0].name)
    try await warehouse.storage.put(try await warehouse.storage.get(file).dropLast(), at: file)
    let error = await #expect(throws: StorageError.self) {
      try await warehouse.snapshot.files(of: "clicks", days: nil)
    }
    #expect(error?.damage?.fault == .length)
  }

  @Test func unsealedFoldersOfAllKindsGetTheirChecksums() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let storage = fixture.store.storage
    try await fixture.load("what,at\na,2026-01-01T10:00:00Z\nb,2026-01-02T10:00:00Z\n")
    try await fixture.know(["anna@example.com": "anna"])
    try await fixture.files.warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    let rows = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    let people = ManifestFolder<IdentityManifest>(prefix: try IdentityFixture.scope.folder())
    let signals = try SignalStore.folder(of: "clicks", instanceID: TestWarehouse.instanceID)
    try await Self.unseal(rows, in: storage)
    try await Self.unseal(people, in: storage)
    try await Self.unseal(signals, in: storage)
    var count = 0
    for key in try [rows.manifestKey(), people.manifestKey(), signals.manifestKey()] {
      let folder = try #require(StoredFolder(manifest: key))
      #expect(try await folder.listing(in: storage).files.allSatisfy { $0.expected.sha256 == nil }, "\(key)")
      count += try await folder.addChecksums(in: storage) { ObjectDigest(of: try await storage.get($0)) }
      let files = try await folder.listing(in: storage).files
      #expect(files.allSatisfy { $0.expected.sha256 != nil && $0.expected.byteCount != nil }, "\(key)")
      #expect(try await folder.addChecksums(in: storage) { _ in throw StorageError(.failed) } == 0)
    }
    #expect(count == 2 + 2 + 1)
    #expect(try await fixture.rows("SELECT what FROM data ORDER BY what") == [["a"], ["b"]])
  }

  @Test(arguments: [
    ("instances/a/signals/clicks/manifest.json", "clicks of instance a"),
    ("instances/a/dataSets/9f/manifest.json", "data set 9f of instance a"),
    ("instances/a/audienceLogs/l/manifest.json", "audience log l of instance a"),
    ("instances/a/identity/manifest.json", "identity graph of instance a"),
    ("identity/M/manifest.json", "identity graph M"),
    ("instances/a/executions/e/manifest.json", nil), ("instances/a/manifest.json", nil),
    ("instances/a/signals/clicks/day=2026-01-01/manifest.json", nil), ("identity/M/other.json", nil),
  ])
  func foldersAreKnownByTheirManifests(_ key: String, _ title: String?) throws {
    #expect(StoredFolder(manifest: try ObjectKey(key))?.title == title)
  }
}
