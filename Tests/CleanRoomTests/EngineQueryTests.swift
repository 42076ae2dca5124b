import Catalog
import Foundation
import ObjectStorage
import Privacy
import Queries
import ServerTestSupport
import Synchronization
import Testing
import Warehouse

/// Queries that the engine's service has compiled.
@Suite struct EngineQueryTests {
  /// A catalogue that counts how often it is asked for: once for each compilation.
  private final class CountedCatalogue: InstanceCatalogues {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    func catalogue(for instanceID: String, asOf: Date?) -> Catalogue {
      calls.withLock { $0 += 1 }
      return .standard
    }
  }

  private static let start = Date(timeIntervalSince1970: 1_748_736_000)

  private static func request(_ sql: String) -> QueryRequest {
    QueryRequest(
      sql: sql, instanceID: "one", purpose: .measurement,
      timeWindow: TimeWindow(start: start, end: start.addingTimeInterval(86_400)))
  }

  @Test func aQueryIsCompiledOnceForItsReviewAndItsRun() async throws {
    let folder = try TemporaryFolder()
    let objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
    let catalogue = CountedCatalogue()
    let service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: SignalStore(storage: objects), objects: objects,
      catalogues: catalogue, now: { Self.start })
    let query = try await service.compile(
      Self.request("SELECT COUNT(*) AS n, (SELECT COUNT(*) FROM dsp_clicks) AS m FROM dsp_impressions"))
    #expect(query.check.columns.map(\.name) == ["n", "m"])
    #expect(query.fingerprint.disclosureQueryCount == 2)
    let stages = Mutex<[Int]>([])
    _ = try await query.runReport(
      outputPrefix: "out",
      review: { stage in
        stages.withLock { $0.append(stage.aggregation) }
        return []
      }, progress: { _ in })
    #expect(stages.withLock { $0 } == [0, 1])
    #expect(catalogue.count == 1)
    // The reason of a refusal arrives as it is.
    await #expect(throws: ReviewRefusal(reason: "too few")) {
      try await query.runReport(
        outputPrefix: "out", review: { _ in throw ReviewRefusal(reason: "too few") }, progress: { _ in })
    }
  }
}
