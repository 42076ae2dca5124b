package import Base
package import CleanRoom
package import Metadata

/// A requested connection.
package struct ConnectionDraft: Sendable, Hashable {
  /// The client's own id; nil for a new one.
  package var connectionID: String?
  package var accountID: String?
  package var marketplaceID: String?
  package var instanceID: String?
  package var dspAdvertiserID: String?
  package var dspProfileID: String?
  package var isDefault = false

  package init() {}
}

/// A connection with the names of both of its sides.
package struct ConnectionDetails: Sendable, Hashable {
  package var connection: ConnectionRecord
  package var account: AccountRecord?
  package var instance: InstanceRecord?
  package var dspAdvertiser: AdvertiserRecord?
  /// The marketplace of the DSP advertiser's account.
  package var dspMarketplaceID: String?
}

/// The connections of clients. One of a client's connections is always the default.
package struct ConnectionService: Sendable {
  /// The largest number of a client's connections: as many as fit into the published list.
  package static let countLimit = 100

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// Makes a connection and returns its id. The first one of a client is the default, whatever the draft says.
  ///
  /// - Throws: `invalidField` for missing or invalid fields, and errors of access to the account, the instance, the
  ///   profile or the advertiser.
  package func create(_ draft: ConnectionDraft, principal: Principal) async throws -> String {
    let now = clock.now
    let newID = identifiers.uuid()
    let clientID = principal.clientID
    try Self.check(draft)
    return try await store.write { transaction in
      let id = draft.connectionID ?? newID
      let others = try transaction.connections(clientID: clientID, limit: Self.countLimit)
      guard others.count < Self.countLimit else { throw CleanRoomError.tooManyConnections(limit: Self.countLimit) }
      guard try transaction.connection(id: id, clientID: clientID) == nil else {
        throw CleanRoomError.connectionExists
      }
      var connection = ConnectionRecord(
        id: id, clientID: clientID, isDefault: draft.isDefault || others.isEmpty, createdAt: now)
      try Self.connectInstance(draft, &connection, principal, in: transaction)
      try Self.connectAdvertiser(draft, &connection, principal, in: transaction)
      if connection.isDefault { try transaction.clearDefaultConnection(clientID: clientID, at: now) }
      try transaction.insert(connection)
      return id
    }
  }

  /// The requested connections of the client, oldest first: one, the default, or all.
  ///
  /// - Throws: `unknownConnection` for an unknown id.
  package func connections(
    id: String?, onlyDefault: Bool, principal: Principal
  ) async throws -> [ConnectionDetails] {
    try await store.read { snapshot in
      var found = try snapshot.connections(clientID: principal.clientID, limit: Self.countLimit).filter {
        try principal.mayUse($0, in: snapshot)
      }
      if let id {
        found = found.filter { $0.id == id }
        guard !found.isEmpty else { throw CleanRoomError.unknownConnection }
      }
      if onlyDefault { found = found.filter(\.isDefault) }
      return try found.map { try Self.details(of: $0, in: snapshot) }
    }
  }

  /// Removes a connection; without an id, all that the principal may change. If the default is removed, the oldest
  /// remaining one replaces it.
  ///
  /// - Throws: `unknownConnection`.
  package func delete(id: String?, principal: Principal) async throws {
    let now = clock.now
    let clientID = principal.clientID
    try await store.write { transaction in
      let found = try transaction.connections(clientID: clientID, limit: Self.countLimit).filter {
        try (id == nil || $0.id == id) && principal.mayUse($0, in: transaction)
      }
      if id != nil, found.isEmpty { throw CleanRoomError.unknownConnection }
      for connection in found { try transaction.deleteConnection(id: connection.id, clientID: clientID) }
      if found.contains(where: \.isDefault) {
        try transaction.makeOldestConnectionDefault(clientID: clientID, at: now)
      }
    }
  }

  // MARK: Rules

  /// Checks that need no look at the store.
  private static func check(_ draft: ConnectionDraft) throws(CleanRoomError) {
    if let id = draft.connectionID, !IdentifierShape.accepts(id) {
      throw .invalidField(name: "connectionId", reason: "must be 1 to 64 letters, digits, - and _.")
    }
    let namesInstance = draft.instanceID != nil || draft.accountID != nil || draft.marketplaceID != nil
    if namesInstance {
      if draft.instanceID == nil { throw .invalidField(name: "amcInstanceId", reason: "is missing.") }
      if draft.accountID == nil { throw .invalidField(name: "amcAccountId", reason: "is missing.") }
    }
    let namesAdvertiser = draft.dspAdvertiserID != nil || draft.dspProfileID != nil
    if namesAdvertiser {
      if draft.dspAdvertiserID == nil { throw .invalidField(name: "dspAdvertiserId", reason: "is missing.") }
      if draft.dspProfileID == nil { throw .invalidField(name: "dspProfileId", reason: "is missing.") }
    }
    guard namesInstance || namesAdvertiser else {
      throw .invalidField(
        name: "amcInstanceId", reason: "is missing, and so is dspAdvertiserId; a connection needs one of them.")
    }
  }

  private static func connectInstance(
    _ draft: ConnectionDraft, _ connection: inout ConnectionRecord, _ principal: Principal,
    in transaction: WriteTransaction
  ) throws {
    guard let instanceID = draft.instanceID, let accountID = draft.accountID else { return }
    guard let account = try principal.account(id: accountID, in: transaction) else {
      throw CleanRoomError.accountForbidden
    }
    if let marketplaceID = draft.marketplaceID, marketplaceID != account.marketplaceID {
      throw CleanRoomError.marketplaceMismatch
    }
    // An instance of another account looks like one that the client may not use.
    guard let instance = try transaction.find(InstanceRecord.self, id: instanceID), instance.accountID == accountID
    else {
      throw CleanRoomError.instanceForbidden
    }
    connection.accountID = accountID
    connection.instanceID = instanceID
  }

  private static func connectAdvertiser(
    _ draft: ConnectionDraft, _ connection: inout ConnectionRecord, _ principal: Principal,
    in transaction: WriteTransaction
  ) throws {
    guard let advertiserID = draft.dspAdvertiserID, let profileID = draft.dspProfileID else { return }
    guard let profile = try transaction.find(ProfileRecord.self, id: profileID),
      try principal.account(id: profile.accountID, in: transaction) != nil
    else { throw CleanRoomError.profileForbidden }
    // The connection's own instance is preferred, so both targets know people by the same keys.
    let own = try connection.instanceID.flatMap { instanceID in
      try transaction.displayAdvertiser(id: advertiserID, instanceID: instanceID, accountID: profile.accountID)
    }
    let found =
      try own
      ?? transaction.displayAdvertiser(
        id: advertiserID, clientID: principal.clientID, userID: principal.userID, accountID: profile.accountID)
    guard let found else { throw CleanRoomError.advertiserForbidden }
    connection.dspAdvertiserID = advertiserID
    connection.dspProfileID = profileID
    connection.dspInstanceID = found.instanceID
  }

  private static func details(
    of connection: ConnectionRecord, in snapshot: ReadTransaction
  ) throws -> ConnectionDetails {
    var details = ConnectionDetails(connection: connection)
    details.account = try connection.accountID.flatMap { try snapshot.find(AccountRecord.self, id: $0) }
    details.instance = try connection.instanceID.flatMap { try snapshot.find(InstanceRecord.self, id: $0) }
    if let id = connection.dspAdvertiserID, let instanceID = connection.dspInstanceID {
      details.dspAdvertiser = try snapshot.advertiser(id: id, instanceID: instanceID)
      let accountID = try snapshot.find(InstanceRecord.self, id: instanceID)?.accountID
      details.dspMarketplaceID = try accountID.flatMap { try snapshot.find(AccountRecord.self, id: $0)?.marketplaceID }
    }
    return details
  }
}

extension WriteTransaction {
  /// The DSP advertiser, if the instance has it and belongs to the account.
  fileprivate func displayAdvertiser(id: String, instanceID: String, accountID: String) throws -> AdvertiserRecord? {
    guard try find(InstanceRecord.self, id: instanceID)?.accountID == accountID,
      let advertiser = try advertiser(id: id, instanceID: instanceID), advertiser.kind == .display
    else { return nil }
    return advertiser
  }
}
