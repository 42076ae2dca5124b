import AMCSQL
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import TestSupport
import Testing
import Warehouse

/// Random queries over random signals: results are correct, and enough users are behind all of them.
@Suite struct PropertyTests {
  /// Queries for each set of signals.
  private static let queriesPerWorld = 20

  /// The counts of a run.
  private struct Tally {
    var shown = 0
    var hidden = 0
    var refused = 0
    /// Queries whose result depends on rows that may be shown or hidden.
    var uncertain = 0
    var asked = 0
  }

  @Test func rowsAreCorrectAndHaveEnoughUsers() async throws {
    let first = SeededGenerator.seed(standard: 1)
    let worlds = Environment.value(of: "ADYTON_PROPERTY_WORLDS").flatMap { UInt64($0) } ?? 15
    var tally = Tally()
    for seed in first..<(first + worlds) {
      try await ask(seed: seed, &tally) { trial, run, problems in
        for problem in problems {
          Issue.record("\(problem) \(trial.thresholds) \(run)")
        }
      }
    }
    print("property test: seeds \(first) to \(first + worlds - 1), \(tally)")
    // A run in which nothing is shown, nothing is hidden or most is refused would test little.
    #expect(tally.shown * 2 > tally.asked && tally.hidden > tally.asked / 10, "\(tally)")
    #expect((tally.refused + tally.uncertain) * 2 < tally.asked, "\(tally)")
  }

  /// Protection that is too weak, or too strict, is detected: the test above can find what it looks for.
  @Test(arguments: [-1, 20]) func wrongProtectionIsDetected(_ difference: Int) async throws {
    var tally = Tally()
    var found = 0
    for seed in UInt64(1)...8 {
      try await ask(seed: seed, protectedBy: difference, &tally) { _, _, problems in found += problems.count }
    }
    #expect(found > 3, "\(tally)")
  }

  private func ask(
    seed: UInt64, protectedBy difference: Int = 0, _ tally: inout Tally,
    _ judge: (PropertyTrial, Comment, [String]) -> Void
  ) async throws {
    var random = SeededGenerator(seed: seed)
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-spill-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder)
    let signals = try await RandomSignals(&random, settings: settings)
    defer { signals.remove() }
    let thresholds = Self.thresholds(&random)
    for _ in 0..<Self.queriesPerWorld {
      let query = random.next()
      var protection = thresholds
      protection.low += difference
      protection.medium += difference
      protection.high += difference
      protection.equivalent = max(1, protection.equivalent + difference)
      let trial = PropertyTrial(
        sql: RandomQuery.sql(seed: query), signals: signals, thresholds: thresholds, protection: protection,
        settings: settings)
      let run: Comment = "ADYTON_TEST_SEED=\(seed) ADYTON_PROPERTY_WORLDS=1, query \(query): \(trial.sql)"
      tally.asked += 1
      do {
        let outcome = try await trial.run()
        tally.shown += outcome.shown
        tally.hidden += outcome.hidden
        judge(trial, run, outcome.problems)
      } catch is Reference.NotCertain {
        tally.uncertain += 1
      } catch let refusal as QueryRefusal {
        tally.refused += 1
        let isExpected = refusal.diagnostics.allSatisfy { [.unsupported, .literalComparison].contains($0.code) }
        #expect(isExpected, "\(refusal.diagnostics.map(Answer.text)) \(run)")
      }
    }
  }

  /// Few users are enough, so few rows are.
  private static func thresholds(_ random: inout SeededGenerator) -> Thresholds {
    var thresholds = Thresholds()
    thresholds.low = Int.random(in: 2...3, using: &random)
    thresholds.medium = Int.random(in: 3...6, using: &random)
    thresholds.high = Int.random(in: 3...6, using: &random)
    thresholds.effectiveLow = 2
    thresholds.effectiveMedium = Int.random(in: 2...4, using: &random)
    thresholds.effectiveHigh = Int.random(in: 2...4, using: &random)
    thresholds.equivalent = Int.random(in: 2...3, using: &random)
    return thresholds
  }
}
