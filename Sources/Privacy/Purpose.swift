public import Catalog

/// What a query is for; it decides which rules apply.
public enum Purpose: Hashable, Sendable {
  /// Aggregates go to the person who asked.
  case measurement
  /// User keys go to an advertiser account, and to nobody else.
  case audience(AdvertiserType)
}
