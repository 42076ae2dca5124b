import AMCSQL
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import Warehouse

/// One random query, answered by the clean room and by the reference.
struct PropertyTrial {
  var sql: String
  var signals: RandomSignals
  /// The thresholds that rows are compared with.
  var thresholds: Thresholds
  /// The thresholds that protect the query: the same, except in the test that detects a difference.
  var protection: Thresholds
  var settings: EngineSettings

  struct Outcome {
    var shown = 0
    var hidden = 0
    var problems: [String] = []
  }

  /// - Throws: `QueryRefusal` if the query is refused.
  func run() async throws -> Outcome {
    let context = Question(sql: sql).context
    let compiled = try await QueryCompiler(thresholds: protection).compile(sql, for: .measurement, in: context)
    let shown = try await rows(of: compiled.query)
    let bound = try Binder.bind(Parser.parse(sql), in: context)
    var reference = Reference(bound, signals, thresholds)
    let expected = try reference.rows().map { row in
      (text: bound.body.columns.map { (row.values[$0.id] ?? .null).description }, verdict: row.verdict ?? .hide)
    }
    var outcome = Outcome(shown: shown.count, hidden: expected.count - shown.count)
    let counts = Dictionary(shown.map { ($0, 1) }, uniquingKeysWith: +)
    let possible = Self.counts(expected.filter { $0.verdict > .hide }.map(\.text))
    let needed = Self.counts(expected.filter { $0.verdict == .show }.map(\.text))
    for (row, count) in counts where count > possible[row] ?? 0 {
      let isHidden = expected.contains { $0.text == row }
      outcome.problems.append("\(row) is shown, \(isHidden ? "but too few stand behind it" : "which is not right")")
    }
    for (row, count) in needed where count > counts[row] ?? 0 {
      outcome.problems.append("\(row) is not shown, although many stand behind it")
    }
    return outcome
  }

  private static func counts(_ rows: [[String]]) -> [[String]: Int] {
    Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +)
  }

  private func rows(of query: EmittedQuery) async throws -> [[String]] {
    let file = EngineLocation(path: signals.folder.appending(path: "result.parquet").path(percentEncoded: false))
    _ = try await DuckDBEngine(settings: settings).run(query, signals: signals, output: file)
    return try await ResultFile.rows(of: query, in: file, signals.session).map { $0.map(\.description) }
  }
}
