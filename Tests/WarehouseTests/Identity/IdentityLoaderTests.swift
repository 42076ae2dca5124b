import Base
import Foundation
import ObjectStorage
import S3TestSupport
import Testing

@testable import Warehouse

/// Files become a graph as a whole or not at all, and leave no identifier behind.
@Suite struct IdentityLoaderTests {
  private static let hash = String(repeating: "0a", count: 32)
  private static let device = "38400000-8cf0-11bd-b23e-10b96e40000d"

  @Test func everyFormatAndLetterCase() async throws {
    let fixture = try await IdentityFixture()
    let csv = try fixture.files.file(
      "a.csv", "user_id,Email,extra\n".replacing(",extra", with: "") + "c,\(Self.hash)\n")
    let json = try fixture.files.file("b.jsonl", #"{"USER_ID":"j","phone":"\#(Self.hash.uppercased())"}"# + "\n")
    let parquet = try await fixture.people([["USER_ID": "p", "MAID": "m"]])
    let manifest = try await fixture.loader.load([csv, json, parquet], into: IdentityFixture.scope)
    #expect(manifest.userCount == 3)
    #expect(manifest.links.map(\.rule) == [.email, .phone, .mobileAdvertisingID])
    #expect(manifest.links.map(\.linkCount) == [1, 1, 1])
  }

  @Test(arguments: [
    ("user_id,email\nu,ada@example.com\n", "2: column 'email': invalid_value"),
    ("user_id,email\nu,\(hash)\nu,\(hash)a\n", "3: column 'email': invalid_value"),
    ("user_id,Zip\nu,12345\n", " missing_column"),
    ("user_id,maid,zip\nu,\(device),12345\n", "2: column 'zip': invalid_value"),
    ("user_id,maid,user_id_type\nu,\(device),secretType\n", "2: column 'user_id_type': invalid_value"),
    ("user_id,maid,country_code\nu,\(device),Atlantis\n", "2: column 'country_code': invalid_value"),
    ("user_id,maid\n ,\(device)\n", "2: column 'user_id': missing_value"),
    ("user_id,maid\n\(String(repeating: "u", count: 257)),\(device)\n", "2: column 'user_id': invalid_value"),
    ("maid\n\(device)\n", " column 'USER_ID': missing_column"),
    ("user_id,maid,e-mail\nu,\(device),x\n", " column 'e-mail': unknown_column: An identity graph has no such column."),
    ("ada@example.com,12345\n", " malformed_file: None of the file's columns is one of an identity graph."),
    ("user_id,maid,ada@example.com\nu,\(device),x\n", " column '(not a column's name)': unknown_column"),
    ("user_id,maid,MAID\nu,\(device),x\n", " column 'MAID': duplicate_column"),
    ("user_id,maid\nu,120330000123456789\n", "2: column 'maid': invalid_value: The value is no device id"),
    ("user_id,maid\nu\n", "2: malformed_file"),
  ])
  func aBadFileIsRefusedWithItsPlace(_ text: String, _ problem: String) async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([["USER_ID": "old", "MAID": "m"]])
    let before = try await fixture.store.manifest(IdentityFixture.scope)
    let good = try fixture.files.file("good.csv", "user_id,maid\nnew,\(Self.device)\n")
    let problems = try #require(try await fixture.problems(good, fixture.files.file("bad.csv", text)))
    #expect(problems.first?.hasPrefix("bad.csv:\(problem)") == true, "\(problems)")
    for value in ["ada@example.com", "12345", "secretType"] { #expect(!problems.joined().contains(value)) }
    #expect(try await fixture.store.manifest(IdentityFixture.scope) == before)
    #expect(try await fixture.resolve([["MAID": Self.device]], users: ["new"]) == [nil])
  }

  /// Neither identifiers nor their hashes are in anything that is stored.
  @Test func noIdentifierIsStored() async throws {
    let fixture = try await IdentityFixture()
    let raw = ["MAID": "aebe52e7-03ee-455a-b3c4-e57283966239", "LIVERAMP": "RampRampRamp", "EXPERIAN": "EXPEXPEXP"]
    var row = raw
    for kind in ["EMAIL", "PHONE", "FIRST_NAME", "LAST_NAME", "ADDRESS", "CITY", "STATE", "ZIP"] {
      row[kind] = "personal-\(kind)"
    }
    row["USER_ID"] = "the-user"
    row["COUNTRY_CODE"] = "US"
    try await fixture.load([row])
    #expect(try await fixture.resolve([row], users: ["the-user"]) == ["the-user adUserId"])
    var stored = Data()
    for object in try await fixture.store.storage.list(under: ObjectKey("identity")) {
      // Values are searched for in what the engine reads as well, as Parquet compresses them.
      if object.key.lastPart.hasSuffix(".parquet") {
        let location = try await fixture.store.storage.engineLocation(of: object.key)
        let rows = try await fixture.files.warehouse.rows("SELECT to_json(data)::VARCHAR FROM data", of: [location])
        stored += Data(rows.compactMap { $0[0].text }.joined().lowercased().utf8)
      }
      stored += try await fixture.store.storage.get(object.key)
    }
    #expect(stored.firstRange(of: Data("the-user".utf8)) != nil)
    let personal = row.values.filter({ $0.hasPrefix("personal-") })
    let hashes = try await fixture.files.warehouse.hashes(personal)
    #expect(hashes.count == 8)
    let values = Array(raw.values) + raw.values.map({ $0.lowercased() }) + hashes + ["personal-"]
    for value in values {
      #expect(stored.firstRange(of: Data(value.utf8)) == nil)
    }
    for hash in hashes { #expect(stored.firstRange(of: Data(try #require(Hexadecimal.bytes(of: hash)))) == nil) }
    // The digests, too, are others where the secret is another.
    let other = IdentityScope.marketplace("A1PA6795UKMFR9")
    try await fixture.load([row], into: other)
    let links = try await fixture.links(of: other)
    #expect(links.isDisjoint(with: try await fixture.links(of: IdentityFixture.scope)))
    #expect(links.count == 7)
  }

  @Test(arguments: StorageKind.allCases)
  func replacedFilesAreRemovedAfterTheirRetirement(_ kind: StorageKind) async throws {
    let clock = SignalStoreTests.TestClock()
    let fixture = try await IdentityFixture(on: kind, now: { clock.now })
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    let before = try await fixture.store.graph(IdentityFixture.scope)
    try await fixture.load([["USER_ID": "b", "EMAIL": "b"]], mode: .replace)
    #expect(before.files.allSatisfy { FileManager.default.fileExists(atPath: $0.path) })
    #expect(try await fixture.parquetCount == 4)
    clock.advance(IdentityStore.retirementSeconds)
    try await fixture.load([["USER_ID": "c", "EMAIL": "c"]], mode: .replace)
    #expect(try await fixture.parquetCount == 4)
    #expect(
      try await fixture.resolve([["EMAIL": "a"], ["EMAIL": "b"], ["EMAIL": "c"]], users: ["a", "b", "c"])
        == [nil, nil, "c adUserId"])
  }

  @Test func concurrentChangesAreNoticed() async throws {
    let fixture = try await IdentityFixture()
    let manifest = try IdentityFixture.scope.folder().appending("manifest.json")
    let meddled = MeddledStorage(fixture.store.storage) { storage in
      var other = IdentityManifest()
      other.generation = 9
      let data = try ManifestCoding.data(of: other, folder: try IdentityFixture.scope.folder())
      try await storage.put(data, at: manifest)
    }
    let loader = IdentityLoader(store: IdentityStore(storage: meddled), settings: fixture.files.warehouse.settings)
    let file = try await fixture.people([["USER_ID": "a", "EMAIL": "a"]])
    await #expect(throws: StorageError(.conflict)) { try await loader.load([file], into: IdentityFixture.scope) }
    #expect(try await fixture.store.manifest(IdentityFixture.scope).generation == 9)
  }

  @Test func concurrentLoadsAllCount() async throws {
    let fixture = try await IdentityFixture()
    let files = try await (0..<4).asyncMap { number in
      try await fixture.people([["USER_ID": "u\(number)", "EMAIL": "e\(number)"]], name: "people-\(number).parquet")
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for file in files { group.addTask { _ = try await fixture.loader.load([file], into: IdentityFixture.scope) } }
      try await group.waitForAll()
    }
    let manifest = try await fixture.store.manifest(IdentityFixture.scope)
    #expect(manifest.userCount == 4)
    #expect(manifest.generation == 4)
  }

  @Test func deletionRemovesEverything() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    try await fixture.store.delete(IdentityFixture.scope)
    #expect(try await fixture.store.storage.list(under: ObjectKey("identity")).isEmpty)
    #expect(try await fixture.resolve([["EMAIL": "a"]], users: ["a"]) == [nil])
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    #expect(try await fixture.resolve([["EMAIL": "a"]], users: ["a"]) == ["a adUserId"])
  }

