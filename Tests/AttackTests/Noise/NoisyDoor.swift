import AMCSQL
import Catalog
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport

@testable import Warehouse

/// The clean room in noise mode, asked the same many times with other seeds.
///
/// A seed is a column here, so that one statement gives many answers; `isLikeTheEngine` shows that they are those of the
/// engine.
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

  static func compile(_ question: Question, _ parameters: NoiseParameters = Self.parameters) async -> Compiled {
    do throws(QueryRefusal) {
      return .ready(
        try await QueryCompiler(noise: parameters).compile(
          question.sql, for: .measurement, in: question.context, controls: question.controls))
    } catch {
      return .refused(error.diagnostics.map(Answer.text))
    }
  }

  /// The answer for each seed.
  func answers(to query: QueryCompiler.Compiled, seeds: [NoiseSeed]) async throws -> [Answer] {
    let marker = try Self.seed(0)
    let emitted = try query.seeded(marker)
    for view in try await SourceView.resolve(emitted.sources, in: world) {
      try await worlds.session.execute(view.statement.replacing("CREATE VIEW", with: "CREATE OR REPLACE VIEW"))
    }
    let isSeeded = emitted.sql.contains(marker.hexadecimal)
    let sql = emitted.sql.replacing("'\(marker.hexadecimal)'", with: "s.seed")
    let values = seeds.enumerated().map { "(\($0), '\($1.hexadecimal)')" }.joined(separator: ", ")
    let names = emitted.columns.map { "CAST(q.\"\($0.name)\" AS VARCHAR)" }
    let rows: [[EngineValue]]
    do {
      rows = try await worlds.session.rows(
        """
        SELECT s.run, \(names.joined(separator: ", "))
        FROM (VALUES \(isSeeded ? values : "(0, '')")) s(run, seed), LATERAL (\(sql)) q
        """)
    } catch {
      return seeds.map { _ in .failed("\(error)") }
    }
    let header = emitted.columns.map(\.name).joined(separator: ",")
    var lines: [[String]] = seeds.map { _ in [] }
    for row in rows {
      guard let run = row[0].integer else { continue }
      lines[run].append(row.dropFirst().map { $0.text ?? "NULL" }.joined(separator: "\u{1F}"))
    }
    if !isSeeded { lines = seeds.map { _ in lines[0] } }
    return lines.map { .rows([header] + $0.sorted(), notes: []) }
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
