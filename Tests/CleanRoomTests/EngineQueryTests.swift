import Catalog
import Queries
import Foundation
import ObjectStorage
import Privacy
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

  @Test func aQueryIsCompiledOnceForItsComparisonsAndItsRun() async throws {
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
    #expect(try await query.isolation(from: nil) == .nothing)
    _ = try await query.runReport(outputPrefix: "out") { _ in }
    #expect(catalogue.count == 1)
    // The other query of a comparison is compiled for it.
    #expect(
      try await query.isolation(from: Self.request("SELECT COUNT(*) AS n FROM dsp_impressions")) == .nothing)
    #expect(catalogue.count == 2)
    await #expect(throws: QueryFailure.self) { try await query.isolation(from: Self.request("SELECT")) }
  }
}
