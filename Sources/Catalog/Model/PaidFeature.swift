/// Data sources that an instance has only with a subscription.
///
/// Source: AMC's guide "Paid features overview".
public struct PaidFeature: Hashable, Sendable {
  /// How commands name it.
  public let name: String
  /// How people name it.
  public let title: String

  init(name: String, title: String) {
    self.name = name
    self.title = title
  }
}
