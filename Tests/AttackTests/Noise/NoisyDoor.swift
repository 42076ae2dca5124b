import AMCSQL
import Catalog
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport

@testable import Warehouse

/// The clean room in noise mode, asked the same many times with other seeds.
struct NoisyDoor {
  let worlds: Worlds
  let world: World

  /// ε = 1 at δ = 1e-8 and 1e-9 for selections: what a query costs by default.
  static let parameters = NoiseParameters(
    loss: PrivacyLoss.allowed(epsilon: 1, delta: 1e-8) + PrivacyLoss(selectionDelta: 1e-9))

  /// A compiled question, or why it is refused.
  enum Compiled {
    case refused([String])
    case ready(QueryCompiler.Compiled)
  }

  static func compile(
    _ question: Question, for purpose: Purpose = .measurement, parameters: NoiseParameters = Self.parameters
  ) async -> Compiled {
    do throws(QueryRefusal) {
      return .ready(
        try await QueryCompiler(noise: parameters).compile(
          question.sql, for: purpose, in: question.context, controls: question.controls))
    } catch {
      return .refused(error.diagnostics.map(Answer.text))
    }
  }

  /// The answer for each seed.
  ///
  /// Noise is drawn anew for each of them. Which groups of a user count is drawn once, and so is a sample by RANDOM():
  /// what is proven holds for every fixed choice (`docs/differential-privacy/contributions.md`), so the attacker may as
  /// well know it. The engine then computes the sums once, and the answers of all seeds in one statement.
  func answers(to query: QueryCompiler.Compiled, seeds: [NoiseSeed]) async throws -> [Answer] {
    let (marker, choice) = (try Self.seed(0), try Self.seed(1))
    let emitted = try query.seeded(marker)
    for view in try await SourceView.resolve(emitted.sources, in: world) {
      try await worlds.session.execute(view.statement.replacing("CREATE VIEW", with: "CREATE OR REPLACE TABLE"))
    }
    let names = emitted.columns.map { "CAST(q.\"\($0.name)\" AS VARCHAR)" }.joined(separator: ", ")
    let sql = emitted.sql.replacing(
      "adyton_choice('\(marker.hexadecimal)'", with: "adyton_choice('\(choice.hexadecimal)'")
    guard sql.contains(marker.hexadecimal) else {
      let answer = await answer("SELECT \(names) FROM (\(sql)) q", emitted)
      return seeds.map { _ in answer }
    }
    let text = "'\(marker.hexadecimal)'"
    if let answers = try? await answersAtOnce(sql.replacing(text, with: "s.seed"), names, emitted, seeds) {
      return answers
    }
    // The engine can't compute everything for many seeds at once. With a parameter, it plans the query once.
    try await worlds.session.execute("PREPARE noisy AS SELECT \(names) FROM (\(sql.replacing(text, with: "$1"))) q")
    var answers: [Answer] = []
    for seed in seeds { answers.append(await answer("EXECUTE noisy('\(seed.hexadecimal)')", emitted)) }
    try await worlds.session.execute("DEALLOCATE noisy")
    return answers
  }

  /// The answers of one statement, in which the seed is a column of the query around it.
  private func answersAtOnce(
    _ sql: String, _ names: String, _ query: EmittedQuery, _ seeds: [NoiseSeed]
  ) async throws -> [Answer] {
    let values = seeds.enumerated().map { "(\($0), '\($1.hexadecimal)')" }.joined(separator: ", ")
    let rows = try await worlds.session.rows(
      "SELECT CAST(s.run AS BIGINT), \(names) FROM (VALUES \(values)) s(run, seed), LATERAL (\(sql)) q")
    var lines: [[String]] = seeds.map { _ in [] }
    for row in rows {
      guard let run = row[0].integer else { continue }
      lines[run].append(Self.line(row.dropFirst()))
    }
    let header = query.columns.map(\.name).joined(separator: ",")
    return lines.map { .rows([header] + $0.sorted(), notes: []) }
  }

  private static func line(_ values: some Sequence<EngineValue>) -> String {
    values.map { $0.text ?? "NULL" }.joined(separator: "\u{1F}")
  }

  private func answer(_ sql: String, _ query: EmittedQuery) async -> Answer {
    do throws(EngineError) {
      let lines = try await worlds.session.rows(sql).map { Self.line($0) }
      return .rows([query.columns.map(\.name).joined(separator: ",")] + lines.sorted(), notes: [])
    } catch {
      return .failed(error.description)
    }
  }

  /// A seed of a number.
  static func seed(_ number: UInt64) throws -> NoiseSeed {
    var generator = SeededGenerator(seed: number)
    let bytes = (0..<NoiseSeed.byteCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    guard let seed = NoiseSeed(bytes: bytes) else { throw NoSuchSeed() }
    return seed
  }

  struct NoSuchSeed: Error {}
}
