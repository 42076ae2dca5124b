/// The consequence of a record's consent signals.
public enum ConsentDecision: String, Sendable, Hashable, CaseIterable {
  /// The record's country requires no consent.
  case notRequired
  /// The person agreed.
  case granted
  /// The person did not agree to everything that is needed.
  case denied
  /// The record has no signal.
  case absent
  /// The record's signal can't be read.
  case unreadable
}
