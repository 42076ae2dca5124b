package import Base
package import Metadata

import struct Foundation.Date

/// Takes requests for advertisers to come into an instance or to leave it, one at a time, and tells what became of them.
package struct AdvertiserUpdateService: Sendable {
  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  /// - Parameter wakeRunner: Called after each transaction that left a job.
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

  /// The instance's update of that number.
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

  /// Does at once what the operator asks for, whosever the advertisers are. Returns the ids of the audiences that lost
  /// their advertiser.
  ///
  /// - Throws: like `create`.
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
  /// Companies are no persons: their ids may be told.
  fileprivate var auditDetails: [String: String] {
    var details: [String: String] = [:]
    if !additions.isEmpty { details["added"] = additions.map(\.id).joined(separator: ", ") }
    if !removals.isEmpty { details["removed"] = removals.map(\.id).joined(separator: ", ") }
    return details
  }
}

extension MetadataReading {
  /// How many advertisers the instance would have.
  func advertiserCount(after draft: AdvertiserUpdateDraft, instanceID: String) throws -> Int {
    let newCount = try draft.additions.filter { try advertiser(id: $0.id, instanceID: instanceID) == nil }.count
    let goneCount = try draft.removals.filter { try advertiser(id: $0.id, instanceID: instanceID) != nil }.count
    return try advertiserCount(instanceID: instanceID, kind: nil) + newCount - goneCount
  }
}

extension WriteTransaction {
  /// Changes the advertisers of an instance, and deactivates the audiences of those that leave. Again changes nothing.
  /// Returns the ids of the audiences that were made for those.
  ///
  /// - Parameter names: What advertisers are called, by id; one that nobody has named is called by its id.
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
  /// For an audience whose advertiser has left the instance.
  static let advertiserRemoved = "The advertiser was removed from the instance."

  /// For an update of advertisers that belong to others. Their ids are the client's own.
  static func advertisersForbidden(_ ids: [String]) -> String {
    "The requesting user has no access to these advertisers: \(ids.joined(separator: ", ")). Get access to an account that "
      + "has them, or ask the operator of the server to add them."
  }
}
