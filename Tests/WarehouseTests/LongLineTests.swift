import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

/// Lines and records that are longer than they may be are named by their number, and never lost.
@Suite struct LongLineTests {
  private static let time = "2026-01-01 00:00:00"

  /// A loader that takes lines of at most so many bytes.
  private func problems(_ text: String, _ name: String, limit: Int) async throws -> [String]? {
    let fixture = try LoaderFixture()
    var settings = fixture.warehouse.settings
    settings.loading.lineByteLimit = limit
    do {
      _ = try await SignalLoader(store: fixture.warehouse.store, settings: settings).load(
        [try fixture.file(name, text)], into: LoaderFixture.visits, instanceID: TestWarehouse.instanceID)
      return nil
    } catch let refusal as LoadRefusal {
      #expect(try await fixture.manifest().generation == 0)
      return refusal.problems.map(\.description)
    }
  }

  @Test func aLongLineIsRefusedWithItsNumber() async throws {
    let head = "user_id,visit_dt_utc,page\n"
    let long = "u,\(Self.time),\(String(repeating: "x", count: 2_000))\n"
    let good = "u,\(Self.time),x\n"
    #expect(
      try await problems(head + good + good + long + good, "a.csv", limit: 1_000)
        == ["a.csv:4: line_too_long: The record has more than 1000 bytes."])
    #expect(try await problems(head + good + long, "b.csv", limit: 3_000) == nil)
    let json = #"{"user_id":"u","visit_dt_utc":"\#(Self.time)","page":""#
    let lines = "\(json)x\"}\n\(json)\(String(repeating: "x", count: 2_000))\"}\n\(json)x\"}\n"
    #expect(
      try await problems(lines, "c.jsonl", limit: 1_000)
        == ["c.jsonl:2: line_too_long: The line has more than 1000 bytes."])
  }

  /// As long as the engine's own limit, at which it lost the line, and beyond.
  @Test(arguments: ["a.csv", "a.jsonl"], [20 << 20, 40 << 20])
  func aLineOfManyMegabytesIsRefusedWithItsNumber(_ name: String, byteCount: Int) async throws {
    let text = String(repeating: "x", count: byteCount)
    let lines =
      name.hasSuffix(".csv")
      ? "user_id,visit_dt_utc,page\nu,\(Self.time),y\nu,\(Self.time),\(text)\n"
      : "{\"user_id\":\"u\",\"visit_dt_utc\":\"\(Self.time)\"}\n\n"
        + "{\"user_id\":\"u\",\"visit_dt_utc\":\"\(Self.time)\",\"page\":\"\(text)\"}\n"
    let found = try #require(try await problems(lines, name, limit: LoadLimits().lineByteLimit))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("\(name):3: line_too_long: ") == true, "\(found)")
  }

  /// A quote that stays open makes one record of the rest of the file.
  @Test func aRecordOfManyLinesIsRefusedWithTheLineOfItsStart() async throws {
    let open =
      "user_id,visit_dt_utc,page\nu,\(Self.time),x\nu,\(Self.time),\"\n" + String(repeating: "a\n", count: 9_000)
    #expect(
      try await problems(open, "a.csv", limit: 10_000)
        == ["a.csv:3: line_too_long: The record has more than 10000 bytes."])
  }

  // MARK: Finding them

  private func start(_ text: String, _ shape: CSVShape?, limit: Int, pieces: Int) -> Int? {
    var lines = LongLines(shape, limit: limit)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { lines.add($0) }
    }
    lines.finish()
    return lines.offset
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64])
  func positionsDoNotDependOnPieces(_ pieces: Int) {
    let csv = CSVShape()
    #expect(start("abcd\nefgh\n", csv, limit: 4, pieces: pieces) == nil)
    #expect(start("abcd\nefghi\nx", csv, limit: 4, pieces: pieces) == 5)
    #expect(start("abcd\r\nefgh\rijkl", csv, limit: 4, pieces: pieces) == nil)
    #expect(start("abcd\nefghi", csv, limit: 4, pieces: pieces) == 5)
    // A break within quotes ends no record; a quote within a value is none.
    #expect(start("a\n\"b\nc\"\nd\n", csv, limit: 5, pieces: pieces) == nil)
    #expect(start("a\n\"b\nc\"\nd\n", csv, limit: 4, pieces: pieces) == 2)
    #expect(start("5\" x\nab\ncd\nef\n", csv, limit: 4, pieces: pieces) == nil)
    #expect(start("a,\"b\"\"\n\",c\nd\n", csv, limit: 10, pieces: pieces) == nil)
    #expect(start("a,\"b\"\"\n\",c\nd\n", csv, limit: 8, pieces: pieces) == 0)
    // Lines of JSON have no quotes that matter.
    #expect(start("\"a\nb\nc\nd\n", nil, limit: 2, pieces: pieces) == nil)
  }

  @Test func otherQuotesAndCommentsCount() throws {
    let shape = try CSVShape(quoteCharacter: "'", quoteEscapeCharacter: "\\", commentCharacter: "#")
    #expect(start("'a\\'\nb'\nc\n", shape, limit: 8, pieces: 4) == nil)
    #expect(start("'a\\'\nb'\nc\n", shape, limit: 6, pieces: 4) == 0)
    #expect(start("#'\na\nb\n", shape, limit: 2, pieces: 4) == nil)
  }

  // MARK: Room

  @Test func aFullDiskIsNoFaultOfTheFiles() throws {
    let disk = LocalDisk(freeByteCount: 1_000, byteCount: 100_000)
    #expect(try disk.room(leaving: 400) == 600)
    // On a small disk a twentieth stays free.
    #expect(try LocalDisk(freeByteCount: 100, byteCount: 1_000).room(leaving: 1 << 30) == 50)
    #expect(throws: StorageError(.full)) { _ = try disk.room(leaving: 1_000) }
    let present = try LocalDisk(of: FileManager.default.temporaryDirectory)
    #expect(present.freeByteCount > 0 && present.byteCount >= present.freeByteCount)
  }

  @Test func unpackedFilesAreLimitedTogether() async throws {
    let fixture = try LoaderFixture()
    var settings = fixture.warehouse.settings
    settings.loading.unpackedByteLimit = 50
    let file = try await fixture.file(
      "a.csv.gz", select: "SELECT 'u' AS user_id, TIMESTAMP '\(Self.time)' AS visit_dt_utc",
      options: "FORMAT csv, HEADER, COMPRESSION gzip")
    let loader = SignalLoader(store: fixture.warehouse.store, settings: settings)
    _ = try await loader.load([file], into: LoaderFixture.visits, instanceID: TestWarehouse.instanceID)
    await #expect(throws: LoadRefusal.self) {
      try await loader.load([file, file], into: LoaderFixture.visits, instanceID: TestWarehouse.instanceID)
    }
  }
}
