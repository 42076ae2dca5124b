import CleanRoom
import DifferentialPrivacy
import Foundation
import ObjectStorage
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// The same question twice: it has the same noise only if the figures before the noise are the same as well.
@Suite struct RepeatedQuestionTests {
  private struct OnePopulation: InstanceNoise {
    func noise(for instanceID: String) -> PopulationNoise? { PopulationNoise(population: "people") }
  }

  private func fingerprints(_ sql: String) async throws -> [[UInt8]] {
    let folder = try TemporaryFolder()
    let objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
    let service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: SignalStore(storage: objects), objects: objects,
      catalogues: FixedCatalogue(WorldUploads.catalogue), noise: OnePopulation(), now: { Question.now })
    var fingerprints: [[UInt8]] = []
    for _ in 0..<2 {
      let query = try await service.compile(
        QueryRequest(sql: sql, instanceID: "one", purpose: .measurement, timeWindow: Question.wholeWindow))
      fingerprints.append(try #require(try await query.question()).fingerprint)
    }
    return fingerprints
  }

  /// Whole numbers add up to the same in any order; ranks of equal rows are decided by all columns.
  @Test(arguments: [
    "SELECT SUM(impressions) AS n FROM dsp_impressions",
    """
    SELECT SUM(CASE WHEN r = 1 THEN LEAST(c, 10) ELSE 0 END) AS n FROM (
      SELECT user_id, impression_cost AS c,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY impression_date_utc) AS r FROM dsp_impressions)
    """,
  ])
  func whatIsTheSameEachTimeHasTheSameNoise(sql: String) async throws {
    let two = try await fingerprints(sql)
    #expect(two[0] == two[1])
  }

  /// Sums and means of floating-point numbers differ from run to run.
  @Test(arguments: ["SUM", "AVG"])
  func whatHangsOnTheOrderOfRowsHasNewNoiseEachTime(function: String) async throws {
    let two = try await fingerprints(
      """
      SELECT SUM(LEAST(s, 10)) AS n FROM (
        SELECT user_id, \(function)(CAST(impression_cost AS DOUBLE)) AS s FROM dsp_impressions GROUP BY 1)
      """)
    #expect(two[0] != two[1])
  }
}
