import Dialects
import struct Foundation.Date

/// The members of audiences, out of the log of who came and went.
enum AudienceMembers {
  /// The members as what stands after FROM, with the columns of the members' table: for each audience that is named and
  /// each user the last entry, where it is a CREATE at or after the audience's time.
  ///
  /// - Parameters:
  ///   - since: By the audience's id in text.
  ///   - asOf: The moment whose members are meant; nil for those of all entries.
  ///   - log: The entries with these columns, as what stands after FROM.
  static func select(
    since: [String: Date], asOf: Date? = nil, log: ([OutputColumn]) -> String
  ) -> String {
    let audiences = since.compactMap { id, date in Int64(id).map { ($0, date) } }.sorted { $0.0 < $1.0 }
    guard !audiences.isEmpty else { return "(\(nobody))" }
    let ids = audiences.map { String($0.0) }.joined(separator: ", ")
    let times = audiences.map { "(CAST(\($0.0) AS BIGINT), \(timestamp($0.1)))" }.joined(separator: ", ")
    let until = asOf.map { " AND insert_date_utc <= \(timestamp($0))" } ?? ""
    let entries = log(AudienceLogLayout.fields.map { OutputColumn(name: $0.name, type: $0.type) })
    // Entries of a user in an audience differ in their ordinals, so that there is one last one.
    return """
      (SELECT CAST(members.audience_id AS VARCHAR) AS audience_id, members.entry.insert_date_utc AS insert_date_utc, \
      members.user_id AS user_id, members.entry.user_type AS user_type \
      FROM (SELECT audience_id, user_id, arg_max(struct_pack(action := action, insert_date_utc := insert_date_utc, \
      user_type := user_type), ordinal) AS entry \
      FROM \(entries) WHERE audience_id IN (\(ids))\(until) GROUP BY audience_id, user_id) AS members \
      JOIN (VALUES \(times)) AS audiences (id, since) ON audiences.id = members.audience_id \
      WHERE members.entry.action = 'CREATE' AND members.entry.insert_date_utc >= audiences.since)
      """
  }

  private static let nobody = """
    SELECT CAST(NULL AS VARCHAR) AS audience_id, CAST(NULL AS TIMESTAMP) AS insert_date_utc, \
    CAST(NULL AS BIGINT) AS user_id, CAST(NULL AS VARCHAR) AS user_type WHERE false
    """

  /// A literal of a time, to the millisecond that times are kept in.
  static func timestamp(_ date: Date) -> String {
    "make_timestamp(\(Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) * 1000))"
  }
}
