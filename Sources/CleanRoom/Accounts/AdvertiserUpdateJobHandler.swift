import Base
package import Logging
package import Metadata
package import ObjectStorage

package import struct Foundation.Date

/// Fulfils or rejects a request for advertisers to come into an instance or to leave it.
package struct AdvertiserUpdateJobHandler: JobHandler {
  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let runningJobs: RunningJobs
  private let logger: Logger

  package init(store: MetadataStore, objects: any ObjectStorage, runningJobs: RunningJobs, logger: Logger) {
    self.store = store
    self.objects = objects
    self.runningJobs = runningJobs
    self.logger = logger
  }

  package var kind: JobRecord.Kind { .advertiserUpdate }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .updating }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .pending }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try reject(job.subjectID, reason: StatusReason.internalFailure, in: transaction, at: now)
  }

  package func discard(_ job: JobRecord) async {}

  /// All that counts is one change of the store. Nothing has to be computed before it.
  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    JobCompletion { transaction, now in
      guard let record = try transaction.find(AdvertiserUpdateRecord.self, id: job.subjectID) else { return }
      if let refusal = try Self.refusal(of: record, in: transaction) {
        return try reject(record.id, reason: refusal, in: transaction, at: now)
      }
      let draft = AdvertiserUpdateDraft(additions: record.additions, removals: record.removals)
      _ = try transaction.apply(draft, names: [:], instanceID: record.instanceID, at: now)
      try update(record.id, in: transaction, at: now) { $0.status = .completed }
    }
  }

  /// Stops the runs of audiences that have lost their advertiser, and removes their members.
  ///
  /// If this fails or the process ends before, the records of the audiences still name the files, and a job of the
  /// refresh runner removes them.
  package func cleanUp(_ job: JobRecord) async {
    do {
      let ids = try await store.read { snapshot in
        let record = try snapshot.find(AdvertiserUpdateRecord.self, id: job.subjectID)
        guard let record, record.status == .completed else { return Set<String>() }
        let audiences = try record.removals.flatMap {
          try snapshot.audiences(instanceID: record.instanceID, advertiserID: $0.id)
        }
        return Set(audiences.filter { $0.status == .deactivated }.map(\.id))
      }
      await runningJobs.stopAll { $0.kind == .audience && ids.contains($0.subjectID) }
      try await Self.removeMembers(ofAudiences: ids.sorted(), instanceID: job.instanceID, from: objects)
    } catch {
      logger.warning("Members were not removed at once.", metadata: ["error": "\(error.logDescription)"])
    }
  }

  /// Removes the members of audiences that have ended. Again changes nothing.
  package static func removeMembers(
    ofAudiences ids: [String], instanceID: String, from objects: any ObjectStorage
  ) async throws {
    for id in ids {
      try await objects.deleteAll(under: ObjectKey(InstanceFolders.audience(id: id, instanceID: instanceID)))
    }
  }

  // MARK: Who may add what

  /// Why the update is rejected; nil when it is not.
  ///
  /// An advertiser belongs to the accounts whose standard instances have it. Who has none of these accounts may not take it
  /// into an instance; an advertiser that nobody has is anybody's.
  private static func refusal(of record: AdvertiserUpdateRecord, in snapshot: WriteTransaction) throws -> String? {
    let draft = AdvertiserUpdateDraft(additions: record.additions, removals: record.removals)
    let principal = Principal(clientID: record.clientID, userID: record.userID, intent: .view)
    let foreign = try record.additions.filter { advertiser in
      let owners = try snapshot.accountIDs(withAdvertiser: advertiser.id, kind: advertiser.kind)
      return try !owners.isEmpty && !owners.contains { try principal.role(accountID: $0, in: snapshot) != nil }
    }
    guard foreign.isEmpty else { return StatusReason.advertisersForbidden(foreign.map(\.id)) }
    guard
      try snapshot.advertiserCount(after: draft, instanceID: record.instanceID) <= InstanceRules.advertiserCountLimit
    else { return CleanRoomError.tooManyAdvertisers(limit: InstanceRules.advertiserCountLimit).message }
    return nil
  }

  private func reject(_ id: String, reason: String, in transaction: WriteTransaction, at now: Date) throws {
    try update(id, in: transaction, at: now) { record in
      record.status = .rejected
      record.statusReason = reason
    }
  }

  /// Changes the update unless it is gone.
  private func update(
    _ id: String, in transaction: WriteTransaction, at now: Date, _ change: (inout AdvertiserUpdateRecord) -> Void
  ) throws {
    guard var record = try transaction.find(AdvertiserUpdateRecord.self, id: id) else { return }
    change(&record)
    record.updatedAt = now
    try transaction.update(record)
  }
}
