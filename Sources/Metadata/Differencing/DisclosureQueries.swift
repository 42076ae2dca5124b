package import struct Foundation.Date
import GRDB

/// The disclosure queries of an execution, kept for comparison with later ones, whatever the outcome of the execution.
package struct DisclosureQueryRecord: StoredRecord {
  package static let databaseTableName = "question"
  package enum CodingKeys: String, StoredColumn {
    case sequence, executionID, instanceID, query, workflow, parameterValues, advertisers, timeWindowStart
    case timeWindowEnd, createdAt
  }

  /// The position in the order of executions; nil before the insert.
  package var sequence: Int64?
  package var executionID: String
  package var instanceID: String
  package var query: String
  /// The definition of the workflow as a JSON object; nil for executions made before there were definitions.
  package var workflow: String?
  /// A JSON object.
  package var parameterValues: String
  /// A JSON array; nil for all advertisers.
  package var advertisers: String?
  package var timeWindowStart: Date
  package var timeWindowEnd: Date
  package var createdAt: Date

  package init(of execution: ExecutionRecord, at now: Date) {
    (executionID, instanceID) = (execution.id, execution.instanceID)
    (query, workflow) = (execution.query, execution.workflow)
    (parameterValues, advertisers) = (execution.parameterValues, execution.advertisers)
    (timeWindowStart, timeWindowEnd) = (execution.timeWindowStart, execution.timeWindowEnd)
    createdAt = now
  }
}

/// A data source that a disclosure query read, with the days of its window.
package struct DisclosureQuerySourceRecord: StoredRecord {
  package static let databaseTableName = "questionSource"
  package enum CodingKeys: String, StoredColumn { case executionID, dataSource, firstDay, lastDay }

  package var executionID: String
  package var dataSource: String
  /// Days since 1970-01-01, both ends included; the widest possible range if no window applies.
  package var firstDay: Int
  package var lastDay: Int

  package init(executionID: String, dataSource: String, days: ClosedRange<Int>?) {
    (self.executionID, self.dataSource) = (executionID, dataSource)
    (firstDay, lastDay) = (days?.lowerBound ?? 0, days?.upperBound ?? Int(Int32.max))
  }
}

extension MetadataReading {
  /// The number of the instance's earlier disclosure queries since a moment that read any of the same data sources on
  /// any of the same days.
  package func overlappingDisclosureQueryCount(executionID: String, since: Date) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        SELECT COUNT(DISTINCT earlier.sequence)
        FROM question own
        JOIN questionSource ownSource ON ownSource.executionID = own.executionID
        JOIN questionSource source ON source.dataSource = ownSource.dataSource
          AND source.firstDay <= ownSource.lastDay AND source.lastDay >= ownSource.firstDay
        JOIN question earlier ON earlier.executionID = source.executionID
        WHERE own.executionID = ? AND earlier.instanceID = own.instanceID AND earlier.sequence < own.sequence
          AND earlier.createdAt >= ?
        """, arguments: [executionID, since.databaseMilliseconds]) ?? 0
  }

  /// The number of disclosure queries of each data source of an instance since a moment, by its name.
  package func disclosureQueryCounts(instanceID: String, since: Date) throws -> [(dataSource: String, count: Int)] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT source.dataSource AS name, COUNT(DISTINCT question.sequence) AS n
        FROM question JOIN questionSource source ON source.executionID = question.executionID
        WHERE question.instanceID = ? AND question.createdAt >= ? GROUP BY 1 ORDER BY 1
        """, arguments: [instanceID, since.databaseMilliseconds]
    ).map { ($0["name"], $0["n"]) }
  }
}

extension WriteTransaction {
  /// Records the disclosure queries of an execution. Recording them again, as another attempt does, changes nothing
  /// except the time: that of the last attempt counts.
  package func note(_ disclosureQuery: DisclosureQueryRecord, sources: [DisclosureQuerySourceRecord]) throws {
    try disclosureQuery.insert(database, onConflict: .ignore)
    _ = try DisclosureQueryRecord.filter { $0.executionID == disclosureQuery.executionID }.updateAll(database) {
      $0.createdAt.set(to: disclosureQuery.createdAt.databaseMilliseconds)
    }
    for source in sources { try source.insert(database, onConflict: .ignore) }
  }

  /// Removes the disclosure queries of an execution that the budget refused.
  package func deleteDisclosureQueries(executionID: String) throws {
    try DisclosureQueryRecord.filter { $0.executionID == executionID }.deleteAll(database)
  }
}
