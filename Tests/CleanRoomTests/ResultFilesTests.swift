import Catalog
import Foundation
import ObjectStorage
@testable import Queries
import S3TestSupport
import Testing
import Warehouse

@testable import CleanRoom

/// The files of a report, from real signals by the real engine.
@Suite struct ResultFilesTests {
  /// An instance with 40 campaigns, each of which three users saw.
  private struct Setting {
    let folder = TestFolder()
    let storage: AnyTestStorage
    let service: EngineQueryService

    init(on kind: StorageKind, rowsPerFile: Int) async throws {
      storage = try await AnyTestStorage(kind)
      let settings = EngineSettings(
        memoryLimitBytes: 1 << 30, spillFolder: folder.url.appending(path: "spill", directoryHint: .isDirectory))
      let signals = SignalStore(storage: storage.storage)
      var text = "user_id,impression_dt_utc,campaign\n"
      for campaign in 10..<50 {
        for user in 1...3 { text += "user-\(user),2026-01-15 10:00:00,\"Spring; \(campaign)\"\n" }
      }
      try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      let file = folder.url.appending(path: "impressions.csv")
      try Data(text.utf8).write(to: file)
      let source = try #require(Catalogue.standard.dataSource(named: "dsp_impressions"))
      _ = try await SignalLoader(store: signals, settings: settings).load(
        [LoadFile(url: file, displayName: "impressions.csv")], into: source, instanceID: "room")
      service = EngineQueryService(
        engine: try DuckDBEngine(settings: settings), signals: signals, objects: storage.storage,
        fileLimits: ResultFileLimits(rowsPerFile: rowsPerFile), now: { Date(timeIntervalSince1970: 1_769_000_000) })
    }

    func run(_ sql: String, format: CSVFormat = CSVFormat()) async throws -> ReportResult {
      let start = Date(timeIntervalSince1970: 1_767_225_600)
      var request = QueryRequest(
        sql: sql, instanceID: "room", purpose: .measurement,
        timeWindow: TimeWindow(start: start, end: start.addingTimeInterval(30 * 86_400)))
      request.csvFormat = format
      return try await service.compile(request).runReport(
        outputPrefix: "instances/room/executions/one/attempt-1"
      ) { _ in }
    }

    func lines(_ key: String) async throws -> [String] {
      String(decoding: try await storage.storage.get(ObjectKey(key)), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
  }

  private static let query = "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign"

  @Test(arguments: StorageKind.allCases)
  func smallResultsHaveOneFile(_ kind: StorageKind) async throws {
    let setting = try await Setting(on: kind, rowsPerFile: 40)
    let result = try await setting.run(Self.query)
    #expect(result.rowCount == 40)
    let prefix = "instances/room/executions/one/attempt-1"
    #expect(result.csvKeys == ["\(prefix)/result.csv"])
    #expect(result.parquetKeys == ["\(prefix)/result.parquet"])
    let lines = try await setting.lines(result.csvKeys[0])
    #expect(lines.first == "campaign,n")
    #expect(Set(lines.dropFirst()) == Set((10..<50).map { "Spring; \($0),3" }))
    let parquet = try await setting.storage.storage.get(ObjectKey(result.parquetKeys[0]), range: 0..<4)
    #expect(parquet == Data("PAR1".utf8))
  }

  @Test(arguments: StorageKind.allCases)
  func largeResultsHaveSeveralFilesWithHeaders(_ kind: StorageKind) async throws {
    let setting = try await Setting(on: kind, rowsPerFile: 15)
    let result = try await setting.run(Self.query, format: CSVFormat(separator: ";", quote: "'", escape: "\\"))
    #expect(result.csvKeys.map { $0.split(separator: "/").last ?? "" } == (1...3).map { "result-part\($0).csv" })
    #expect(result.parquetKeys.count == 3)
    var rows: [String] = []
    for key in result.csvKeys {
      let lines = try await setting.lines(key)
      #expect(lines.first == "campaign;n")
      #expect(lines.count <= 16)
      rows += lines.dropFirst()
    }
    #expect(rows.count == 40)
    #expect(Set(rows) == Set((10..<50).map { "'Spring; \($0)';3" }))
    let stored = try await setting.storage.storage.list(under: ObjectKey("instances/room/executions"))
    let checksums = "instances/room/executions/one/attempt-1/checksums.json"
    #expect(Set(stored.map(\.key.value)) == Set(result.csvKeys + result.parquetKeys + [checksums]))
  }

  @Test func thereAreNeverMoreThanFiveFiles() async throws {
    let setting = try await Setting(on: .folder, rowsPerFile: 1)
    let result = try await setting.run(Self.query)
    #expect(result.csvKeys.count == ResultFileLimits.fileLimit)
    #expect(result.parquetKeys.count == ResultFileLimits.fileLimit)
  }

  @Test func emptyResultsHaveAHeader() async throws {
    let setting = try await Setting(on: .folder, rowsPerFile: 10)
    let result = try await setting.run("\(Self.query) HAVING COUNT(*) > 1000")
    #expect(result.rowCount == 0)
    #expect(try await setting.lines(result.csvKeys[0]) == ["campaign,n"])
  }
}
