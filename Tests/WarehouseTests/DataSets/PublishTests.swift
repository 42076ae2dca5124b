import Foundation
import ObjectStorage
import S3TestSupport
import Testing

@testable import Warehouse

@Suite struct PublishTests {
  private static let header = "what,at\n"

  private func rows(_ fixture: DataSetFixture) async throws -> [String?] {
    try await fixture.rows("SELECT what FROM data ORDER BY what").map { $0[0] }
  }

  @Test(arguments: [
    (DataSetPeriod.hour, ["b1", "c1", "c2"], ["b1", "c2"], ["b1", "c1"]),
    (.day, ["b1", "c1", "c2"], ["c2"], ["b1", "c1"]),
    (.month, ["b1", "c1", "c2"], ["c2"], ["b1", "c1"]),
  ])
  func overlapsAreThoseOfPartitions(
    _ period: DataSetPeriod, additive: [String], replace: [String], keep: [String]
  ) async throws {
    let first = Self.header + "b1,2026-03-05T09:59:59Z\nc1,2026-03-05T10:00:00Z\n"
    let second = Self.header + "c2,2026-03-05T10:30:00Z\n"
    for (strategy, expected) in [
      (UpdateStrategy.additive, additive), (.overlapReplace, replace), (.overlapKeep, keep), (.fullReplace, ["c2"]),
    ] {
      let fixture = try await DataSetFixture(DataSetFixture.events(period))
      try await fixture.load(first)
      let metrics = try await fixture.load(second, strategy: strategy)
      #expect(try await rows(fixture) == expected, "\(period) \(strategy)")
      #expect(metrics.inputRowCount == 1)
      #expect(metrics.outputRowCount == (strategy == .overlapKeep ? 0 : 1))
    }
  }

