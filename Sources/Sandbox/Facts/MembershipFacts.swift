import Base

/// The members of segments, as recorded on one day.
///
/// The segments of every user are known in the Americas. Those of one user in ten are known in Europe as well, and
/// those of another one in Asia and the Pacific.
struct MembershipFacts: Sendable {
  /// The recorded regions, each with the marketplace of its segments and the users that are known there.
  enum Region: String, CaseIterable {
    case americas = "amer"
    case europe = "eu"
    case asiaPacific = "apac"

    var marketplaceID: Int {
      switch self {
      case .americas: 1
      case .europe: 3
      case .asiaPacific: 6
      }
    }

    /// A SQL condition that is true for the users known in the region.
    var condition: String {
      switch self {
      case .americas: "true"
      case .europe: "user_index % 10 = 0"
      case .asiaPacific: "user_index % 10 = 1"
      }
    }
  }

  /// The number of days before the first day of events from which memberships are recorded, so that there is always a
  /// record.
  private static let earlierDays = 35

  let hashing: Hashing
  let day: UTCDay
  /// Whether the day has today's segments: nobody joins one later.
  let isLatest: Bool

  /// The days on which memberships are recorded for the history: the first Thursdays of months up to the last day of
  /// events.
  static func recordedDays(_ settings: SandboxSettings) -> [UTCDay] {
    let first = settings.lastDay.number - settings.days + 1 - earlierDays
    return (first...settings.lastDay.number).map { UTCDay(number: $0) }.filter(\.isFirstThursday)
  }

  /// SQL that makes `memberships`. One in ten of today's memberships does not exist on an earlier day.
  var createStatement: String {
    let joined = hashing.bits("joined", "user_index", "segment", "\(day.number)")
    return """
      CREATE OR REPLACE TABLE memberships AS
      SELECT user_index, user_id, user_id_type, segment, DATE '\(day.text)' AS day FROM (
        SELECT users.*, unnest(masks.numbers) AS segment FROM users LEFT JOIN masks ON masks.n = users.mask
        WHERE users.user_id IS NOT NULL)
      WHERE \(isLatest) OR \(joined) % 10 > 0
      ORDER BY user_id, user_index, segment
      """
  }
}