  /// In graphs of format 1, links are MD5 hashes; in sandboxes there is no secret that would tell.
  @Test func aGraphOfAnEarlierReleaseIsRefusedUntilItIsDeleted() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    let key = try IdentityFixture.scope.folder().appending("manifest.json")
    let text = #"{"format":1,"generation":1,"links":[],"retired":[],"users":{"count":1,"name":"users-a.parquet"}}"#
    try await fixture.store.storage.put(Data(text.utf8), at: key)
    await #expect(throws: StorageError(.outdated)) { try await fixture.store.graph(IdentityFixture.scope) }
    await #expect(throws: StorageError(.outdated)) { try await fixture.load([["USER_ID": "b", "EMAIL": "b"]]) }
    try await fixture.store.delete(IdentityFixture.scope)
    try await fixture.load([["USER_ID": "b", "EMAIL": "b"]])
    #expect(try await fixture.resolve([["EMAIL": "b"]], users: ["b"]) == ["b adUserId"])
  }

  @Test func aGraphWithoutItsSecretIsAnError() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([["USER_ID": "a", "EMAIL": "a"]])
    try await fixture.store.storage.delete(IdentityFixture.scope.folder().appending("link.secret"))
    await #expect(throws: StorageError(.notFound)) { try await fixture.store.graph(IdentityFixture.scope) }
    await #expect(throws: StorageError(.notFound)) { try await fixture.load([["USER_ID": "b", "EMAIL": "b"]]) }
  }
}

extension IdentityFixture {
  fileprivate var parquetCount: Int {
    get async throws {
      try await store.storage.list(under: Self.scope.folder()).count { $0.key.lastPart.hasSuffix(".parquet") }
    }
  }

  /// All links of a scope, as text.
  fileprivate func links(of scope: IdentityScope) async throws -> Set<String> {
    var links: Set<String> = []
    for file in try await store.graph(scope).files {
      links.formUnion(
        try await files.warehouse.rows("SELECT link::VARCHAR FROM data", of: [file]).compactMap { $0[0].text })
    }
    return links
  }
}

extension TestWarehouse {
  fileprivate func hashes(_ values: [String]) async throws -> [String] {
    try await TrustedSession.with(settings) { session in
      var hashes: [String] = []
      for value in values { hashes += try await session.rows("SELECT sha256('\(value)')").compactMap { $0[0].text } }
      return hashes
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