  @Test func monthPartitionsHaveCalendarBounds() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.month))
    try await fixture.load(Self.header + "jan,2026-01-31T23:59:59Z\nfeb,2026-02-01T00:00:00Z\n")
    try await fixture.load(
      Self.header + "new,2026-02-28T23:59:59Z\nmar,2026-03-01T00:00:00Z\n", strategy: .overlapReplace)
    #expect(try await rows(fixture) == ["jan", "mar", "new"])
  }

  @Test(arguments: StorageKind.allCases)
  func queriesReadFilesOfTheirDaysOnly(_ kind: StorageKind) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.month), on: kind)
    try await fixture.load(Self.header + "a,2026-01-01T00:00:00Z\nb,2026-01-02T00:00:00Z\nc,2026-01-03T00:00:00Z\n")
    let snapshot = fixture.files.warehouse.snapshot
    let stored = fixture.schema.layout.storedRows()
    #expect(try await snapshot.files(of: stored, days: 20_455...20_456).count == 2)
    #expect(try await snapshot.files(of: stored, days: nil).count == 3)
    #expect(try await snapshot.files(of: stored, days: 30_000...30_001).isEmpty)
  }

  @Test func earlierMomentsCanBeRead() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let before = fixture.clock.now
    fixture.clock.advance(10)
    try await fixture.load(Self.header + "a,2026-01-01T00:00:00Z\n")
    let first = fixture.clock.now
    fixture.clock.advance(10)
    try await fixture.load(Self.header + "b,2026-01-01T00:00:00Z\n", strategy: .fullReplace)
    fixture.clock.advance(10)
    #expect(try await fixture.rows("SELECT what FROM data", asOf: before) == [])
    #expect(try await fixture.rows("SELECT what FROM data", asOf: first) == [["a"]])
    #expect(try await fixture.rows("SELECT what FROM data", asOf: fixture.clock.now) == [["b"]])
    #expect(try await fixture.rows("SELECT what FROM data") == [["b"]])
  }

  @Test func compactionKeepsEarlierMoments() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    var moments: [Date] = []
    for number in 0..<40 {
      try await fixture.load("sku,title\n\(number),x\n")
      moments.append(fixture.clock.now)
      fixture.clock.advance(1)
    }
    let manifest = try await fixture.manifest
    #expect(manifest.files.count <= DataSetStore.filesPerSlotMax)
    #expect(manifest.rowCount == 40)
    for number in [0, 15, 16, 17, 38, 39] {
      #expect(
        try await fixture.rows("SELECT count(*), count(DISTINCT sku) FROM data", asOf: moments[number]) == [
          ["\(number + 1)", "\(number + 1)"]
        ])
    }
    #expect(try await fixture.rows("SELECT count(DISTINCT sku) FROM data") == [["40"]])
  }

  @Test(arguments: StorageKind.allCases)
  func concurrentUploadsAllCount(_ kind: StorageKind) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day), on: kind)
    try await withThrowingTaskGroup(of: UploadMetrics.self) { group in
      for number in 0..<4 {
        group.addTask { try await fixture.load(Self.header + "\(number),2026-01-0\(number + 1)T00:00:00Z\n") }
      }
      group.addTask { try await fixture.load(Self.header + "x,2026-01-09T00:00:00Z\n", strategy: .overlapKeep) }
      for try await metrics in group { #expect(metrics.outputRowCount == 1) }
    }
    #expect(try await rows(fixture) == ["0", "1", "2", "3", "x"])
    #expect(try await fixture.manifest.generation == 5)
  }

  @Test func filesOfInterruptedUploadsAreRemoved() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let folder = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    let stray = try folder.file("day=2026-01-01/part-stray.parquet")
    try await fixture.store.storage.put(Data("half".utf8), at: stray)
    #expect(try await fixture.rows("SELECT * FROM data") == [])
    try await fixture.load(Self.header + "a,2026-01-01T00:00:00Z\n")
    #expect(try await fixture.store.storage.exists(stray) == false)
    #expect(try await rows(fixture) == ["a"])
  }

  @Test func aDamagedManifestIsAnError() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let folder = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    try await fixture.store.storage.put(Data("{}".utf8), at: folder.manifestKey())
    await #expect(throws: StorageError(.corrupt)) { try await fixture.load(Self.header + "a,2026-01-01T00:00:00Z\n") }
    await #expect(throws: StorageError(.corrupt)) { try await fixture.manifest }
  }

  @Test(arguments: StorageKind.allCases)
  func aDeletedDataSetIsGone(_ kind: StorageKind) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day), on: kind)
    try await fixture.load(Self.header + "a,2026-01-01T00:00:00Z\n")
    try await fixture.load(Self.header + "b,2026-01-01T00:00:00Z\n", strategy: .fullReplace)
    try await fixture.store.delete(folder: fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    let prefix = try RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID).prefix
    #expect(try await fixture.store.storage.list(under: prefix).isEmpty)
    #expect(try await fixture.manifest.generation == 0)
  }
}

/// Columns come, go and change their names while files stay.
@Suite struct ColumnChangeTests {
  @Test func columnsAreReadByFieldID() async throws {
    var fixture = try await DataSetFixture(DataSetFixture.products)
    try await fixture.load("sku,title\n1,Lamp\n")
    fixture.schema.updateColumn(named: "Title") { $0.name = "name" }
    fixture.schema.append(DataSetColumn(name: "title", dataType: .long, isNullable: true))
    #expect(fixture.schema.columns.map(\.fieldID) == [1, 2, 3])
    try await fixture.load("sku,title,name\n2,20,Chair\n")
    #expect(
      try await fixture.rows("SELECT sku, name, title FROM data ORDER BY sku") == [
        ["1", "Lamp", nil], ["2", "Chair", "20"],
      ])
    let removed = fixture.schema.removeColumn(named: "title")
    #expect(removed?.fieldID == 3)
    fixture.schema.append(DataSetColumn(name: "title", dataType: .string, isNullable: true))
    #expect(fixture.schema.column(named: "title")?.fieldID == 4)
    #expect(try await fixture.rows("SELECT sku, title FROM data ORDER BY sku") == [["1", nil], ["2", nil]])
  }

  @Test func deletedColumnsAreRemovedFromFiles() async throws {
    var fixture = try await DataSetFixture(DataSetFixture.products)
    try await fixture.load("sku,title\n1,Unforgettable\n")
    try await fixture.load("sku,title\n2,Irreplaceable\n", strategy: .fullReplace)
    #expect(try fixture.holds(Data("Unforgettable".utf8)))
    _ = fixture.schema.removeColumn(named: "title")
    try await fixture.store.rewrite(fixture.schema.layout, instanceID: DataSetFixture.instanceID)
    #expect(try fixture.holds(Data("Unforgettable".utf8)) == false)
    #expect(try fixture.holds(Data("Irreplaceable".utf8)) == false)
    #expect(try await fixture.rows("SELECT * FROM data") == [["2"]])
    #expect(try await fixture.manifest.rowCount == 1)
  }
}

