package import AMCSQL

/// The texts of `statusReason`, one for each kind of failure; each target adds its own. Tests of clients compare these
/// texts, so they do not change.
package enum StatusReason {
  /// AMC's documented text for a query that reads a table which is not for audiences.
  package static let audienceTableRequired =
    "Invalid tables in the SQL query: Use audience-specific tables in the query."
  /// The reason of a job that failed because of the server.
  package static let internalFailure = "Internal service exception."

  /// The reason of a refused query: position, stable code and text.
  package static func refused(_ refusal: QueryRefusal) -> String {
    // A table that is not for audiences takes precedence over all other problems of the query.
    if refusal.diagnostics.contains(where: { $0.code == .audienceTableRequired && $0.severity == .error }) {
      return audienceTableRequired
    }
    if let table = refusal.diagnostics.first(where: { $0.code == .audienceTableNotAllowed && $0.severity == .error }) {
      return "Invalid tables in the SQL query: \(located(table))"
    }
    return "Invalid SQL query: \(located(refusal.first))"
  }

  /// The reason of a query that the engine could not finish.
  package static func engineFailure(code: String, message: String) -> String {
    "The query could not be finished: \(code): \(message)"
  }

  /// `line:column: code: text`.
  package static func located(_ diagnostic: Diagnostic) -> String {
    let start = diagnostic.span.start
    return "\(start.line):\(start.column): \(diagnostic.code.rawValue): \(diagnostic.text)"
  }
}
