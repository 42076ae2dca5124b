import GRDB

/// The jobs of one kind in one instance.
package struct QueueLane: Sendable, Hashable {
  package var instanceID: String
  package var accountID: String
  package var kind: JobRecord.Kind

  package init(instanceID: String, accountID: String, kind: JobRecord.Kind) {
    (self.instanceID, self.accountID, self.kind) = (instanceID, accountID, kind)
  }
}

/// The queue as far as the choice of the next job needs it.
package struct QueueState: Sendable, Hashable {
  /// The id of the job that has waited longest, in each lane where one waits.
  package var firstWaiting: [QueueLane: Int64] = [:]
  /// How many jobs run in each lane where some do.
  package var runningCounts: [QueueLane: Int] = [:]
  /// When each instance had its last turn, as a number that grows; instances that never had one are not in it.
  package var turns: [String: Int64] = [:]

  package init() {}
}

extension MetadataReading {
  /// The queue as it is now.
  package func queueState() throws -> QueueState {
    var state = QueueState()
    for row in try lanes("MIN(id)", state: .pending) { state.firstWaiting[row.lane] = row.number }
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
  /// Notes that the instance had its turn, later than any other.
  package func recordTurn(instanceID: String) throws {
    try database.execute(
      sql: """
        INSERT INTO queueTurn (instanceID, turn) VALUES (?, (SELECT COALESCE(MAX(turn), 0) + 1 FROM queueTurn))
        ON CONFLICT (instanceID) DO UPDATE SET turn = excluded.turn
        """, arguments: [instanceID])
  }
}
