package import Foundation
package import GRDB

/// A column of a record's table, named like the property that holds its value.
package protocol StoredColumn: CodingKey, ColumnExpression, CaseIterable, Hashable, Sendable {}

/// A row of a table as a value. Dates are whole milliseconds since 1970-01-01 UTC.
///
/// The coding keys of a record are the columns of its table, so that a query that names a column that is not there does
/// not compile:
///
/// ```swift
/// package struct WorkflowRecord: StoredRecord {
///   package static let databaseTableName = "workflow"
///   package enum CodingKeys: String, StoredColumn { case sequence, instanceID, id, definition }
///   …
/// }
///
/// let all = try WorkflowRecord.filter { $0.instanceID == instanceID }.order { $0.sequence }.fetchAll(database)
/// ```
///
/// GRDB applies the encoding of dates to columns of records only: a query compares with `Date.databaseMilliseconds`.
package protocol StoredRecord: Codable, Hashable, Sendable, FetchableRecord, PersistableRecord
where Columns == CodingKeys {
  associatedtype CodingKeys: StoredColumn
}

/// A column with one of several texts.
package protocol StoredChoice: RawRepresentable<String>, Codable, Hashable, CaseIterable, Sendable,
  DatabaseValueConvertible
{}

extension StoredRecord {
  package static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy {
    .custom { $0.databaseMilliseconds }
  }

  package static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy {
    .millisecondsSince1970
  }
}

/// A record with an id that is unique in its table, used by `find` and `delete`.
package protocol IdentifiedRecord: StoredRecord, Identifiable where ID: DatabaseValueConvertible & Sendable {
  /// The column with the id: `id` unless the record says otherwise.
  static var identity: String { get }
}

extension IdentifiedRecord {
  package static var identity: String { "id" }
}

/// A record that says when it was last changed.
package protocol ChangingRecord: StoredRecord {
  var updatedAt: Date { get set }
}

extension MetadataReading {
  /// The record with the id, or nil.
  package func find<Record: IdentifiedRecord>(_ type: Record.Type, id: Record.ID) throws -> Record? {
    // Nothing is asked for as often: the statement is prepared once for each connection.
    let sql = "SELECT * FROM \"\(Record.databaseTableName)\" WHERE \"\(Record.identity)\" = ?"
    return try Record.fetchOne(try database.cachedStatement(sql: sql), arguments: [id])
  }
}

extension WriteTransaction {
  package func insert(_ record: some StoredRecord) throws {
    try record.insert(database)
  }

  /// Writes the whole record.
  ///
  /// - Throws: `MetadataError.corrupted` if the record does not exist.
  package func update(_ record: some StoredRecord) throws {
    do { try record.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Writes the whole record, with the time of the change.
  package func update(_ record: inout some ChangingRecord, at now: Date) throws {
    record.updatedAt = now
    try update(record)
  }

  /// Changes the record with the id, if it exists.
  package func change<Record: IdentifiedRecord & ChangingRecord>(
    _ type: Record.Type, id: Record.ID, at now: Date, _ change: (inout Record) -> Void
  ) throws {
    guard var record = try find(type, id: id) else { return }
    change(&record)
    try update(&record, at: now)
  }

  /// Writes the whole record, whether it exists or is new.
  package func save(_ record: some StoredRecord) throws {
    try record.save(database)
  }

  /// Removes the record with the id, if it exists, with everything that belongs to it.
  package func delete<Record: IdentifiedRecord>(_ type: Record.Type, id: Record.ID) throws {
    try Record.deleteOne(database, key: [Record.identity: id])
  }
}

extension Date {
  /// The form of dates in SQL. A date that was read gives the same number again: a `Date` is a fraction that can lie
  /// just below the millisecond that it was made of.
  var databaseMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000 + Self.millisecondTolerance).rounded(.down)) }

  /// Far above the error of a `Date`, and far below a millisecond.
  private static let millisecondTolerance = 0.01
}
