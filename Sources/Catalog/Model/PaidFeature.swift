/// Data sources that need a subscription.
///
/// Source: AMC's guide "Paid features overview".
public struct PaidFeature: Hashable, Sendable {
  /// The name in commands.
  public let name: String
  /// The name for people.
  public let title: String
}
