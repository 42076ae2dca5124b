package import struct Foundation.Date
import GRDB

/// The waiting or running jobs of one kind.
package struct QueueFigures: Sendable, Hashable {
  package var kind: JobRecord.Kind
  package var state: JobRecord.State
  package var count: Int
  /// The creation of the oldest of them.
  package var oldest: Date
}

/// The executions of an instance that have read its most read data source.
package struct QueryBudgetFigures: Sendable, Hashable {
  package var instanceID: String
  package var executionCount: Int
}

extension MetadataReading {
  /// The jobs that wait or run, by kind and state; nothing for kinds without any.
  package func queueFigures() throws -> [QueueFigures] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT kind, state, COUNT(*) AS number, MIN(createdAt) AS oldest FROM job
        WHERE state != 'FINISHED' GROUP BY kind, state ORDER BY kind, state
        """)
    return try rows.map { row in
      guard let kind = JobRecord.Kind(rawValue: row["kind"]), let state = JobRecord.State(rawValue: row["state"])
      else { throw MetadataError.corrupted }
      let milliseconds: Int64 = row["oldest"]
      return QueueFigures(
        kind: kind, state: state, count: row["number"],
        oldest: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }
  }

  /// The instances whose data sources were read most since a moment, the most read ones first.
  package func queryBudgetFigures(since: Date, limit: Int) throws -> [QueryBudgetFigures] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT instanceID, MAX(number) AS most FROM (
          SELECT question.instanceID AS instanceID, COUNT(DISTINCT question.sequence) AS number
          FROM question JOIN questionSource source ON source.executionID = question.executionID
          WHERE question.createdAt >= ? GROUP BY question.instanceID, source.dataSource)
        GROUP BY instanceID ORDER BY most DESC, instanceID LIMIT ?
        """, arguments: [since.databaseMilliseconds, limit]
    ).map { QueryBudgetFigures(instanceID: $0["instanceID"], executionCount: $0["most"]) }
  }
}
