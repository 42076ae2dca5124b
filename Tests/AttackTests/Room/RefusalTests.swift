import CleanRoom
import Dialects
import Foundation
import ObjectStorage
import Privacy
import Queries
import ServerTestSupport
import Synchronization
import Testing
import Warehouse

/// A refused query is refused before anything is read, so the time that it takes tells nothing about the signals.
@Suite struct RefusalTests {
  /// An engine that must not be used.
  private final class UntouchedEngine: QueryEngine {
    let runs = Mutex(0)

    func run(
      _ query: EmittedQuery, signals: any SignalFiles, output: EngineLocation,
      progress: @escaping @Sendable (Double) -> Void
    ) async throws(EngineError) -> Int {
      runs.withLock { $0 += 1 }
      throw EngineError(.failed)
    }

    func run(
      _ report: EmittedReport, sketchKey: Int64, signals: any SignalFiles, output: EngineLocation,
      review: @escaping @Sendable (ReleasedStage) async throws -> Set<Int>,
      progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Int {
      runs.withLock { $0 += 1 }
      throw EngineError(.failed)
    }

    func write(
      rows: Range<Int>, of parquet: EngineLocation, to output: EngineLocation, as format: ResultFormat
    ) async throws(EngineError) {
      runs.withLock { $0 += 1 }
      throw EngineError(.failed)
    }

    func findLookalikes(
      _ search: LookalikeSearch, progress: @escaping @Sendable (Double) -> Void
    ) async throws(EngineError) -> LookalikeOutcome {
      runs.withLock { $0 += 1 }
      throw EngineError(.failed)
    }
  }

  @Test func refusedQueriesReadNothing() async throws {
    let folder = try TemporaryFolder()
    let engine = UntouchedEngine()
    // There are no signals at all, and no folder that could hold any.
    let objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let service = EngineQueryService(
      engine: engine, signals: SignalStore(storage: objects), objects: objects, now: { Question.now })
    var refused = 0
    for attack in try AttackTests.attacks.get() {
      for question in attack.questions {
        let request = QueryRequest(
          sql: question.sql, instanceID: "nowhere", purpose: .measurement, timeWindow: question.window,
          parameters: question.parameters)
        do throws(QueryFailure) {
          _ = try await service.compile(request).runReport(outputPrefix: "nowhere/result") { _ in }
        } catch {
          if case .refused = error { refused += 1 }
        }
      }
    }
    let runs = engine.runs.withLock { $0 }
    let questions = try AttackTests.attacks.get().map(\.questions.count).reduce(0, +)
    #expect(refused > 50)
    #expect(runs == questions - refused, "the engine runs what is not refused, and nothing else")
  }
}
