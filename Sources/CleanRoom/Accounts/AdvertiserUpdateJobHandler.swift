import Base
package import Jobs
package import Logging
package import Metadata
package import ObjectStorage

package import struct Foundation.Date

/// Fulfils or rejects a request to add advertisers to an instance, or to remove them.
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
    try transaction.change(AdvertiserUpdateRecord.self, id: job.subjectID, at: now) { $0.status = .updating }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try transaction.change(AdvertiserUpdateRecord.self, id: job.subjectID, at: now) { $0.status = .pending }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try reject(job.subjectID, reason: StatusReason.internalFailure, in: transaction, at: now)
  }

  /// The decision, the change of the instance and the end of its audiences are one transaction: the completion. An
  /// update that is abandoned has therefore changed nothing.
  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    JobCompletion { transaction, now in
      guard let record = try transaction.find(AdvertiserUpdateRecord.self, id: job.subjectID) else { return }
      if let refusal = try Self.refusal(of: record, in: transaction) {
        return try reject(record.id, reason: refusal, in: transaction, at: now)
      }
      let draft = AdvertiserUpdateDraft(additions: record.additions, removals: record.removals)
      _ = try transaction.apply(draft, names: [:], instanceID: record.instanceID, at: now)
      try transaction.change(AdvertiserUpdateRecord.self, id: record.id, at: now) { $0.status = .completed }
    }
  }

  /// Stops the runs of audiences that have lost their advertiser, and removes their members.
  ///
  /// If this fails or the process ends before, the audiences' records still name the files. A job of the refresh runner
  /// removes them then.
  package func cleanUp(_ job: JobRecord) async {
    do {
      let ids = try await store.read { snapshot in
        let record = try snapshot.find(AdvertiserUpdateRecord.self, id: job.subjectID)
        guard let record, record.status == .completed else { return Set<String>() }
        let audiences = try record.removals.flatMap {
          try snapshot.audiences(advertiserID: $0.id, instanceID: record.instanceID)
        }
        return Set(audiences.filter { $0.status == .deactivated }.map(\.id))
      }
      await runningJobs.stopAll { $0.kind == .audience && ids.contains($0.subjectID) }
      try await Self.removeMembers(ofAudiences: ids.sorted(), instanceID: job.instanceID, from: objects)
    } catch {
      logger.warning("Members were not removed at once.", metadata: ["error": "\(error.logDescription)"])
    }
  }

  /// Removes the members of audiences that have ended; repeating it changes nothing.
  package static func removeMembers(
    ofAudiences ids: [String], instanceID: String, from objects: any ObjectStorage
  ) async throws {
    for id in ids {
      try await objects.deleteAll(under: ObjectKey(InstanceFolders.audience(id: id, instanceID: instanceID)))
    }
  }

  // MARK: Who may add what

  /// The reason why the update is rejected; nil if it is not.
  ///
  /// An advertiser belongs to the accounts whose standard instances have it. A caller without any of these accounts may
  /// not add it to an instance. Anyone may add an advertiser that no instance has.
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
    try transaction.change(AdvertiserUpdateRecord.self, id: id, at: now) { record in
      record.status = .rejected
      record.statusReason = reason
    }
  }
}
