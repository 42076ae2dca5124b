import Dialects
import struct Foundation.Date

/// The members of audiences, out of the log of who came and went.
enum AudienceMembers {
  /// The SELECT with the columns of the members' table that a query wants: for each audience that is named and each user
  /// the last entry, where it is a CREATE at or after the audience's time.
  ///
  /// - Parameters:
  ///   - files: The log's files; there is at least one.
  ///   - columns: Columns of the members' table.
  ///   - since: By the audience's id in text.
  ///   - asOf: The moment whose members are meant; nil for those of all entries.
  static func select(
    _ columns: [OutputColumn], files: [String], since: [String: Date], asOf: Date? = nil
  ) -> String {
    let names = columns.map { column in
      column.name == AudienceLogLayout.audienceID.name
        ? "CAST(audience_id AS \(DuckDBTypeNames.name(of: column.type))) AS audience_id" : SQLText.name(column.name)
    }
    return "SELECT \(names.isEmpty ? "1 AS row" : names.joined(separator: ", ")) "
      + "FROM \(members(files: files, since: since, asOf: asOf))"
  }

  /// The same members with all their columns, as what stands after FROM.
  static func members(files: [String], since: [String: Date], asOf: Date?) -> String {
    let audiences = since.compactMap { id, date in Int64(id).map { ($0, date) } }.sorted { $0.0 < $1.0 }
    guard !audiences.isEmpty else { return "(\(nobody))" }
    let times = audiences.map { "(CAST(\($0.0) AS BIGINT), \(timestamp($0.1)))" }.joined(separator: ", ")
    let until = asOf.map { " AND insert_date_utc <= \(timestamp($0))" } ?? ""
    // An entry of a user who has several at once differs in its ordinal, so that there is one last one.
    return """
      (SELECT entries.audience_id AS audience_id, entries.entry.insert_date_utc AS insert_date_utc, entries.user_id AS user_id, \
      entries.entry.user_type AS user_type \
      FROM (SELECT audience_id, user_id, arg_max(struct_pack(action := action, insert_date_utc := insert_date_utc, \
      user_type := user_type), ordinal) AS entry \
      FROM read_parquet(\(SQLText.list(files)), hive_partitioning = false) \
      WHERE audience_id IN (\(audiences.map { String($0.0) }.joined(separator: ", ")))\(until) \
      GROUP BY audience_id, user_id) AS entries \
      JOIN (VALUES \(times)) AS audiences (id, since) ON audiences.id = entries.audience_id \
      WHERE entries.entry.action = 'CREATE' AND entries.entry.insert_date_utc >= audiences.since)
      """
  }

  private static let nobody = """
    SELECT CAST(NULL AS BIGINT) AS audience_id, CAST(NULL AS TIMESTAMP) AS insert_date_utc, \
    CAST(NULL AS BIGINT) AS user_id, CAST(NULL AS VARCHAR) AS user_type WHERE false
    """

  /// A literal of a time, to the millisecond that times are kept in.
  static func timestamp(_ date: Date) -> String {
    "make_timestamp(\(Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) * 1000))"
  }
}
