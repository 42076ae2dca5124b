package import Base
package import Jobs
package import Logging
package import Metadata

package import struct Foundation.Date

/// Queues the renewal of sandboxes whose window ends too early: their newest day is yesterday, and the oldest leave.
package struct DueSandboxes: DueWork {
  package static let failureMessage: Logger.Message = "Sandboxes could not be renewed."

  private let store: MetadataStore
  private let signals: (any SyntheticSignals)?
  private let clock: any WallClock

  /// - Parameter signals: The source of sandboxes' signals; nil for a server that makes none.
  package init(store: MetadataStore, signals: (any SyntheticSignals)?, clock: any WallClock) {
    self.store = store
    self.signals = signals
    self.clock = clock
  }

  package func queueDue() async throws -> Int {
    guard let signals else { return 0 }
    let now = clock.now
    let instances = try await store.read { snapshot in
      try snapshot.allInstances(limit: .max).filter { $0.hasSyntheticSignals && $0.status == .completed }
    }
    var count = 0
    for instance in instances where try await signals.isBehind(instanceID: instance.id, at: now) {
      let isNew = try await store.write { transaction in
        guard try transaction.find(InstanceRecord.self, id: instance.id) != nil,
          try transaction.unfinishedJob(kind: .sandboxRenewal, subjectID: instance.id) == nil
        else { return false }
        try transaction.insert(
          JobRecord(
            kind: .sandboxRenewal, subjectID: instance.id, instanceID: instance.id, accountID: instance.accountID,
            createdAt: now))
        return true
      }
      if isNew { count += 1 }
    }
    return count
  }
}

/// The runner that looks for sandboxes to renew.
package typealias SandboxRunner = PollingRunner<DueSandboxes>

/// Moves the window of a sandbox to the server's time. Queries that run meanwhile read the signals that they began
/// with.
package struct SandboxRenewalJobHandler: JobHandler {
  private let signals: (any SyntheticSignals)?
  private let clock: any WallClock

  /// - Parameter signals: The source of sandboxes' signals; nil for a server that makes none.
  package init(signals: (any SyntheticSignals)?, clock: any WallClock) {
    self.signals = signals
    self.clock = clock
  }

  package var kind: JobRecord.Kind { .sandboxRenewal }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    try await signals?.renew(instanceID: job.subjectID, until: clock.now)
    return .nothing
  }

  /// The sandbox keeps its window until the next check.
  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
}
