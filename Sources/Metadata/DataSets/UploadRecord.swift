package import struct Foundation.Date
import GRDB

/// An upload of files to a data set.
package struct UploadRecord: Sendable, Hashable {
  /// Where an upload stands, with the published API's names.
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    case success = "SUCCESS"
    case failed = "FAILED"

    package var isFinal: Bool { self == .success || self == .failed }
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  /// The name that the data set had.
  package var dataSetID: String
  /// The folder of the data set: another one of the same name is another data set.
  package var dataSetUID: String
  /// What was asked for, as a JSON object.
  package var request: String
  package var status: Status = .submitted
  /// What went wrong; safe to show.
  package var message: String?
  /// Counts of rows by their names, as a JSON object.
  package var metrics = "{}"
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, instanceID: String, dataSetID: String, dataSetUID: String, request: String, createdAt: Date
  ) {
    self.id = id
    self.instanceID = instanceID
    self.dataSetID = dataSetID
    self.dataSetUID = dataSetUID
    self.request = request
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension UploadRecord: StoredRecord {
  package static let databaseTableName = "dataUpload"
}

/// Which uploads a list has.
package struct UploadFilter: Sendable, Hashable {
  /// How a time of creation is compared, with the published API's names.
  package enum Comparator: String, Sendable, Hashable, CaseIterable {
    case equal = "EQ"
    case greater = "GT"
    case greaterOrEqual = "GTE"
    case less = "LT"
    case lessOrEqual = "LTE"
  }

  package var instanceID: String
  package var dataSetID: String?
  package var status: UploadRecord.Status?
  /// Whole seconds: all of a second counts as that second.
  package var createdAt: (comparator: Comparator, time: Date)? {
    get { comparator.flatMap { comparator in time.map { (comparator, $0) } } }
    set { (comparator, time) = (newValue?.comparator, newValue?.time) }
  }

  private var comparator: Comparator?
  private var time: Date?

  package init(instanceID: String) {
    self.instanceID = instanceID
  }

  /// The condition in SQL with its values.
  fileprivate var condition: (sql: String, arguments: StatementArguments) {
    var sql = "instanceID = ?"
    var arguments: StatementArguments = [instanceID]
    if let dataSetID {
      sql += " AND dataSetID = ?"
      arguments += [dataSetID]
    }
    if let status {
      sql += " AND status = ?"
      arguments += [status.rawValue]
    }
    if let createdAt {
      let second = createdAt.time.databaseMilliseconds / 1000
      switch createdAt.comparator {
      case .equal: sql += " AND createdAt / 1000 = ?"
      case .greater: sql += " AND createdAt / 1000 > ?"
      case .greaterOrEqual: sql += " AND createdAt / 1000 >= ?"
      case .less: sql += " AND createdAt / 1000 < ?"
      case .lessOrEqual: sql += " AND createdAt / 1000 <= ?"
      }
      arguments += [second]
    }
    return (sql, arguments)
  }
}

extension MetadataReading {
  /// The upload of that id, or nil.
  package func upload(id: String) throws -> UploadRecord? {
    try UploadRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// Uploads from the latest on, from before `sequence`, at most `limit`.
  package func uploads(_ filter: UploadFilter, before sequence: Int64, limit: Int) throws -> [UploadRecord] {
    let (condition, arguments) = filter.condition
    return try UploadRecord.fetchAll(
      database,
      sql: "SELECT * FROM dataUpload WHERE \(condition) AND sequence < ? ORDER BY sequence DESC LIMIT ?",
      arguments: arguments + [sequence, limit])
  }

  /// The uploads to a data set that wait or run, oldest first.
  package func unfinishedUploads(dataSetUID: String) throws -> [UploadRecord] {
    try UploadRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM dataUpload WHERE dataSetUID = ? AND status IN ('SUBMITTED', 'IN_PROGRESS') ORDER BY sequence
        """, arguments: [dataSetUID])
  }
}

extension WriteTransaction {
  package func insert(_ upload: UploadRecord) throws {
    try upload.insert(database)
  }

  /// Writes all of the upload. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ upload: UploadRecord) throws {
    do { try upload.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }
}
