package import Base
package import CleanRoom
package import Logging
package import Metadata
import ServiceLifecycle

import struct Foundation.Date

/// Puts audiences that are due into the queue, and deactivates those that are never refreshed once their time has come.
///
/// That an audience is due is computed from what is stored, so that nothing is lost by a stop: what was missed meanwhile is
/// made up for once. Of each instance a few refreshes wait or run at a time, the longest due first, and the next ones follow
/// as these end: two hundred audiences that were made at one moment do not run at one moment, and who asks for a new
/// audience does not wait for all of them. Each look is decided and done in one transaction an instance, so that any number
/// of servers may look at the same time.
package final class RefreshRunner: Service {
  private let store: MetadataStore
  private let clock: any WallClock
  private let settings: CleanRoomSettings
  private let logger: Logger
  private let sleep: JobRunner.Sleep
  private let wakeSignal: WakeSignal
  private let wakeRunner: @Sendable () -> Void

  /// - Parameters:
  ///   - alarm: Rings when there may be something to do before the next look: a refresh has ended, or the clock was moved.
  ///   - wakeRunner: Called after each transaction that left jobs.
  package init(
    store: MetadataStore, clock: any WallClock, settings: CleanRoomSettings, logger: Logger,
    sleep: @escaping JobRunner.Sleep = { try await Task.sleep(for: $0) }, wakeSignal: WakeSignal = WakeSignal(),
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.clock = clock
    self.settings = settings
    self.logger = logger
    self.sleep = sleep
    self.wakeSignal = wakeSignal
    self.wakeRunner = wakeRunner
  }

  /// Looks again and again until the service group shuts down or the task is cancelled.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.wakeSignal.run(
        every: self.settings.refreshCheckInterval, sleep: self.sleep, logger: self.logger,
        onFailure: "Audiences could not be refreshed."
      ) { try await self.runDue() }
    }
  }

  /// Puts what is due into the queue, as far as it has room, and returns how many jobs that were.
  @discardableResult
  package func runDue() async throws -> Int {
    let now = clock.now
    let (due, toClear) = try await store.read { snapshot in
      (try Self.due(in: snapshot, instanceID: nil, at: now), try snapshot.audiencesToClear().map(\.audience.instanceID))
    }
    var count = 0
    for instanceID in Set(due.map(\.candidate.audience.instanceID) + toClear).sorted() {
      count += try await run(instanceID, at: now)
    }
    if count > 0 { wakeRunner() }
    return count
  }

  /// How many audiences are due and not yet in the queue.
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

  /// Does what is due in an instance; returns how many jobs it left.
  private func run(_ instanceID: String, at now: Date) async throws -> Int {
    let limit = settings.maximumRefreshesPerInstance
    return try await store.write { transaction in
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
    audience.triedFor = turn
    try transaction.update(audience)
    try transaction.insert(JobRecord.next(of: audience, accountID: candidate.accountID, at: now))
  }

  /// From this transaction on nobody is a member. That the files go is a job, which outlives a stop of the server.
  private static func deactivate(
    _ audience: AudienceRecord, in transaction: WriteTransaction, at now: Date
  ) throws {
    var audience = audience
    audience.deactivate(
      reason: StatusReason.deactivated,
      folder: InstanceFolders.audience(id: audience.id, instanceID: audience.instanceID), at: now)
    try transaction.update(audience)
    try transaction.requestExports(audienceID: audience.id, at: now)
  }
}
