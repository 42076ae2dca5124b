import AMCSQL
import Catalog
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing
import Warehouse
import WarehouseTestSupport

/// The proof of `NoiseScales` in random cases: whatever the query, and whichever user is removed, the sums behind its
/// figures change by no more than the noise is made for.
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

  /// Small bounds, so that much of the random signals is beyond them.
  private static let catalogue: Catalogue = {
    var catalogue = Catalogue.standard
    for (name, columns) in RandomSignals.columns {
      guard var source = catalogue.dataSource(named: name) else { continue }
      var bounds = ContributionBounds(rows: 3)
      for (column, kind) in columns {
        guard case .number = kind else { continue }
        bounds.values[column] = -1...4
        bounds.parts[column] = -2...7
      }
      source.contributionBounds = bounds
      catalogue.add(source)
    }
    return catalogue
  }()

  private func run(seed: UInt64, _ tally: inout Tally) async throws {
    var random = SeededGenerator(seed: seed)
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-spill-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder)
    let signals = try await RandomSignals(&random, settings: settings)
    defer { signals.remove() }
    let context = BindingContext(catalogue: Self.catalogue, timeWindow: Question.wholeWindow, now: Question.now)
    let users = Set(signals.tables.values.flatMap(\.rows).compactMap { $0["user_id"]?.number }.map(Int.init))
    for user in users.sorted().shuffled(using: &random).prefix(Self.usersPerWorld) {
      let neighbour = try await signals.without(user: user, settings: settings)
      defer { neighbour.remove() }
      let session = try await OpenSession(settings, folders: [signals.folder, neighbour.folder])
      for _ in 0..<Self.queriesPerWorld {
        let query = random.next()
        let bytes = (0..<NoiseSeed.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        let sql = NoiseQuery.sql(seed: query)
        let trial = NeighbourTrial(
          question: try Binder.bind(Parser.parse(sql), in: context), signals: signals, neighbour: neighbour,
          session: session,
          parameters: NoiseParameters(
            loss: PrivacyLoss(ticks: 1 << 34, deltaTicks: 1 << 30), groupsPerUser: Int.random(in: 1...3, using: &random)
          ), seed: try #require(NoiseSeed(bytes: bytes)))
        try await judge(trial, sql, "ADYTON_TEST_SEED=\(seed) ADYTON_PROPERTY_WORLDS=1, user \(user)", &tally)
      }
    }
  }

  private func judge(_ trial: NeighbourTrial, _ sql: String, _ run: String, _ tally: inout Tally) async throws {
    tally.asked += 1
    do {
      let outcome = try await trial.run()
      tally.figures += outcome.figures
      tally.largestShare = max(tally.largestShare, outcome.largestShare)
      tally.largestGroupShare = max(tally.largestGroupShare, outcome.largestGroupShare)
      #expect(outcome.rho <= trial.parameters.loss.rho * 1.000001, "\(run): \(sql)")
      for problem in outcome.problems { Issue.record("\(problem): \(run): \(sql)") }
    } catch let refusal as QueryRefusal {
      tally.refused += 1
      let isExpected = refusal.diagnostics.allSatisfy { [.unsupported, .unboundedMeasure].contains($0.code) }
      #expect(isExpected, "\(refusal.diagnostics.map(Answer.text)) \(run): \(sql)")
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