@Suite struct UserRemovalTests {
  private func upload(_ people: [String]) -> String {
    "email,product,purchase_time\n"
      + people.enumerated().map {
        "\(DataSetFixture.hash($1)),bought-by-\($1.prefix(4)),2026-03-0\($0 % 3 + 1)T10:00:00Z\n"
      }
      .joined()
  }

  @Test(arguments: StorageKind.allCases)
  func allRowsOfADeletedPersonAreRemoved(_ kind: StorageKind) async throws {
    let fixture = try await DataSetFixture(on: kind)
    try await fixture.know(["anna@example.com": "anna", "bert@example.com": "bert"])
    let people = ["anna@example.com", "bert@example.com", "zoe@example.com", "anna@example.com"]
    try await fixture.load(upload(people))
    try await fixture.load(upload(people), strategy: .overlapReplace)
    try await fixture.load(upload(["bert@example.com"]))
    let expression = try await fixture.secret.keyExpression(of: "'anna'")
    let key = try await TrustedSession.with(fixture.files.warehouse.settings) { session in
      try await session.rows("SELECT \(expression)").first?.first?.integer
    }
    let anna = Int64(try #require(key))
    let before = try await fixture.store.storage.list(
      under: RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID).prefix)
    #expect(try await fixture.rows("SELECT count(*) FROM data WHERE user_id = \(anna)") == [["2"]])
    let removed = try await fixture.store.removeUsers(
      [anna, 17], from: fixture.schema.layout, instanceID: DataSetFixture.instanceID)
    #expect(removed == 2)
    #expect(
      try await fixture.rows("SELECT product FROM data ORDER BY product") == [
        ["bought-by-bert"], ["bought-by-bert"], ["bought-by-zoe@"],
      ])
    let after = try await fixture.store.storage.list(
      under: RowFolder(fixture.schema.folder, instanceID: DataSetFixture.instanceID).prefix)
    #expect(after.count < before.count)
    #expect(try await fixture.manifest.retired.isEmpty)
    for object in after {
      let data = try await fixture.store.storage.get(object.key)
      #expect(data.range(of: Data("bought-by-anna".utf8)) == nil)
      #expect(data.range(of: withUnsafeBytes(of: anna.littleEndian) { Data($0) }) == nil)
    }
    #expect(
      try await fixture.store.removeUsers([anna], from: fixture.schema.layout, instanceID: DataSetFixture.instanceID)
        == 0)
  }

  /// Whether a data set counts as changed must not tell whether the deleted people were in it, or are known at all.
  @Test func everyDeletionChangesTheNumberOfTheManifest() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna"])
    try await fixture.load(upload(["anna@example.com"]))
    let before = try await fixture.manifest
    for keys: [Int64] in [[17], []] {
      _ = try await fixture.store.removeUsers(
        keys, from: fixture.schema.layout, instanceID: DataSetFixture.instanceID)
    }
    let after = try await fixture.manifest
    #expect(after.generation == before.generation + 2)
    #expect(after.files == before.files)
  }

  @Test func filesOfADeletedPersonAloneAreRemoved() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna"])
    try await fixture.load(upload(["anna@example.com"]))
    let expression = try await fixture.secret.keyExpression(of: "'anna'")
    let key = try await TrustedSession.with(fixture.files.warehouse.settings) { session in
      try await session.rows("SELECT \(expression)").first?.first?.integer
    }
    let anna = Int64(try #require(key))
    #expect(
      try await fixture.store.removeUsers([anna], from: fixture.schema.layout, instanceID: DataSetFixture.instanceID)
        == 1)
    #expect(try await fixture.manifest.files.isEmpty)
    #expect(try fixture.storedFiles().isEmpty)
  }
}
