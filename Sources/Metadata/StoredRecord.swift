import Foundation
package import GRDB

/// A row as a value. Times are whole milliseconds since 1970-01-01 UTC.
package protocol StoredRecord: Codable, FetchableRecord, PersistableRecord {}

extension StoredRecord {
  package static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy {
    .millisecondsSince1970
  }

  package static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy {
    .millisecondsSince1970
  }
}

extension Date {
  /// How times stand in SQL.
  var databaseMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded(.down)) }
}
