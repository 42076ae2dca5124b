package import Base
import Catalog
package import CleanRoom
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// Makes, shows, changes and deletes rule-based and lookalike audiences.
///
/// Each change is one transaction, which also queues the job that acts on it.
package struct AudienceService: Sendable {
  /// The prefix of an audience's name in the advertiser account.
  package static let namePrefix = "AMC "

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let settings: CleanRoomSettings
  private let wakeRunner: @Sendable () -> Void

  /// - Parameter wakeRunner: Called after each transaction that queued a job.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator,
    settings: CleanRoomSettings, wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.settings = settings
    self.wakeRunner = wakeRunner
  }

  /// An audience with its entry in the advertiser account.
  package struct Snapshot: Sendable, Hashable {
    package var audience: AudienceRecord
    package var advertiserAudience: AdvertiserAudienceRecord?
    /// The number of members that may be shown: rounded down, 0 before the first success.
    package var approximateCount: Int
  }

  /// The recognisable parts of a repeated request: hashes, never the texts.
  package struct IdempotencyKey: Sendable, Hashable {
    package var keyHash: Data
    package var bodyHash: Data

    package init(keyHash: Data, bodyHash: Data) {
      self.keyHash = keyHash
      self.bodyHash = bodyHash
    }
  }

  // MARK: Making

  /// Makes an audience that waits for its run, or returns the one that the same request made before.
  package func create(
    _ draft: AudienceDraft, in instance: InstanceRecord, clientID: String, idempotencyKey: IdempotencyKey? = nil
  ) async throws -> AudienceRecord {
    let draft = try draft.tidied()
    try draft.validate()
    let now = clock.now
    let id = identifiers.uuid()
    let (audience, isNew) = try await store.write { transaction -> (AudienceRecord, Bool) in
      if let idempotencyKey,
        let earlier = try earlierAudience(for: idempotencyKey, instance: instance, clientID: clientID, in: transaction)
      {
        return (earlier, false)
      }
      let audience = try record(of: draft, id: id, instance: instance, in: transaction, at: now)
      try transaction.insert(audience)
      try transaction.insert(JobRecord.next(of: audience, accountID: instance.accountID, at: now))
      if let idempotencyKey {
        try transaction.insert(
          IdempotencyKeyRecord(
            clientID: clientID, instanceID: instance.id, keyHash: idempotencyKey.keyHash,
            bodyHash: idempotencyKey.bodyHash, audienceID: id, createdAt: now))
      }
      return (audience, true)
    }
    if isNew { wakeRunner() }
    return audience
  }

  private func earlierAudience(
    for key: IdempotencyKey, instance: InstanceRecord, clientID: String, in transaction: WriteTransaction
  ) throws -> AudienceRecord? {
    guard
      let known = try transaction.idempotencyKey(
        clientID: clientID, instanceID: instance.id, keyHash: key.keyHash)
    else { return nil }
    guard known.bodyHash == key.bodyHash else { throw CleanRoomError.idempotencyKeyReused }
    return try transaction.find(AudienceRecord.self, id: known.audienceID)
  }

  private func record(
    of draft: AudienceDraft, id: String, instance: InstanceRecord, in transaction: WriteTransaction, at now: Date
  ) throws -> AudienceRecord {
    guard let advertiser = try transaction.advertiser(id: draft.advertiserID, instanceID: instance.id) else {
      throw CleanRoomError.invalidField(name: "advertiserId", reason: "is not an advertiser of the instance.")
    }
    guard AdvertiserType(advertiser.kind) != nil else {
      throw CleanRoomError.invalidField(
        name: "advertiserId", reason: "is an advertiser of the ad server, to which no audience can go.")
    }
    let query = try AudienceQuery(of: draft, instanceID: instance.id, in: transaction)
    var audience = AudienceRecord(
      id: id, instanceID: instance.id, advertiserID: advertiser.id, advertiserKind: advertiser.kind,
      name: draft.name, audienceDescription: draft.description, query: query.sql,
      timeWindowStart: draft.timeWindowStart, timeWindowEnd: draft.timeWindowEnd,
      isTimeWindowRelative: draft.isTimeWindowRelative,
      refreshRateDays: draft.refreshRateDays ?? AudienceDraft.defaultRefreshRateDays,
      inputParameters: query.inputParameters, parameterValues: try draft.parameterValues.text, createdAt: now)
    audience.workflowID = query.workflowID
    switch draft.kind {
    case .ruleBased: break
    case .lookalike(let reach?): audience.lookalikeReach = reach
    case .lookalike(nil):
      throw CleanRoomError.invalidField(name: "lookalikeAudienceExpectedReach", reason: "is missing.")
    }
    return audience
  }

  // MARK: Showing

  /// The instance's audience with the id.
  package func audience(id: String, instanceID: String) async throws -> Snapshot {
    guard IdentifierShape.accepts(id) else { throw CleanRoomError.unknownAudience }
    return try await store.read { snapshot in
      guard let audience = try snapshot.find(AudienceRecord.self, id: id), audience.instanceID == instanceID else {
        throw CleanRoomError.unknownAudience
      }
      return view(of: audience, advertiserAudience: try snapshot.advertiserAudience(audienceID: id))
    }
  }

  /// The instance's audiences, newest first, from before `beforeSequence`, at most `limit`.
  package func audiences(instanceID: String, beforeSequence: Int64, limit: Int) async throws -> [Snapshot] {
    try await store.read { snapshot in
      let audiences = try snapshot.audiences(
        instanceID: instanceID, beforeSequence: beforeSequence, limit: limit)
      let known = try snapshot.advertiserAudiences(audienceIDs: audiences.map(\.id))
      return audiences.map { view(of: $0, advertiserAudience: known[$0.id]) }
    }
  }

  private func view(of audience: AudienceRecord, advertiserAudience: AdvertiserAudienceRecord?) -> Snapshot {
    let unit = max(settings.audienceCountRounding, 1)
    return Snapshot(
      audience: audience, advertiserAudience: advertiserAudience,
      approximateCount: (audience.memberCount ?? 0) / unit * unit)
  }

  // MARK: Changing

  /// Changes the definition of a FAILED audience, and runs it again with the same id.
  package func update(id: String, instanceID: String, to update: AudienceUpdate) async throws -> AudienceRecord {
    let update = try update.tidied()
    if case .replacement(let draft) = update { try draft.validate() }
    let now = clock.now
    let audience = try await store.write { transaction in
      var audience = try failedAudience(id: id, instanceID: instanceID, in: transaction) {
        .audienceNotEditable(status: $0)
      }
      let draft = try update.draft(of: audience)
      try draft.validate()
      try requireSameIdentity(draft, audience)
      let query = try AudienceQuery(of: draft, instanceID: instanceID, in: transaction)
      audience.query = query.sql
      audience.workflowID = query.workflowID
      audience.timeWindowStart = draft.timeWindowStart
      audience.timeWindowEnd = draft.timeWindowEnd
      audience.isTimeWindowRelative = draft.isTimeWindowRelative
      audience.inputParameters = query.inputParameters
      audience.parameterValues = try draft.parameterValues.text
      audience.restart(at: now)
      try transaction.update(audience)
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw CleanRoomError.unknownInstance
      }
      try transaction.insert(JobRecord.next(of: audience, accountID: instance.accountID, at: now))
      return audience
    }
    wakeRunner()
    return audience
  }

  /// Deletes a FAILED audience for good.
  package func delete(id: String, instanceID: String) async throws {
    let now = clock.now
    try await store.write { transaction in
      let audience = try failedAudience(id: id, instanceID: instanceID, in: transaction) {
        .audienceNotDeletable(status: $0)
      }
      try transaction.requestExports(audienceID: audience.id, at: now)
      try transaction.delete(AudienceRecord.self, id: audience.id)
    }
  }

  private func failedAudience(
    id: String, instanceID: String, in transaction: WriteTransaction,
    otherwise refusal: (String) -> CleanRoomError
  ) throws -> AudienceRecord {
    guard IdentifierShape.accepts(id), let audience = try transaction.find(AudienceRecord.self, id: id),
      audience.instanceID == instanceID
    else { throw CleanRoomError.unknownAudience }
    guard audience.status == .failed else { throw refusal(audience.status.rawValue) }
    return audience
  }

  private func requireSameIdentity(_ draft: AudienceDraft, _ audience: AudienceRecord) throws(CleanRoomError) {
    guard draft.name == audience.name else { throw .unchangeableField(name: "audienceName") }
    guard draft.advertiserID == audience.advertiserID else { throw .unchangeableField(name: "advertiserId") }
    guard draft.description == audience.audienceDescription else {
      throw .unchangeableField(name: "audienceDescription")
    }
    switch (draft.kind, audience.lookalikeReach) {
    case (.ruleBased, nil), (.lookalike(nil), .some): break
    case (.lookalike(let wanted?), let reach?):
      guard wanted == reach else { throw .unchangeableField(name: "lookalikeAudienceExpectedReach") }
    case (.ruleBased, .some), (.lookalike, nil): throw .unchangeableField(name: "audienceType")
    }
  }
}
