package import Base
package import Metadata

import struct Foundation.Date

/// Makes, changes and removes instances. Each change is one transaction, which also writes the audit log and queues the
/// job that acts on it.
package struct InstanceAdministration: Sendable {
  let store: MetadataStore
  let clock: any WallClock
  let identifiers: any IdentifierGenerator
  let wakeRunner: @Sendable () -> Void

  /// - Parameter wakeRunner: Called after each transaction that queued a job.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator,
    wakeRunner: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  // MARK: Making

  /// Requests an instance, which a job makes. If the same request came before, its instance is returned as it is now.
  ///
  /// - Throws: `CleanRoomError.invalidField`, `tooManyInstances`, `idempotencyKeyReused`; `accountForbidden` for an
  ///   unknown account.
  package func create(
    _ draft: InstanceDraft, accountID: String, by administrator: Administrator
  ) async throws -> InstanceRecord {
    try draft.validate()
    let now = clock.now
    let id = "amc\(identifiers.number(digits: Self.instanceIDDigits))"
    let (instance, isNew) = try await store.write { transaction -> (InstanceRecord, Bool) in
      guard try transaction.find(AccountRecord.self, id: accountID) != nil else {
        throw CleanRoomError.accountForbidden
      }
      if let earlier = try Self.earlierInstance(of: draft, accountID: accountID, in: transaction) {
        return (earlier, false)
      }
      guard try transaction.instanceCount(accountID: accountID) < InstanceRules.instanceCountLimit else {
        throw CleanRoomError.tooManyInstances(limit: InstanceRules.instanceCountLimit)
      }
      var instance = Self.record(of: draft, id: id, accountID: accountID, at: now)
      instance.isBucketApproved = draft.s3BucketName != nil && administrator == .operatorAtMachine
      try transaction.insert(instance)
      if let repetition = draft.repetition {
        try transaction.insert(
          InstanceRequestRecord(
            accountID: accountID, keyHash: repetition.keyHash, bodyHash: repetition.bodyHash, instanceID: id))
      }
      try transaction.insert(
        JobRecord(kind: .instanceCreation, subjectID: id, instanceID: id, accountID: accountID, createdAt: now))
      try transaction.audit(
        .createInstance, of: id, accountID: accountID, by: administrator, at: now,
        details: ["instanceType": draft.kind.rawValue])
      return (instance, true)
    }
    if isNew { wakeRunner() }
    return instance
  }

  /// The number of digits behind `amc` in the id of a new instance.
  static let instanceIDDigits = 10

  private static func record(
    of draft: InstanceDraft, id: String, accountID: String, at now: Date
  ) -> InstanceRecord {
    var instance = InstanceRecord(
      id: id, accountID: accountID, name: draft.name, kind: draft.kind, createdAt: now, status: .requested)
    instance.advertiserName = draft.advertiserName
    instance.awsAccountID = draft.awsAccountID
    instance.s3BucketName = draft.s3BucketName
    return instance
  }

  private static func earlierInstance(
    of draft: InstanceDraft, accountID: String, in transaction: WriteTransaction
  ) throws -> InstanceRecord? {
    guard let repetition = draft.repetition,
      let known = try transaction.instanceRequest(accountID: accountID, keyHash: repetition.keyHash)
    else { return nil }
    guard known.bodyHash == repetition.bodyHash else { throw CleanRoomError.idempotencyKeyReused }
    return try transaction.find(InstanceRecord.self, id: known.instanceID)
  }

  // MARK: Changing

  /// Changes an instance that is COMPLETED. Changes without effect are not in the audit log.
  ///
  /// - Throws: `CleanRoomError.invalidField`, `unknownInstance`, `instanceNotReady`.
  package func update(
    id: String, to changes: InstanceChanges, by administrator: Administrator, as action: AuditAction = .updateInstance
  ) async throws -> InstanceRecord {
    try changes.validate()
    let now = clock.now
    return try await store.write { transaction in
      guard let old = try transaction.find(InstanceRecord.self, id: id) else { throw CleanRoomError.unknownInstance }
      guard old.status == .completed else { throw CleanRoomError.instanceNotReady(status: old.status.rawValue) }
      let new = changes.applied(to: old, by: administrator)
      guard new != old else { return old }
      try transaction.update(new)
      try transaction.audit(
        action, of: id, accountID: new.accountID, by: administrator, at: now, details: Self.differences(old, new))
      return new
    }
  }

  /// The changes: names of fields, and the values of those that say where results go.
  private static func differences(_ old: InstanceRecord, _ new: InstanceRecord) -> [String: String] {
    var details: [String: String] = [:]
    var changed: [String] = []
    if old.name != new.name { changed.append("instanceName") }
    if old.advertiserName != new.advertiserName { changed.append("advertiserName") }
    if !changed.isEmpty { details["changed"] = changed.joined(separator: ", ") }
    if old.awsAccountID != new.awsAccountID { details["awsAccountId"] = new.awsAccountID ?? "" }
    if old.s3BucketName != new.s3BucketName || old.isBucketApproved != new.isBucketApproved {
      details["s3BucketName"] = new.s3BucketName ?? ""
    }
    return details
  }

  // MARK: Removing

  /// Removes an instance with everything in it. Its records are removed at once; a job removes its objects from
  /// storage.
  ///
  /// The published text says that it must be SUCCEEDED, which COMPLETED has replaced. One that could not be made, or a
  /// sandbox whose making was interrupted, can be removed as well: nothing else can be done with it.
  ///
  /// Jobs of the instance that run elsewhere no longer count. They end when they are stopped, and remove their output.
  ///
  /// - Throws: `CleanRoomError.unknownInstance`; `instanceNotReady` while it is being made.
  package func remove(id: String, by administrator: Administrator) async throws {
    let now = clock.now
    try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: id) else {
        throw CleanRoomError.unknownInstance
      }
      guard try !transaction.isBeingCreated(instance) else {
        throw CleanRoomError.instanceNotReady(status: instance.status.rawValue)
      }
      try transaction.remove(instance, at: now)
      try transaction.insert(
        JobRecord(
          kind: .instanceRemoval, subjectID: id, instanceID: id, accountID: instance.accountID, createdAt: now))
      try transaction.audit(
        .deleteInstance, of: id, accountID: instance.accountID, by: administrator, at: now,
        details: ["instanceType": instance.kind.rawValue])
    }
    wakeRunner()
  }

  /// Queues the jobs of failed removals again, when a server starts.
  package func resumeRemovals() async throws {
    let now = clock.now
    try await store.write { transaction in
      for removal in try transaction.instanceRemovals()
      where try transaction.unfinishedJob(kind: .instanceRemoval, subjectID: removal.instanceID) == nil {
        try transaction.insert(
          JobRecord(
            kind: .instanceRemoval, subjectID: removal.instanceID, instanceID: removal.instanceID,
            accountID: removal.accountID, createdAt: now))
      }
    }
    wakeRunner()
  }
}
