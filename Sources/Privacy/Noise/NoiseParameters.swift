public import DifferentialPrivacy

/// The cost that a query in noise mode may have, and how much of it one user may be.
///
///     let parameters = NoiseParameters(loss: loss, groupsPerUser: 8)
///     let protected = try Protection.protect(query, for: .measurement, noise: parameters)
public struct NoiseParameters: Hashable, Sendable {
  /// The privacy loss of the whole query at most: rho for its figures, delta for its choice of groups.
  public var loss: PrivacyLoss
  /// In how many groups of one aggregation a user counts at most. More groups lose fewer contributions and need more
  /// noise. It is at least 1.
  public var groupsPerUser: Int

  /// The default of `groupsPerUser`.
  public static let standardGroupsPerUser = 8

  public init(loss: PrivacyLoss, groupsPerUser: Int = Self.standardGroupsPerUser) {
    self.loss = loss
    self.groupsPerUser = max(1, groupsPerUser)
  }
}
