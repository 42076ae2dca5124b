import Base
import Catalog
import CleanRoom
import DifferentialPrivacy
import Foundation
import ObjectStorage
import Privacy
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// Queries with noise on the engine: what makes two questions the same, and what a run gives away.
@Suite struct NoiseQueryTests {
  private static let start = Date(timeIntervalSince1970: 1_748_736_000)
  private static let sql = "SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY campaign"

  private let folder: TemporaryFolder
  private let objects: LocalFolderStorage
  private let settings: EngineSettings
  private let service: EngineQueryService

  private struct Noise: InstanceNoise {
    func noise(for instanceID: String) -> PopulationNoise? { PopulationNoise(population: "people") }
  }

  init() throws {
    folder = try TemporaryFolder()
    objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
    service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: SignalStore(storage: objects), objects: objects,
      noise: Noise(), now: { Self.start })
  }

  private func load(users: Int, day: String = "2025-06-01") async throws {
    let lines = (0..<users).map { "user-\($0),\(day) 12:00:00,alpha,1" }
    let url = URL(filePath: folder.file("impressions.csv"))
    try Data((["user_id,impression_dt_utc,campaign,impressions"] + lines).joined(separator: "\n").utf8).write(to: url)
    let source = try #require(Catalogue.standard.dataSource(named: "dsp_impressions"))
    _ = try await SignalLoader(store: SignalStore(storage: objects), settings: settings).load(
      [LoadFile(url: url, displayName: "impressions.csv")], into: source, instanceID: "one")
  }

  private func query(_ sql: String = sql, instanceID: String = "one") async throws -> any CompiledQuery {
    try await service.compile(
      QueryRequest(
        sql: sql, instanceID: instanceID, purpose: .measurement,
        timeWindow: TimeWindow(start: Self.start, end: Self.start.addingTimeInterval(86_400))))
  }

  private func question(_ sql: String = sql, instanceID: String = "one") async throws -> NoiseQuestion {
    try #require(try await query(sql, instanceID: instanceID).question())
  }

  private func seed(_ number: UInt8 = 1) throws -> NoiseSeed {
    try #require(NoiseSeed(bytes: [UInt8](repeating: number, count: NoiseSeed.byteCount)))
  }

  private func csv(_ query: any CompiledQuery, _ seed: NoiseSeed, to prefix: String) async throws -> String {
    let result = try await query.runReport(outputPrefix: prefix, seed: seed) { _ in }
    let data = try await objects.get(ObjectKey(try #require(result.csvKeys.first)))
    return String(decoding: data, as: UTF8.self)
  }

  @Test func aQuestionIsItsTextAndItsData() async throws {
    try await load(users: 500)
    let first = try await question()
    #expect(try await question() == first)
    #expect(try await question("  " + Self.sql) == first, "Blanks do not count.")
    #expect(try await question(Self.sql + " ORDER BY campaign") != first)
    #expect(try await question(instanceID: "two") != first)
    // A load of another day, which brings nothing to this window: its cost must not tell that.
    try await load(users: 1, day: "2025-05-01")
    #expect(try await question() != first)
  }

  /// Data loaded after the question was charged are not in the answer.
  @Test func aRunReadsTheDataThatItWasChargedFor() async throws {
    try await load(users: 500)
    let query = try await query()
    let asked = try #require(try await query.question())
    try await load(users: 5_000)
    #expect(try await query.question() == asked)
    let row = try await csv(query, try seed(), to: "out").split(separator: "\n").last ?? ""
    let users = try #require(Int(row.split(separator: ",").last ?? ""))
    #expect(abs(users - 500) < 400)
  }

  @Test func theSameQuestionGetsTheKeptAnswer() async throws {
    try await load(users: 500)
    let first = try await csv(try await query(), try seed(1), to: "first")
    // Another seed would draw other noise, if the query ran again.
    #expect(try await csv(try await query(), try seed(2), to: "second") == first)
    let renamed = Self.sql.replacing("AS users", with: "AS people")
    #expect(try await csv(try await query(renamed), try seed(2), to: "third").contains("people"))
  }

  @Test func noQueryWithNoiseRunsWithoutASeed() async throws {
    try await load(users: 500)
    let query = try await query()
    await #expect(throws: QueryFailure.self) { _ = try await query.runReport(outputPrefix: "out", seed: nil) { _ in } }
    let reviewed = { @Sendable in try await query.runReport(outputPrefix: "out", review: { _ in [] }) { _ in } }
    await #expect(throws: QueryFailure.self) { _ = try await reviewed() }
    #expect(try await objects.list(under: ObjectKey("out")).isEmpty)
  }

  @Test func theReportOfAQueryNamesTheErrorOfEachFigure() async throws {
    let noise = try #require(try await query().noise)
    #expect(noise.population == "people")
    #expect(noise.columns.map(\.name) == ["campaign", "users"])
    #expect(noise.columns[0].standardError == nil)
    let error = try #require(noise.columns[1].standardError)
    #expect(error > 10 && error < 20)
    #expect(noise.cost.isWithin(NoiseSettings().queryLoss))
  }

  @Test func sizesOfAudiencesHaveNoise() async throws {
    try await load(users: 500)
    func size(_ number: UInt8) async throws -> Int {
      let query = try await service.compile(
        QueryRequest(
          sql: "SELECT user_id FROM dsp_impressions_for_audiences", instanceID: "one", purpose: .audience(.display),
          timeWindow: TimeWindow(start: Self.start, end: Self.start.addingTimeInterval(86_400))))
      #expect(query.noise?.cost == NoiseSettings().sizeLoss)
      return try await query.runAudience(outputPrefix: "members", seed: try seed(number)) { _ in }
    }
    let sizes = [try await size(1), try await size(2), try await size(3)]
    #expect(Set(sizes).count == 3)
    #expect(sizes.allSatisfy { $0 < 1_000 })
    #expect(try await size(1) == sizes[0])
  }
}
