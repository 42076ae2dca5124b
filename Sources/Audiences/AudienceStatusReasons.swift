package import CleanRoom

extension StatusReason {
  /// The reason of an audience with a refresh rate of 0 when its time is over.
  package static let deactivated =
    "The audience was deactivated \(RefreshPolicy.deactivationAfterDays) days after its creation: "
    + "its refreshRateDays is 0."

  /// The reason of an audience that keeps its members because its refresh failed; `reason` is why.
  package static func refreshFailed(_ reason: String) -> String {
    "The last refresh failed and is tried again; the members are those of the one before. \(reason)"
  }

  /// The reason of an audience below the minimum size. It never contains the number of users.
  package static func tooFewUsers(minimum: Int) -> String {
    "The audience does not reach \(minimum) user_ids, which is the minimum number required to create an audience."
  }

  /// The reason of a lookalike audience whose seed is too small, or has too few users with signals. It never contains
  /// their number.
  static func seedTooSmall(minimum: Int) -> String {
    "The seed audience does not reach \(minimum) user_ids, which is the minimum number required for modeling "
      + "a lookalike audience."
  }

  /// The reason of a lookalike audience whose seed is too large.
  static func seedTooLarge(maximum: Int) -> String {
    "The seed audience has more than \(maximum) user_ids, which is the maximum number allowed for a lookalike audience."
  }

  /// The reason of a lookalike audience in an instance whose users are all alike.
  static let nothingToLearn =
    "The signals of the instance do not tell its users apart, so that no lookalike audience can be modeled."
}
