import AMCSQL
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing
import Warehouse

/// The proof of `NoiseScales` in random cases: whatever the query, and whoever is removed, the sums behind its figures
/// change by no more than the noise is made for.
@Suite struct SensitivityTests {
  private static let queriesPerWorld = 15
  private static let usersPerWorld = 2

  private struct Tally {
    var figures = 0
    var asked = 0
    var refused = 0
    var largestShare = 0.0
    var largestGroupShare = 0.0
  }

  @Test(.hangLimit) func oneUserChangesSumsByNoMoreThanIsClaimed() async throws {
    let first = SeededGenerator.seed(standard: 1)
    let worlds = Environment.value(of: "ADYTON_PROPERTY_WORLDS").flatMap { UInt64($0) } ?? 5
    var tally = Tally()
    for seed in first..<(first + worlds) { try await run(seed: seed, &tally) }
    print("sensitivity test: seeds \(first) to \(first + worlds - 1), \(tally)")
    // A test in which most is refused, or nobody reaches the bounds, would show little.
    #expect(tally.figures > Int(worlds) * 20 && tally.refused * 2 < tally.asked, "\(tally)")
    #expect(tally.largestShare > 0.99 && tally.largestGroupShare > 0.99, "\(tally)")
  }

  private func run(seed: UInt64, _ tally: inout Tally) async throws {
    var random = SeededGenerator(seed: seed)
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-spill-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder)
    let signals = try await RandomSignals(&random, settings: settings)
    defer { signals.remove() }
    let users = Set(signals.tables.values.flatMap(\.rows).compactMap { $0["user_id"]?.number }.map(Int.init))
    for user in users.sorted().shuffled(using: &random).prefix(Self.usersPerWorld) {
      let neighbour = try await signals.without(user: user, settings: settings)
      defer { neighbour.remove() }
      for _ in 0..<Self.queriesPerWorld {
        let query = random.next()
        let bytes = (0..<NoiseSeed.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        let trial = NeighbourTrial(
          sql: NoiseQuery.sql(seed: query), signals: signals, neighbour: neighbour, settings: settings,
          parameters: NoiseParameters(
            loss: PrivacyLoss(ticks: 1 << 34, deltaTicks: 1 << 30), groupsPerUser: Int.random(in: 1...3, using: &random)
          ), seed: try #require(NoiseSeed(bytes: bytes)))
        try await judge(trial, "ADYTON_TEST_SEED=\(seed) ADYTON_PROPERTY_WORLDS=1, user \(user)", &tally)
      }
    }
  }

  private func judge(_ trial: NeighbourTrial, _ run: String, _ tally: inout Tally) async throws {
    tally.asked += 1
    do {
      let outcome = try await trial.run()
      tally.figures += outcome.figures
      tally.largestShare = max(tally.largestShare, outcome.largestShare)
      tally.largestGroupShare = max(tally.largestGroupShare, outcome.largestGroupShare)
      for problem in outcome.problems { Issue.record("\(problem): \(run): \(trial.sql)") }
    } catch let refusal as QueryRefusal {
      tally.refused += 1
      let isExpected = refusal.diagnostics.allSatisfy { [.unsupported, .unboundedMeasure].contains($0.code) }
      #expect(isExpected, "\(refusal.diagnostics.map(Answer.text)) \(run): \(trial.sql)")
    }
  }
}

/// Random queries of the property test, with aggregates that have a result with noise.
enum NoiseQuery {
  static func sql(seed: UInt64) -> String {
    var random = SeededGenerator(seed: seed)
    var sql = RandomQuery.sql(seed: random.next())
    // Aggregates over many users that are refused become such that are not, wherever they are.
    let spread = ["MEDIAN", "AVG", "STDDEV_POP", "SUM"].randomElement(using: &random) ?? "AVG"
    sql = sql.replacing(#/M(?:IN|AX)\((n[0-9]+)\)/#) { "\(spread)(\($0.output.1))" }
    sql = sql.replacing(#/M(?:IN|AX)\(t[0-9]+\)/#, with: "COUNT(*)")
    return sql.replacing(#/COUNT\(DISTINCT ([nt][0-9]+)\)/#) { "COUNT(\($0.output.1))" }
  }
}
