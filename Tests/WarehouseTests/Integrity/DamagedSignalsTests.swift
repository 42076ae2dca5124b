import Dialects
import Foundation
import ObjectStorage
import S3TestSupport
import Testing

@testable import Warehouse

/// A query over damaged signals fails and says which table and day, whatever happened to the files.
@Suite struct DamagedSignalsTests {
  /// The things that can happen to the files of a table.
  enum Fault: String, CaseIterable {
    case flippedBit, truncatedFile, fileOfAnotherInstance, missingFile
    case missingManifest, flippedManifest, manifestOfAnotherTable, manifestOfAnotherInstance, oldManifest, missingFolder

    /// Whether the day of the damaged rows can be told.
    var hasDay: Bool {
      switch self {
      case .flippedBit, .truncatedFile, .fileOfAnotherInstance, .missingFile: true
      case .missingManifest, .flippedManifest, .manifestOfAnotherTable, .manifestOfAnotherInstance, .oldManifest,
        .missingFolder:
        false
      }
    }
  }

  private static let day = 20_454  // 2026-01-01

  /// Two tables of an instance, one of another, and a ledger beside them.
  private struct Setting {
    let warehouse: TestWarehouse
    let storage: LedgeredStorage
    let store: SignalStore
    /// The manifest of `clicks` before its last load.
    var old = Data()

    init(_ kind: StorageKind) async throws {
      warehouse = try await TestWarehouse(on: kind)
      storage = LedgeredStorage(warehouse.storage)
      store = SignalStore(storage: storage)
      for (table, instanceID) in [("clicks", TestWarehouse.instanceID), ("views", TestWarehouse.instanceID)] {
        try await publish("FROM range(100) t(x)", to: table, instanceID)
      }
      try await publish("FROM range(1000, 1100) t(x)", to: "clicks", "other")
      old = try await storage.get(try Self.manifest(of: "clicks"))
      try await publish("FROM range(100, 200) t(x)", to: "clicks", TestWarehouse.instanceID)
    }

    func publish(
      _ select: String, to table: String, _ instanceID: String, mode: SignalStore.PublishMode = .append
    ) async throws {
      let area = try await storage.stage()
      let file = try area.file("part.parquet")
      try await TrustedSession.with(warehouse.settings, folders: [area.folder]) { session in
        try await session.execute("COPY (\(select)) TO '\(file.url.path)' (\(ParquetOptions.signals))")
      }
      try await store.publish(
        [StagedPart(file: file, day: DamagedSignalsTests.day, rowCount: 100)], to: table, instanceID: instanceID,
        mode: mode)
    }

    static func manifest(of table: String, _ instanceID: String = TestWarehouse.instanceID) throws -> ObjectKey {
      try SignalKeys(instanceID: instanceID).manifest(of: table)
    }

    func file(of table: String, _ instanceID: String = TestWarehouse.instanceID) async throws -> ObjectKey {
      let manifest = try await store.manifest(of: table, instanceID: instanceID)
      return try SignalKeys(instanceID: instanceID).file(manifest.files[0].name, of: table)
    }

    func cause(_ fault: Fault) async throws {
      let manifest = try Self.manifest(of: "clicks")
      let file = try await file(of: "clicks")
      var data = try await storage.get(file)
      switch fault {
      case .flippedBit:
        // Within the values: the file can be read, with another one in it.
        data[data.count / 4] ^= 1
        try await storage.put(data, at: file)
      case .truncatedFile: try await storage.put(data.dropLast(1), at: file)
      case .fileOfAnotherInstance:
        try await storage.put(try await storage.get(try await self.file(of: "clicks", "other")), at: file)
      case .missingFile: try await storage.delete(file)
      case .missingManifest: try await storage.delete(manifest)
      case .flippedManifest:
        var text = try await storage.get(manifest)
        let place = try #require(text.range(of: Data("\"rowCount\":1".utf8)))
        text[place.upperBound - 1] ^= 3
        try await storage.put(text, at: manifest)
      case .manifestOfAnotherTable:
        try await storage.put(try await storage.get(try Self.manifest(of: "views")), at: manifest)
      case .manifestOfAnotherInstance:
        try await storage.put(try await storage.get(try Self.manifest(of: "clicks", "other")), at: manifest)
      case .oldManifest: try await storage.put(old, at: manifest)
      case .missingFolder:
        try await storage.deleteAll(under: try SignalKeys(instanceID: TestWarehouse.instanceID).table("clicks"))
      }
    }

