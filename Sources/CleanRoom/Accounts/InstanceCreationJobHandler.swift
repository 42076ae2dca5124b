package import Base
package import Jobs
package import Metadata

package import struct Foundation.Date

/// Makes a requested instance: an empty one, or a sandbox with its signals and advertisers.
package struct InstanceCreationJobHandler: JobHandler {
  private let store: MetadataStore
  private let signals: (any SyntheticSignals)?
  private let clock: any WallClock

  /// - Parameter signals: The source of sandboxes' signals; nil for a server that makes none.
  package init(store: MetadataStore, signals: (any SyntheticSignals)?, clock: any WallClock) {
    self.store = store
    self.signals = signals
    self.clock = clock
  }

  package var kind: JobRecord.Kind { .instanceCreation }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction) { $0.status = .inProgress }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction) { $0.status = .submitted }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try fail(job.subjectID, reason: Self.failure, in: transaction)
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: job.subjectID) }) else {
      return .nothing
    }
    var advertisers: [InstanceSetup.Advertiser] = []
    switch instance.kind {
    case .standard: break
    case .sandbox:
      guard let signals else {
        return JobCompletion(failureCode: "sandboxes_unavailable") { transaction, _ in
          try fail(instance.id, reason: Self.noSandboxes, in: transaction)
        }
      }
      try await signals.fill(instanceID: instance.id, until: clock.now)
      advertisers = signals.advertisers
    }
    return JobCompletion { [advertisers] transaction, now in
      try update(instance.id, in: transaction) { instance in
        instance.status = .completed
        instance.completedAt = now
      }
      for advertiser in advertisers {
        try transaction.insert(AdvertiserRecord(advertiser, instanceID: instance.id))
      }
    }
  }

  static let noSandboxes = "The server makes no sandboxes."
  static let failure = "The server could not make the instance. Delete it, and try again."

  private func fail(_ id: String, reason: String, in transaction: WriteTransaction) throws {
    try update(id, in: transaction) { instance in
      instance.status = .failed
      instance.statusReason = reason
    }
  }

  /// Changes the instance unless it was deleted.
  private func update(
    _ id: String, in transaction: WriteTransaction, _ change: (inout InstanceRecord) -> Void
  ) throws {
    guard var instance = try transaction.find(InstanceRecord.self, id: id) else { return }
    change(&instance)
    try transaction.update(instance)
  }
}
