import Dialects
package import Foundation
package import ObjectStorage

/// The valid records of one request, in a CSV file without a header or quotes, one line for each identifier object:
///
///     record index, action, country, address, city, email, first name, last name, phone, postal code, state, device
///
/// Hashes are 64 hexadecimal digits in lower case; what a record does not have is empty.
package struct StagedAudienceRecords: Sendable {
  /// The request's number: entries of a later request, with a higher number, count more.
  package var sequence: Int64
  /// The id of its batch.
  package var id: String
  package var audienceID: Int64
  /// When its entries are made.
  package var insertedAt: Date
  /// How many valid records the file has.
  package var recordCount: Int
  /// nil where an earlier attempt has come to its end, so that the logs hold all of it.
  package var file: EngineLocation?
  /// The logs that take its entries.
  package var logIDs: Set<String>

  package init(
    sequence: Int64, id: String, audienceID: Int64, insertedAt: Date, recordCount: Int, file: EngineLocation?,
    logIDs: Set<String>
  ) {
    self.sequence = sequence
    self.id = id
    self.audienceID = audienceID
    self.insertedAt = insertedAt
    self.recordCount = recordCount
    self.file = file
    self.logIDs = logIDs
  }

  /// The most records of a request that entries can be told apart of: a power of two, above what the API allows.
  static let recordLimit: Int64 = 1 << 20

  /// The columns of the file, in their order.
  static let columns: [(name: String, type: String)] = [
    ("record_index", "BIGINT"), ("action", "VARCHAR"), ("country", "VARCHAR"), ("address", "VARCHAR"),
    ("city", "VARCHAR"),
    ("email", "VARCHAR"), ("firstname", "VARCHAR"), ("lastname", "VARCHAR"), ("phone", "VARCHAR"),
    ("postal", "VARCHAR"), ("state", "VARCHAR"), ("device", "VARCHAR"),
  ]

  /// The lines of the file with what the request says about all of them.
  func select(from file: EngineLocation) -> String {
    let types = Self.columns.map { "'\($0.name)': '\($0.type)'" }.joined(separator: ", ")
    return """
      SELECT CAST(\(sequence) AS BIGINT) AS submission, CAST(\(audienceID) AS BIGINT) AS audience_id, \
      \(AudienceMembers.timestamp(insertedAt)) AS insert_date_utc, * \
      FROM read_csv(\(SQLText.string(file.path)), header = false, delim = ',', quote = '', escape = '', \
      auto_detect = false, columns = {\(types)})
      """
  }
}
