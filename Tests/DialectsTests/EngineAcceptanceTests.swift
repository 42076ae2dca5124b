import AMCSQL
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import TestSupport
import Testing
import WarehouseTestSupport

@testable import Warehouse

/// Every query that compiles is one that the engine understands, also one that nobody has thought of.
@Suite struct EngineAcceptanceTests {
  private static let seed = SeededGenerator.seed(standard: 20_250_132)
  /// Changed queries that the engine has to understand.
  private static let count = 300

  /// Tables without files: only the statement matters.
  private struct NoSignals: SignalFiles {
    func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] { [] }
  }

  @Test func changedQueriesThatCompileAreUnderstood() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = try await OpenSession(
      EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder))
    let words = Set(FixtureTests.fixtures.flatMap { Self.words(of: $0.sql) }).sorted()
    var random = SeededGenerator(seed: Self.seed)
    var compiled: [String: EmittedQuery] = [:]
    while compiled.count < Self.count {
      let fixture = try #require(FixtureTests.fixtures.randomElement(using: &random))
      var own = Self.words(of: fixture.sql)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<own.count, using: &random)
        own[index] = words.randomElement(using: &random) ?? ""
      }
      let text = own.joined(separator: " ")
      do throws(QueryRefusal) {
        compiled[text] = try await QueryCompiler().compile(
          text, for: fixture.queryPurpose ?? .measurement, in: FixtureTests.context
        ).query
      } catch {
        continue
      }
    }
    for (text, query) in compiled {
      try await session.execute("BEGIN")
      do {
        try await Self.explain(query, in: session)
      } catch {
        Issue.record("seed \(Self.seed): \(text): \(query.sql): \(error)")
      }
      try await session.execute("ROLLBACK")
    }
  }

  private static func words(of sql: String) -> [String] {
    sql.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Has the engine plan the query, over views like those that a run makes.
  private static func explain(_ query: EmittedQuery, in session: OpenSession) async throws {
    for view in try await SourceView.resolve(query.sources, in: NoSignals()) {
      try await session.execute(view.statement)
    }
    _ = try await session.rows("EXPLAIN \(query.sql)")
  }
}
