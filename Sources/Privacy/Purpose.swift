public import Catalog

/// The purpose of a query; it decides which rules apply.
public enum Purpose: Hashable, Sendable {
  /// Aggregates go to the person who asked.
  case measurement
  /// User keys go to an advertiser account, and to nobody else.
  case audience(AdvertiserType)
  /// Measures of single users go to a model of the clean room's own, of which nobody sees more than whom it picks for
  /// an audience. Such a query reads what an audience of that kind of advertiser may read, and its text is never a
  /// client's.
  case features(AdvertiserType)
}
