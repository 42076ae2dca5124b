import FirstPartyData
import Foundation
import Warehouse

/// The output of `adyton hash`. Values are no part of it.
struct HashReport {
  let plan: HashingPlan
  let summary: HashingSummary
  let output: String

  func print() {
    let rows = summary.rowCount == 1 ? "1 row" : "\(summary.rowCount.formatted()) rows"
    Output.line("\(output): \(rows)")
    for (column, counts) in zip(plan.columns, summary.columns) {
      switch column.use {
      case .identifier(let kind): Output.line("  '\(column.name)' (\(kind.rawValue)): \(text(counts))")
      case .country where !counts.problems.isEmpty: Output.line("  '\(column.name)' (country): \(text(counts))")
      case .country, .other: continue
      }
      for problem in IdentifierProblem.allCases {
        guard let found = counts.problems[problem] else { continue }
        Output.line(
          "    \(found.count.formatted()) left empty, first in line \(found.first): \(problem.code): \(problem.message)"
        )
      }
    }
  }

  private func text(_ counts: HashingTally.Counts) -> String {
    let parts = [
      (counts.hashed, "hashed"), (counts.alreadyHashed, "already hashed"), (counts.plain, "as they were"),
      (counts.empty, "empty"),
    ].filter { $0.0 > 0 }.map { "\($0.0.formatted()) \($0.1)" }
    return parts.isEmpty ? "no values" : parts.joined(separator: ", ")
  }
}
