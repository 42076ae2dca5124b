package import Catalog

/// The layout of the files of an audience log: one row for each user that an entry is about.
///
///     action           CREATE or DELETE
///     audience_id      the audience's id
///     insert_date_utc  when the request came
///     user_id          the instance's user key
///     user_type        the kind of the user's identifier
///     ordinal          the number of the entry among all that were ever sent; of two entries of a user, the higher
///                      one counts
package enum AudienceLogLayout {
  package static let action = RowLayout.Field(id: 1, name: "action", type: .string)
  package static let audienceID = RowLayout.Field(id: 2, name: "audience_id", type: .bigint)
  package static let insertDate = RowLayout.Field(id: 3, name: "insert_date_utc", type: .timestamp)
  package static let userID = RowLayout.Field(id: 4, name: "user_id", type: .userKey)
  package static let userType = RowLayout.Field(id: 5, name: "user_type", type: .string)
  package static let ordinal = RowLayout.Field(id: 6, name: "ordinal", type: .bigint)

  static let fields = [action, audienceID, insertDate, userID, userType, ordinal]

  /// The columns that AMC's guide lists and says to be dropped after matching: no file ever has them.
  package static let droppedColumns = [
    "hashed_address", "hashed_city", "hashed_email", "hashed_first_name", "hashed_last_name", "hashed_phone",
    "hashed_state", "hashed_zip",
  ]
  /// The first field of those.
  static let firstDroppedFieldID = 101

  /// The folder of a log, below the instance's own.
  package static func folder(logID: String) -> String { "audienceLogs/\(logID)" }

  /// The layout of a log's files. Rows are not split by day: a log is read whole to know who is a member.
  package static func layout(logID: String) -> RowLayout {
    RowLayout(
      folder: folder(logID: logID), fields: fields, userField: userID.id, timeField: nil)
  }

  /// How a query reads the log.
  package static func storedRows(
    logID: String, _ derivation: StoredRows.Derivation = .allRows
  ) -> StoredRows {
    var rows = layout(logID: logID).storedRows(derivation)
    for (index, name) in droppedColumns.enumerated() { rows.fieldIDs[name] = firstDroppedFieldID + index }
    return rows
  }
}
