package import struct Foundation.Date
import GRDB

/// The jobs of one kind in one instance.
package struct QueueLane: Sendable, Hashable {
  package var instanceID: String
  package var accountID: String
  package var kind: JobRecord.Kind
}

/// The times by which the jobs of a queue are told apart.
package struct QueueTimes: Sendable, Hashable {
  /// A job that runs since then, or for longer, takes long.
  package var longSince: Date
  /// A refresh whose turn came then, or later, is near it.
  package var nearTurnsSince: Date

  package init(longSince: Date, nearTurnsSince: Date) {
    (self.longSince, self.nearTurnsSince) = (longSince, nearTurnsSince)
  }
}

/// The state of the queue from which the next job is chosen.
package struct QueueState: Sendable, Hashable {
  /// The id of the job that has waited longest, for each lane with waiting jobs that have not given way.
  package var firstWaiting: [QueueLane: Int64] = [:]
  /// The same for jobs that have given way.
  package var firstLong: [QueueLane: Int64] = [:]
  /// The same for refreshes that are near their turn.
  package var firstNearTurn: [QueueLane: Int64] = [:]
  /// The number of running jobs, for each lane with any.
  package var runningCounts: [QueueLane: Int] = [:]
  /// The number of running jobs that take long.
  package var longRunningCount = 0
  /// The last turn of each instance, as a number that grows; instances without a turn are missing.
  package var turns: [String: Int64] = [:]
  /// Whether there is more than one instance.
  package var isShared = false

  package init() {}
}

extension MetadataReading {
  /// The present state of the queue.
  ///
  /// - Parameters:
  ///   - times: The times by which jobs are told apart; nil to take those alone for long that have given way.
  ///   - isDue: Whether a waiting job may start now; nil if all may.
  package func queueState(
    _ times: QueueTimes? = nil, isDue: ((JobRecord) -> Bool)? = nil
  ) throws -> QueueState {
    var state = QueueState()
    if let isDue {
      for job in try jobs(in: .pending, limit: .max) where isDue(job) { state.addWaiting(job, times) }
    } else {
      state.firstWaiting = try firstJobs("NOT hasGivenWay")
      state.firstLong = try firstJobs("hasGivenWay")
      if let times {
        state.firstNearTurn = try firstJobs(
          "NOT hasGivenWay AND turnAt >= \(times.nearTurnsSince.databaseMilliseconds)")
      }
    }
    for row in try lanes("COUNT(*)", state: .running) { state.runningCounts[row.lane] = Int(row.number) }
    state.longRunningCount =
      try Int.fetchOne(
        database,
        sql: "SELECT COUNT(*) FROM job WHERE state = 'RUNNING' AND (hasGivenWay OR updatedAt <= ?)",
        arguments: [times?.longSince.databaseMilliseconds ?? Int64.min]) ?? 0
    for row in try Row.fetchAll(database, sql: "SELECT instanceID, turn FROM queueTurn") {
      state.turns[row["instanceID"]] = row["turn"]
    }
    state.isShared = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM instance") ?? 0 > 1
    return state
  }

  private func firstJobs(_ condition: String) throws -> [QueueLane: Int64] {
    let rows = try lanes("MIN(id)", state: .pending, condition)
    return Dictionary(rows.map { ($0.lane, $0.number) }) { first, _ in first }
  }

  private func lanes(
    _ aggregate: String, state: JobRecord.State, _ condition: String = "TRUE"
  ) throws -> [(lane: QueueLane, number: Int64)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT instanceID, MIN(accountID) AS accountID, kind, \(aggregate) AS number
        FROM job WHERE state = ? AND \(condition) GROUP BY instanceID, kind
        """, arguments: [state.rawValue])
    return try rows.map { row in
      guard let kind = JobRecord.Kind(rawValue: row["kind"]) else { throw MetadataError.corrupted }
      return (QueueLane(instanceID: row["instanceID"], accountID: row["accountID"], kind: kind), row["number"])
    }
  }
}

extension JobRecord {
  /// The lane that the job is in.
  package var lane: QueueLane { QueueLane(instanceID: instanceID, accountID: accountID, kind: kind) }
}

extension QueueState {
  /// Adds a waiting job, after those that have waited longer.
  fileprivate mutating func addWaiting(_ job: JobRecord, _ times: QueueTimes?) {
    guard !job.hasGivenWay else {
      firstLong[job.lane] = firstLong[job.lane] ?? job.id
      return
    }
    firstWaiting[job.lane] = firstWaiting[job.lane] ?? job.id
    if let turn = job.turnAt, let times, turn >= times.nearTurnsSince {
      firstNearTurn[job.lane] = firstNearTurn[job.lane] ?? job.id
    }
  }
}

extension WriteTransaction {
  /// Records a turn of the instance, later than any other.
  package func recordTurn(instanceID: String) throws {
    try database.execute(
      sql: """
        INSERT INTO queueTurn (instanceID, turn) VALUES (?, (SELECT COALESCE(MAX(turn), 0) + 1 FROM queueTurn))
        ON CONFLICT (instanceID) DO UPDATE SET turn = excluded.turn
        """, arguments: [instanceID])
  }
}
