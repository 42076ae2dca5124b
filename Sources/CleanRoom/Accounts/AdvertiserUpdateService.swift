package import Base
package import Metadata

import struct Foundation.Date

/// Takes requests to add advertisers to an instance or to remove them, one at a time, and shows their outcome.
package struct AdvertiserUpdateService: Sendable {
  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  /// - Parameter wakeRunner: Called after each transaction that queued a job.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator,
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// Records a request, which a job fulfils or rejects.
  ///
  /// - Throws: `CleanRoomError.invalidField`, `advertiserUpdatePending`, `tooManyAdvertisers`, `unknownInstance`.
  package func create(
    _ draft: AdvertiserUpdateDraft, instanceID: String, principal: Principal
  ) async throws -> AdvertiserUpdateRecord {
    try draft.validate()
    let now = clock.now
    let id = identifiers.uuid()
    let record = try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw CleanRoomError.unknownInstance
      }
      guard try !transaction.hasOpenAdvertiserUpdate(instanceID: instanceID) else {
        throw CleanRoomError.advertiserUpdatePending
      }
      guard try transaction.advertiserCount(after: draft, instanceID: instanceID) <= InstanceRules.advertiserCountLimit
      else { throw CleanRoomError.tooManyAdvertisers(limit: InstanceRules.advertiserCountLimit) }
      let record = AdvertiserUpdateRecord(
        id: id, instanceID: instanceID, number: try transaction.nextAdvertiserUpdateNumber(instanceID: instanceID),
        additions: draft.additions, removals: draft.removals, clientID: principal.clientID, userID: principal.userID,
        createdAt: now)
      try transaction.insert(record)
      try transaction.insert(
        JobRecord(
          kind: .advertiserUpdate, subjectID: id, instanceID: instanceID, accountID: instance.accountID, createdAt: now)
      )
      try transaction.audit(
        .updateAdvertisers, of: instanceID, accountID: instance.accountID, by: principal.administrator, at: now,
        details: draft.auditDetails)
      return record
    }
    wakeRunner()
    return record
  }

  /// The instance's update with the number.
  package func update(number: Int64, instanceID: String) async throws -> AdvertiserUpdateRecord {
    let found = try await store.read { try $0.advertiserUpdate(number: number, instanceID: instanceID) }
    guard let found else { throw CleanRoomError.unknownAdvertiserUpdate }
    return found
  }

  /// The instance's updates, newest first, from before the number, at most `limit`.
  package func updates(
    instanceID: String, before number: Int64, limit: Int
  ) async throws -> [AdvertiserUpdateRecord] {
    try await store.read { try $0.advertiserUpdates(instanceID: instanceID, before: number, limit: limit) }
  }

  // MARK: The operator

  /// Applies the operator's request at once, without checking who owns the advertisers.
  ///
  /// - Returns: The ids of the audiences that lost their advertiser.
  /// - Throws: The same errors as `create`.
  package func apply(
    _ draft: AdvertiserUpdateDraft, names: [String: String] = [:], instanceID: String
  ) async throws -> [String] {
    try draft.validate()
    let now = clock.now
    return try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw CleanRoomError.unknownInstance
      }
      guard instance.status == .completed else {
        throw CleanRoomError.instanceNotReady(status: instance.status.rawValue)
      }
      guard try !transaction.hasOpenAdvertiserUpdate(instanceID: instanceID) else {
        throw CleanRoomError.advertiserUpdatePending
      }
      guard try transaction.advertiserCount(after: draft, instanceID: instanceID) <= InstanceRules.advertiserCountLimit
      else { throw CleanRoomError.tooManyAdvertisers(limit: InstanceRules.advertiserCountLimit) }
      let audiences = try transaction.apply(draft, names: names, instanceID: instanceID, at: now)
      try transaction.audit(
        .updateAdvertisers, of: instanceID, accountID: instance.accountID, by: .operatorAtMachine, at: now,
        details: draft.auditDetails)
      return audiences
    }
  }
}

extension AdvertiserUpdateDraft {
  /// Companies are no persons, so their ids may be shown.
  fileprivate var auditDetails: [String: String] {
    var details: [String: String] = [:]
    if !additions.isEmpty { details["added"] = additions.map(\.id).joined(separator: ", ") }
    if !removals.isEmpty { details["removed"] = removals.map(\.id).joined(separator: ", ") }
    return details
  }
}

extension MetadataReading {
  /// The number of the instance's advertisers after the update.
  func advertiserCount(after draft: AdvertiserUpdateDraft, instanceID: String) throws -> Int {
    let newCount = try draft.additions.filter { try advertiser(id: $0.id, instanceID: instanceID) == nil }.count
    let goneCount = try draft.removals.filter { try advertiser(id: $0.id, instanceID: instanceID) != nil }.count
    return try advertiserCount(instanceID: instanceID, kind: nil) + newCount - goneCount
  }
}

extension WriteTransaction {
  /// Changes the advertisers of an instance, and deactivates the audiences of removed ones; repeating it changes
  /// nothing.
  ///
  /// - Parameter names: Names of advertisers by id. Without a name, the id is used.
  /// - Returns: The ids of the removed advertisers' audiences.
  func apply(
    _ draft: AdvertiserUpdateDraft, names: [String: String], instanceID: String, at now: Date
  ) throws -> [String] {
    for advertiser in draft.additions where try self.advertiser(id: advertiser.id, instanceID: instanceID) == nil {
      let name = try names[advertiser.id] ?? advertiserName(id: advertiser.id, kind: advertiser.kind)
      try insert(
        AdvertiserRecord(
          instanceID: instanceID, id: advertiser.id, kind: advertiser.kind, name: name ?? advertiser.id,
          marketplaceID: advertiser.marketplaceID))
    }
    var audiences: [String] = []
    for advertiser in draft.removals {
      _ = try deleteAdvertiser(id: advertiser.id, instanceID: instanceID)
      audiences += try deactivateAudiences(
        advertiserID: advertiser.id, instanceID: instanceID, reason: StatusReason.advertiserRemoved,
        folder: { InstanceFolders.audience(id: $0, instanceID: instanceID) }, at: now)
    }
    return audiences
  }
}

extension StatusReason {
  /// The reason of an audience whose advertiser was removed from the instance.
  static let advertiserRemoved = "The advertiser was removed from the instance."

  /// The reason of an update with advertisers of other accounts. Their ids are the client's own.
  static func advertisersForbidden(_ ids: [String]) -> String {
    "The requesting user has no access to these advertisers: \(ids.joined(separator: ", ")). "
      + "Get access to an account that has them, or ask the operator of the server to add them."
  }
}
