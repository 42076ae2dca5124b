/// What follows for a record from what its person agreed to.
public enum ConsentDecision: String, Sendable, Hashable, CaseIterable {
  /// The record's country asks for no consent.
  case notRequired
  /// The person agreed.
  case granted
  /// The person did not agree to all that is needed.
  case denied
  /// The record says nothing.
  case absent
  /// What the record says can't be read.
  case unreadable
}
