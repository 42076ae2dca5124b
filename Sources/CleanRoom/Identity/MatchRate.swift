/// How many of the records that were resolved are about somebody known.
package struct MatchRate: Sendable, Hashable, Codable {
  /// All records that were looked up.
  package var recordCount: Int
  /// Those that led to a user.
  package var matchedCount: Int

  package init(recordCount: Int, matchedCount: Int) {
    self.recordCount = recordCount
    self.matchedCount = matchedCount
  }

  /// From 0 to 1; nil where there were no records.
  package var fraction: Double? { recordCount > 0 ? Double(matchedCount) / Double(recordCount) : nil }
}
