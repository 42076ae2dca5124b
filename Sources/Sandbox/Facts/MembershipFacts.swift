import Base

/// Who is in which segment, as recorded on one day.
///
/// Everybody's segments are known in the Americas; one user in ten is known in Europe as well, and another one in Asia and
/// the Pacific.
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

    /// True for the users that are known there.
    var condition: String {
      switch self {
      case .americas: "true"
      case .europe: "user_index % 10 = 0"
      case .asiaPacific: "user_index % 10 = 1"
      }
    }
  }

  /// How many days before the first day of events memberships are recorded from, so that there is a record always.
  private static let earlierDays = 35

  let hashing: Hashing
  let day: UTCDay
  /// Whether this is the day of today's segments: nobody joins one later.
  let isLatest: Bool

  /// The days on which memberships are recorded for the history: first Thursdays up to the last day of events.
  static func recordedDays(_ settings: SandboxSettings) -> [UTCDay] {
    let first = settings.lastDay.number - settings.days + 1 - earlierDays
    return (first...settings.lastDay.number).map { UTCDay(number: $0) }.filter(\.isFirstThursday)
  }

  /// Makes `memberships`. On an earlier day one in ten of today's memberships is not there yet.
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
