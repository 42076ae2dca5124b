package import Base
package import CleanRoom
import FirstPartyData
package import Foundation
package import Metadata
import Warehouse

/// The audiences whose members clients send. An audience belongs to the application that made it.
package struct StreamedAudienceService: Sendable {
  /// The number of digits of an audience's id: as many as every JSON reader keeps exactly.
  static let idDigits = 15

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let members: any AudienceMemberLog
  private let countRounding: Int

  /// - Parameter countRounding: Sizes are rounded down to a multiple of it.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator,
    members: any AudienceMemberLog, countRounding: Int
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.members = members
    self.countRounding = countRounding
  }

  /// The number of an audience's records and members.
  package struct Size: Sendable, Hashable {
    /// Exact, because the client sent them.
    package var receivedCount: Int
    /// The number of records that matched a person, rounded down; 0 as long as few people did.
    package var resolvedCount: Int
    /// The present number of the DSP advertisers' members, rounded down.
    package var dspMemberCount: Int
  }

  /// Makes an audience.
  ///
  /// - Throws: `termsNotAccepted`, `invalidField`, or errors of access to its target.
  package func create(_ draft: StreamedAudienceDraft, principal: Principal) async throws -> StreamedAudienceRecord {
    try StreamedAudienceLimits.check(draft)
    let now = clock.now
    let id = Int64(identifiers.number(digits: Self.idDigits)) ?? 0
    return try await store.write { transaction in
      var audience = StreamedAudienceRecord(
        id: id, clientID: principal.clientID, name: draft.name, audienceDescription: draft.description,
        externalAudienceID: draft.externalAudienceID,
        ttlSeconds: draft.ttlSeconds ?? StreamedAudienceLimits.ttlSeconds.upperBound, createdAt: now)
      audience.countryCode = draft.countryCode.map { CountryCode.standardised($0) ?? $0 }
      audience.fees = try draft.fees.map(Self.text(of:))
      try Self.aim(&audience, at: draft.target, principal, in: transaction)
      try transaction.insert(audience)
      return audience
    }
  }

  /// The audience, if it is the client's and its accounts are the principal's.
  ///
  /// - Throws: `unknownStreamedAudience`.
  package func audience(id: Int64, principal: Principal) async throws -> StreamedAudienceRecord {
    try await store.read { try Self.audience(id: id, principal, in: $0) }
  }

  private static func audience(
    id: Int64, _ principal: Principal, in snapshot: some MetadataReading
  ) throws -> StreamedAudienceRecord {
    guard let found = try snapshot.find(StreamedAudienceRecord.self, id: id), try principal.mayUse(found, in: snapshot)
    else {
      throw CleanRoomError.unknownStreamedAudience
    }
    return found
  }

  /// The present size of the audience.
  package func size(of audience: StreamedAudienceRecord) async throws -> Size {
    let all = try await store.read { try $0.logs(audienceID: audience.id) }
    let logs = all.filter { $0.dspAdvertiserID != nil }
    let id = "\(audience.id)"
    let since = audience.memberSince(at: clock.now).map { [id: $0] } ?? [:]
    let counts = try await self.members.memberCounts(
      logs.map { MemberCountRequest(logID: $0.id, instanceID: $0.instanceID, since: since) })
    let members = counts.values.reduce(0) { $0 + ($1[id] ?? 0) }
    return Size(
      receivedCount: audience.receivedCount, resolvedCount: rounded(try await resolvedCount(of: audience, all)),
      dspMemberCount: rounded(members))
  }

  /// The number of records that matched a person, if they are records of as many different people as counts are rounded
  /// by, else 0: records of one person, sent a hundred times, would tell whether that person is known.
  ///
  /// In noise mode it is the number of different people. That of records depends on how often one person was sent.
  private func resolvedCount(of audience: StreamedAudienceRecord, _ logs: [AudienceLogRecord]) async throws -> Int {
    let isNoisy = try await isNoisy(logs)
    guard isNoisy || countRounding > 1 else { return audience.resolvedCount }
    let (id, always) = ("\(audience.id)", Date(timeIntervalSince1970: 0))
    let counts = try await members.memberCounts(
      logs.map { MemberCountRequest(logID: $0.id, instanceID: $0.instanceID, since: [id: always]) })
    let people = counts.values.compactMap { $0[id] }.max() ?? 0
    if isNoisy { return people }
    return people >= countRounding ? audience.resolvedCount : 0
  }

  /// Whether the audience has a log in an instance in noise mode.
  private func isNoisy(_ logs: [AudienceLogRecord]) async throws -> Bool {
    try await store.read { snapshot in
      try logs.contains { try snapshot.find(InstanceRecord.self, id: $0.instanceID)?.privacyMode == .noise }
    }
  }

  private func rounded(_ count: Int) -> Int { count / countRounding * countRounding }

  /// Changes an audience and returns it.
  ///
  /// - Throws: `unknownStreamedAudience`, `invalidField`.
  package func update(
    id: Int64, _ update: StreamedAudienceUpdate, principal: Principal
  ) async throws -> StreamedAudienceRecord {
    try StreamedAudienceLimits.check(update)
    let now = clock.now
    return try await store.write { transaction in
      var audience = try Self.audience(id: id, principal, in: transaction)
      if let description = update.description { audience.audienceDescription = description }
      if let ttl = update.ttlSeconds { audience.ttlSeconds = ttl }
      if let fees = update.fees { audience.fees = try Self.text(of: fees) }
      try transaction.update(&audience, at: now)
      return audience
    }
  }

  private static func text(of fees: [AudienceFee]) throws -> String {
    String(decoding: try JSONEncoder().encode(fees), as: UTF8.self)
  }

  /// Sets the targets of the audience's members.
  private static func aim(
    _ audience: inout StreamedAudienceRecord, at target: StreamedAudienceDraft.Target,
    _ principal: Principal, in transaction: WriteTransaction
  ) throws {
    if let connectionID = target.connectionID {
      guard let connection = try transaction.connection(id: connectionID, clientID: audience.clientID),
        try principal.mayUse(connection, in: transaction)
      else {
        throw CleanRoomError.invalidField(
          name: "targetResource.connectionId", reason: "is not one of the client's connections.")
      }
      if let advertiserID = target.advertiserID, advertiserID != connection.dspAdvertiserID {
        throw CleanRoomError.invalidField(
          name: "targetResource.advertiserId", reason: "is not the advertiser of the connection.")
      }
      audience.connectionID = connectionID
      audience.dspAdvertiserID = connection.dspAdvertiserID
      audience.dspInstanceID = connection.dspInstanceID
    } else if let advertiserID = target.advertiserID {
      guard
        let advertiser = try transaction.displayAdvertiser(
          id: advertiserID, clientID: audience.clientID, userID: principal.userID, accountID: nil),
        try principal.mayUse(instanceID: advertiser.instanceID, in: transaction)
      else {
        throw CleanRoomError.invalidField(
          name: "targetResource.advertiserId", reason: "is not a DSP advertiser that the client may act for.")
      }
      audience.dspAdvertiserID = advertiserID
      audience.dspInstanceID = advertiser.instanceID
    }
  }
}

extension StreamedAudienceRecord {
  /// The time since which members have joined; nil if the ttl is 0, so nobody is a member.
  package func memberSince(at now: Date) -> Date? {
    ttlSeconds == 0 ? nil : now.addingTimeInterval(-Double(ttlSeconds))
  }

  /// The fees; nil if none were given.
  package var parsedFees: [AudienceFee]? {
    fees.flatMap { try? JSONDecoder().decode([AudienceFee].self, from: Data($0.utf8)) }
  }
}
