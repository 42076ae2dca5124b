package import struct Foundation.Date
import GRDB

/// Which executions a list has.
package struct ExecutionFilter: Sendable, Hashable {
  package var instanceID: String
  package var workflowID: String?
  /// Both ends count.
  package var createdFrom: Date?
  package var createdUpTo: Date?
  package var includesCancelled = false

  package init(instanceID: String) {
    self.instanceID = instanceID
  }

  /// The condition in SQL with its values.
  fileprivate var condition: (sql: String, arguments: StatementArguments) {
    var sql = "instanceID = ?"
    var arguments: StatementArguments = [instanceID]
    if let workflowID {
      sql += " AND workflowID = ?"
      arguments += [workflowID]
    }
    if let createdFrom {
      sql += " AND createdAt >= ?"
      arguments += [createdFrom.databaseMilliseconds]
    }
    if let createdUpTo {
      sql += " AND createdAt <= ?"
      arguments += [createdUpTo.databaseMilliseconds]
    }
    if !includesCancelled { sql += " AND status != 'CANCELLED'" }
    return (sql, arguments)
  }
}

extension MetadataReading {
  /// The execution of that id, or nil.
  package func execution(id: String) throws -> ExecutionRecord? {
    try ExecutionRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// Executions in the order of their creation, from behind `sequence`, at most `limit`.
  package func executions(
    _ filter: ExecutionFilter, isAscending: Bool, behind sequence: Int64, limit: Int
  ) throws -> [ExecutionRecord] {
    let (condition, arguments) = filter.condition
    return try ExecutionRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM execution WHERE \(condition) AND sequence \(isAscending ? ">" : "<") ?
        ORDER BY sequence \(isAscending ? "ASC" : "DESC") LIMIT ?
        """, arguments: arguments + [sequence, limit])
  }

  /// Whether a schedule has made an execution whose window ends then.
  package func hasExecution(scheduleID: String, instanceID: String, windowEnd: Date) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM execution WHERE instanceID = ? AND scheduleID = ? AND timeWindowEnd = ?)
        """, arguments: [instanceID, scheduleID, windowEnd.databaseMilliseconds]) ?? false
  }
}

extension WriteTransaction {
  package func insert(_ execution: ExecutionRecord) throws {
    try execution.insert(database)
  }

  /// Writes all of the execution. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ execution: ExecutionRecord) throws {
    do { try execution.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func deleteExecution(id: String) throws {
    try ExecutionRecord.filter(Column("id") == id).deleteAll(database)
  }
}
