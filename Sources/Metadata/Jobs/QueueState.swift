import GRDB

/// The jobs of one kind in one instance.
package struct QueueLane: Sendable, Hashable {
  package var instanceID: String
  package var accountID: String
  package var kind: JobRecord.Kind
}

/// The state of the queue from which the next job is chosen.
package struct QueueState: Sendable, Hashable {
  /// The id of the job that has waited longest, for each lane with waiting jobs.
  package var firstWaiting: [QueueLane: Int64] = [:]
  /// The number of running jobs, for each lane with any.
  package var runningCounts: [QueueLane: Int] = [:]
  /// The last turn of each instance, as a number that grows; instances without a turn are missing.
  package var turns: [String: Int64] = [:]

  package init() {}
}

extension MetadataReading {
  /// The present state of the queue.
  ///
  /// - Parameter isDue: Whether a waiting job may start now; nil if all may.
  package func queueState(isDue: ((JobRecord) -> Bool)? = nil) throws -> QueueState {
    var state = QueueState()
    if let isDue {
      for job in try jobs(in: .pending, limit: .max) where isDue(job) {
        let lane = QueueLane(instanceID: job.instanceID, accountID: job.accountID, kind: job.kind)
        state.firstWaiting[lane] = state.firstWaiting[lane] ?? job.id
      }
    } else {
      for row in try lanes("MIN(id)", state: .pending) { state.firstWaiting[row.lane] = row.number }
    }
    for row in try lanes("COUNT(*)", state: .running) { state.runningCounts[row.lane] = Int(row.number) }
    for row in try Row.fetchAll(database, sql: "SELECT instanceID, turn FROM queueTurn") {
      state.turns[row["instanceID"]] = row["turn"]
    }
    return state
  }

  private func lanes(
    _ aggregate: String, state: JobRecord.State
  ) throws -> [(lane: QueueLane, number: Int64)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT instanceID, MIN(accountID) AS accountID, kind, \(aggregate) AS number
        FROM job WHERE state = ? GROUP BY instanceID, kind
        """, arguments: [state.rawValue])
    return try rows.map { row in
      guard let kind = JobRecord.Kind(rawValue: row["kind"]) else { throw MetadataError.corrupted }
      return (QueueLane(instanceID: row["instanceID"], accountID: row["accountID"], kind: kind), row["number"])
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
