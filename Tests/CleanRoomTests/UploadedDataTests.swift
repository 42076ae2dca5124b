import AMCSQL
import Catalog
import CleanRoom
import Foundation
import ObjectStorage
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// Data that an advertiser uploaded, beside the signals that every instance has: bound, protected, run.
@Suite struct UploadedDataTests {
  private static let visits = DataSource.uploaded(
    name: "store_visits",
    columns: [
      UploadedColumn(name: "user_id", type: .string, kind: .dimension),
      UploadedColumn(name: "visited_at", type: .timestamp, kind: .dimension),
      UploadedColumn(name: "city", type: .string, kind: .dimension),
      UploadedColumn(name: "spend", type: .bigint, kind: .metric),
      UploadedColumn(name: "format", type: .string, kind: .dimension, threshold: .low),
    ], userColumn: "user_id", eventTimeColumn: "visited_at")

  private static let members = DataSource.uploaded(
    name: "members",
    columns: [
      UploadedColumn(name: "user_id", type: .string, kind: .dimension),
      UploadedColumn(name: "user_type", type: .string, kind: .dimension),
      UploadedColumn(name: "tier", type: .string, kind: .dimension),
    ], userColumn: "user_id", userTypeColumn: "user_type", eventTimeColumn: nil)

  private let folder: TemporaryFolder
  private let service: EngineQueryService
  private let objects: LocalFolderStorage

  /// 150 users visit in Kiel and 50 in Ulm; each of the first 120 saw an impression.
  init() async throws {
    folder = try TemporaryFolder()
    objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
    let store = SignalStore(storage: objects)
    let loader = SignalLoader(store: store, settings: settings)
    var visits = "user_id,visited_at,city,spend,format\n"
    var impressions = "user_id,user_id_type,impression_dt_utc,campaign,impressions\n"
    for user in 0..<200 {
      visits +=
        "u\(user),2025-06-01 10:00:00,\(user < 150 ? "Kiel" : "Ulm"),\(10 + user % 3),\(user % 2 == 0 ? "big" : "small")\n"
      if user < 120 { impressions += "u\(user),adUserId,2025-06-01 09:00:00,summer,1\n" }
    }
    var members = "user_id,user_type,tier\n"
    for user in 0..<200 {
      members += "u\(user),\(user % 4 == 3 ? "sisDeviceId" : "adUserId"),\(user < 100 ? "gold" : "silver")\n"
    }
    for (source, text) in [
      (Self.visits, visits), (try Self.impressions, impressions), (Self.members, members),
    ] {
      let path = folder.file("\(source.name).csv")
      try Data(text.utf8).write(to: URL(filePath: path))
      let file = LoadFile(url: URL(filePath: path), displayName: path, format: .csv)
      _ = try await loader.load([file], into: source, instanceID: "own")
    }
    var catalogue = Catalogue.standard
    catalogue.add(Self.visits)
    catalogue.add(Self.members)
    service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: store, objects: objects,
      catalogues: FixedCatalogue(catalogue), now: { Fixtures.now })
  }

  private static var impressions: DataSource {
    get throws { try #require(Catalogue.standard.dataSource(named: "dsp_impressions")) }
  }

  private func request(_ sql: String) throws -> QueryRequest {
    let start = try Date("2025-06-01T00:00:00Z", strategy: .iso8601)
    return QueryRequest(
      sql: sql, instanceID: "own", purpose: .measurement,
      timeWindow: TimeWindow(start: start, end: start.addingTimeInterval(86_400)))
  }

  private func lines(_ sql: String) async throws -> [String] {
    let result = try await service.compile(try request(sql)).runReport(outputPrefix: "out") { _ in }
    var lines: [String] = []
    for key in result.csvKeys {
      let text = String(decoding: try await objects.get(try ObjectKey(key)), as: UTF8.self)
      lines += text.split(separator: "\n").map(String.init).dropFirst()
    }
    return lines.sorted()
  }

  @Test func highColumnsNeedAHundredUsers() async throws {
    let rows = try await lines("SELECT city, COUNT(*) AS n FROM store_visits GROUP BY city")
    #expect(rows == ["Kiel,150"])
    // A column that was declared LOW is LOW.
    #expect(
      try await lines("SELECT format, COUNT(*) AS n FROM store_visits GROUP BY format") == ["big,100", "small,100"])
  }

  @Test func uploadedUsersJoinOtherTables() async throws {
    let rows = try await lines(
      """
      SELECT i.campaign, COUNT(DISTINCT v.user_id) AS visitors, SUM(v.spend) AS spend
      FROM dsp_impressions i JOIN store_visits v ON i.user_id = v.user_id GROUP BY i.campaign
      """)
    #expect(rows == ["summer,120,\((0..<120).reduce(0) { $0 + 10 + $1 % 3 })"])
  }

  /// A filter does no more than an upload with fewer rows does.
  @Test func uploadedColumnsAreComparableWithLiterals() async throws {
    #expect(try await lines("SELECT COUNT(*) AS n FROM store_visits WHERE city = 'Kiel'") == ["150"])
    #expect(try await lines("SELECT COUNT(*) AS n FROM store_visits WHERE city = 'Ulm'") == ["50"])
    #expect(try await lines("SELECT city, COUNT(*) AS n FROM store_visits WHERE city = 'Ulm' GROUP BY city") == [])
  }

  @Test func uploadedColumnsPinNoSensitiveValueAndUsersAreHidden() async throws {
    for (sql, code) in [
      (
        "SELECT COUNT(*) AS n FROM store_visits v JOIN dsp_impressions i ON v.city = i.city_name",
        DiagnosticCode.literalComparison
      ),
      ("SELECT user_id, COUNT(*) AS n FROM store_visits GROUP BY user_id", .columnNeverShown),
    ] {
      let request = try request(sql)
      let failure = try await #require(throws: QueryFailure.self) { try await service.compile(request) }
      guard case .refused(let refusal) = failure else {
        Issue.record("\(sql): \(failure)")
        continue
      }
      #expect(refusal.first.code == code, "\(sql)")
    }
  }

  @Test func audiencesContainTargetableUsersOnly() async throws {
    for (sql, count) in [
      ("SELECT user_id FROM members", 150), ("SELECT user_id FROM members WHERE tier = 'gold'", 75),
      (
        "SELECT m.user_id FROM members m JOIN dsp_impressions_for_audiences i ON m.user_id = i.user_id", 90
      ),
    ] {
      var request = try request(sql)
      request.purpose = .audience(.display)
      let members = try await service.runAudience(request, outputPrefix: "audience") { _ in }
      #expect(members == count, "\(sql)")
    }
  }

  @Test func theGrainFollowsFromTheColumns() async throws {
    func grain(user: String?, time: String?) -> DataSource.Grain {
      DataSource.uploaded(name: "t", columns: [], userColumn: user, eventTimeColumn: time).grain
    }
    #expect(grain(user: "u", time: "t") == .userEvent)
    #expect(grain(user: "u", time: nil) == .userFact)
    #expect(grain(user: nil, time: nil) == .reference)
  }
}
