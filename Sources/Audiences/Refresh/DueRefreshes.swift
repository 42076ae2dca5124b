package import Base
import CleanRoom
package import Jobs
package import Logging
package import Metadata

import struct Foundation.Date

/// Queues audiences that are due for a refresh, and deactivates those that are never refreshed when their time is over.
///
/// Whether an audience is due is computed from stored facts, so a stop loses nothing: missed refreshes run once. A few
/// refreshes of each instance wait or run at a time, the longest due first, and the next ones follow as these end. Two
/// hundred audiences that were made at one moment therefore do not run at one moment, and a new audience does not wait
/// for all of them. Each check of an instance is one transaction.
package struct DueRefreshes: DueWork {
  package static let failureMessage: Logger.Message = "Audiences could not be refreshed."

  private let store: MetadataStore
  private let clock: any WallClock
  private let limit: Int

  /// - Parameter limit: The largest number of refreshes of an instance that wait or run at once.
  package init(store: MetadataStore, clock: any WallClock, limit: Int) {
    self.store = store
    self.clock = clock
    self.limit = limit
  }

  /// Queues due refreshes, as far as there is room, and returns the number of jobs.
  package func queueDue() async throws -> Int {
    let now = clock.now
    let (due, toClear) = try await store.read { snapshot in
      (try Self.due(in: snapshot, instanceID: nil, at: now), try snapshot.audiencesToClear().map(\.audience.instanceID))
    }
    var count = 0
    for instanceID in Set(due.map(\.candidate.audience.instanceID) + toClear).sorted() {
      count += try await run(instanceID, at: now)
    }
    return count
  }

  /// The number of audiences that are due and not yet queued.
  package func dueCount() async throws -> Int {
    let now = clock.now
    return try await store.read { snapshot in
      try Self.due(in: snapshot, instanceID: nil, at: now).count + snapshot.audiencesToClear().count
    }
  }

  private typealias Due = (candidate: RefreshCandidate, decision: RefreshPolicy.Decision)

  private static func due(
    in snapshot: some MetadataReading, instanceID: String?, at now: Date
  ) throws -> [Due] {
    let neverRefreshedTime = now.addingTimeInterval(
      -Double(RefreshPolicy.deactivationAfterDays) * RefreshPolicy.secondsPerDay)
    return try snapshot.refreshCandidates(instanceID: instanceID, at: now, neverRefreshedAskedBy: neverRefreshedTime)
      .map { ($0, RefreshPolicy.decision(about: $0.audience, use: $0.use, at: now)) }
      .filter { $0.decision != .wait }
  }

  /// Queues the due refreshes of an instance, and returns the number of jobs.
  private func run(_ instanceID: String, at now: Date) async throws -> Int {
    try await store.write { transaction in
      var room = limit - (try transaction.unfinishedRefreshCount(instanceID: instanceID))
      var count = 0
      for (candidate, decision) in try Self.due(in: transaction, instanceID: instanceID, at: now) {
        switch decision {
        case .wait: break
        case .deactivate: try Self.deactivate(candidate.audience, in: transaction, at: now)
        case .refresh(let turn):
          guard room > 0 else { continue }
          room -= 1
          count += 1
          try Self.refresh(candidate, turn: turn, in: transaction, at: now)
        }
      }
      for (audience, accountID) in try transaction.audiencesToClear() where audience.instanceID == instanceID {
        guard room > 0 else { break }
        room -= 1
        count += 1
        try transaction.insert(JobRecord.next(of: audience, accountID: accountID, at: now))
      }
      return count
    }
  }

  private static func refresh(
    _ candidate: RefreshCandidate, turn: Date, in transaction: WriteTransaction, at now: Date
  ) throws {
    var audience = candidate.audience
    audience.tryRefresh(turn: turn)
    try transaction.update(audience)
    var job = JobRecord.next(of: audience, accountID: candidate.accountID, at: now)
    job.turnAt = turn
    try transaction.insert(job)
  }

  private static func deactivate(
    _ audience: AudienceRecord, in transaction: WriteTransaction, at now: Date
  ) throws {
    var audience = audience
    audience.deactivate(at: now)
    try transaction.update(audience)
    try transaction.requestExports(audienceID: audience.id, at: now)
  }
}

/// Refreshes due audiences again and again.
package typealias RefreshRunner = PollingRunner<DueRefreshes>
