import AMCSQL

/// What `statusReason` says, for each way to fail. Tests of clients match these texts: they do not change.
package enum StatusReason {
  /// AMC's documented text for a query that reads a table which is not for audiences.
  package static let audienceTableRequired =
    "Invalid tables in the SQL query: Use audience-specific tables in the query."
  /// For a job that could not be done for the server's own reasons.
  package static let internalFailure = "Internal service exception."

  /// For an audience with a refresh rate of 0 when its time is over.
  package static let deactivated =
    "The audience was deactivated \(RefreshPolicy.deactivationAfterDays) days after its creation: its refreshRateDays is 0."

  /// For an audience that keeps its members because a refresh of it has come to nothing; `reason` is why.
  package static func refreshFailed(_ reason: String) -> String {
    "The last refresh failed and is tried again; the members are those of the one before. \(reason)"
  }

  /// For an audience whose advertiser has left the instance.
  static let advertiserRemoved = "The advertiser was removed from the instance."

  /// For an update of advertisers that belong to others. Their ids are the client's own.
  static func advertisersForbidden(_ ids: [String]) -> String {
    "The requesting user has no access to these advertisers: \(ids.joined(separator: ", ")). Get access to an account that "
      + "has them, or ask the operator of the server to add them."
  }

  /// For an audience below the minimum size. It never tells how many users there were.
  package static func tooFewUsers(minimum: Int) -> String {
    "The audience does not reach \(minimum) user_ids, which is the minimum number required to create an audience."
  }

  /// For a lookalike audience whose seed is too small, or has too few users with signals. It never tells how many.
  static func seedTooSmall(minimum: Int) -> String {
    "The seed audience does not reach \(minimum) user_ids, which is the minimum number required for modeling a lookalike audience."
  }

  /// For a lookalike audience whose seed is too large.
  static func seedTooLarge(maximum: Int) -> String {
    "The seed audience has more than \(maximum) user_ids, which is the maximum number allowed for a lookalike audience."
  }

  /// For a lookalike audience of an instance whose users are all alike.
  static let nothingToLearn =
    "The signals of the instance do not tell its users apart, so that no lookalike audience can be modeled."

  /// For a query that was not accepted: where, the stable code, and why.
  static func refused(_ refusal: QueryRefusal) -> String {
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
  static func engineFailure(code: String, message: String) -> String {
    "The query could not be finished: \(code): \(message)"
  }

  /// For an execution that took longer than its request allowed.
  static func timedOut(seconds: Int) -> String {
    "The query took longer than workflowExecutionTimeoutSeconds allows: \(seconds) seconds."
  }

  /// `line:column: code: text`.
  static func located(_ diagnostic: Diagnostic) -> String {
    let start = diagnostic.span.start
    return "\(start.line):\(start.column): \(diagnostic.code.rawValue): \(diagnostic.text)"
  }
}