    func count() async throws -> Int {
      let warehouse = warehouse
      let query = warehouse.query(
        "SELECT count(*) AS n FROM clicks", sources: [warehouse.source("clicks", [("x", .bigint)])])
      _ = try await warehouse.engine.run(
        query, signals: store.snapshot(instanceID: TestWarehouse.instanceID), output: warehouse.output())
      return try await warehouse.rows("SELECT n::BIGINT FROM data", of: [warehouse.output()]).first?.first?.integer ?? 0
    }
  }

  @Test(arguments: StorageKind.allCases, Fault.allCases)
  func theQueryFailsAndNamesTableAndDay(_ kind: StorageKind, _ fault: Fault) async throws {
    let setting = try await Setting(kind)
    #expect(try await setting.count() == 200)
    try await setting.cause(fault)
    let error = await #expect(throws: EngineError.self) { try await setting.count() }
    #expect(error?.code == .damagedData)
    let message = try #require(error?.message)
    #expect(message.contains("clicks"))
    #expect(message.contains("2026-01-01") == fault.hasDay)
    // The object is for the operator alone.
    #expect(!message.contains("instances/"))
    #expect(error?.damage?.key.value.hasPrefix("instances/\(TestWarehouse.instanceID)/signals/clicks/") == true)
  }

  /// Other tables and instances go on.
  @Test func damageIsFoundWhereItIs() async throws {
    let setting = try await Setting(.folder)
    try await setting.cause(.flippedBit)
    let views = try await setting.store.snapshot(instanceID: TestWarehouse.instanceID).files(of: "views", days: nil)
    #expect(views.count == 1)
    let before = try await setting.store.snapshot(instanceID: TestWarehouse.instanceID).files(of: "clicks", days: 1...2)
    #expect(before.isEmpty, "A query over other days does not read the damaged file.")
  }

  /// Without the list of files nobody knows which files count: a load neither adds to them nor removes them.
  @Test(arguments: [Fault.missingManifest, .flippedManifest, .manifestOfAnotherTable, .oldManifest])
  func nothingIsAddedToADamagedTable(_ fault: Fault) async throws {
    let setting = try await Setting(.folder)
    try await setting.cause(fault)
    let prefix = try SignalKeys(instanceID: TestWarehouse.instanceID).table("clicks")
    let before = try await setting.storage.list(under: prefix)
    let error = await #expect(throws: StorageError.self) {
      try await setting.publish("FROM range(5) t(x)", to: "clicks", TestWarehouse.instanceID)
    }
    #expect(error?.damage != nil)
    #expect(try await setting.storage.list(under: prefix) == before)
  }

  /// The advice of `adyton verify` mends the table.
  @Test(arguments: Fault.allCases)
  func replacingTheTableMendsIt(_ fault: Fault) async throws {
    let setting = try await Setting(.folder)
    try await setting.cause(fault)
    try await setting.publish("FROM range(7) t(x)", to: "clicks", TestWarehouse.instanceID, mode: .replace)
    #expect(try await setting.count() == 7)
  }

  /// Without a ledger, as in the tests of other parts, files without a manifest still are damage.
  @Test func filesWithoutAManifestAreDamage() async throws {
    let warehouse = try TestWarehouse()
    try await warehouse.publish("SELECT 1 AS x", to: "clicks", day: 1)
    try await warehouse.storage.delete(try SignalKeys(instanceID: TestWarehouse.instanceID).manifest(of: "clicks"))
    let error = await #expect(throws: StorageError.self) {
      try await warehouse.snapshot.files(of: "clicks", days: nil)
    }
    #expect(error?.damage?.fault == .missing)
  }

  /// A file that was removed after the query's snapshot, as by the deletion of a user, is no damage.
  @Test func filesThatWereRemovedMeanwhileAreNoDamage() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    try await fixture.load("what,at\na,2026-01-01T10:00:00Z\n")
    let snapshot = fixture.files.warehouse.snapshot
    _ = try await snapshot.files(of: fixture.schema.layout.storedRows(), days: 1...2)
    _ = try await fixture.store.rewrite(fixture.schema.layout, instanceID: DataSetFixture.instanceID)
    let error = await #expect(throws: StorageError.self) {
      try await snapshot.files(of: fixture.schema.layout.storedRows(), days: nil)
    }
    #expect(error?.code == .notFound)
    #expect(error?.damage == nil)
  }
}
