package import AMCSQL

/// The texts of `statusReason`, one for each way to fail; each target adds its own. Tests of clients match these texts:
/// they do not change.
package enum StatusReason {
  /// AMC's documented text for a query that reads a table which is not for audiences.
  package static let audienceTableRequired =
    "Invalid tables in the SQL query: Use audience-specific tables in the query."
  /// For a job that could not be done for the server's own reasons.
  package static let internalFailure = "Internal service exception."

  /// For a query that was not accepted: where, the stable code, and why.
  package static func refused(_ refusal: QueryRefusal) -> String {
    // A table that is not for audiences is what there is to say, whatever else is wrong with the query.
    if refusal.diagnostics.contains(where: { $0.code == .audienceTableRequired && $0.severity == .error }) {
      return audienceTableRequired
    }
    if let table = refusal.diagnostics.first(where: { $0.code == .audienceTableNotAllowed && $0.severity == .error }) {
      return "Invalid tables in the SQL query: \(located(table))"
    }
    return "Invalid SQL query: \(located(refusal.first))"
  }

  /// For a query that the engine could not finish.
  package static func engineFailure(code: String, message: String) -> String {
    "The query could not be finished: \(code): \(message)"
  }

  /// `line:column: code: text`.
  package static func located(_ diagnostic: Diagnostic) -> String {
    let start = diagnostic.span.start
    return "\(start.line):\(start.column): \(diagnostic.code.rawValue): \(diagnostic.text)"
  }
}
