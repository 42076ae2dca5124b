import Base
package import Metadata

/// Accounts, their instances and advertisers, and the principals who may act for them.
package struct InstanceService: Sendable {
  private let store: MetadataStore

  package init(store: MetadataStore) {
    self.store = store
  }

  // MARK: Access

  /// The account, if the principal may act for it. An account that does not exist looks like one without access.
  ///
  /// - Parameter marketplaceID: The account's marketplace in the request; nil if the request has none.
  package func account(
    id: String, marketplaceID: String? = nil, principal: Principal
  ) async throws -> AccountRecord {
    let account = try await store.read { try principal.account(id: id, in: $0) }
    guard let account else { throw CleanRoomError.accountForbidden }
    if let marketplaceID, marketplaceID != account.marketplaceID { throw CleanRoomError.marketplaceMismatch }
    return account
  }

  /// The instance, if the principal may act for its account and that account is the one that the request names.
  ///
  /// - Parameters:
  ///   - accountID: The account in the request; nil if the request names none.
  ///   - mayBeUnfinished: Whether the instance may still be being made, or may have failed.
  package func instance(
    id: String, accountID: String?, principal: Principal, mayBeUnfinished: Bool = false
  ) async throws -> InstanceRecord {
    guard IdentifierShape.accepts(id) else { throw CleanRoomError.unknownInstance }
    return try await store.read { snapshot in
      guard let instance = try snapshot.find(InstanceRecord.self, id: id) else { throw CleanRoomError.unknownInstance }
      guard try principal.account(id: instance.accountID, in: snapshot) != nil else {
        throw CleanRoomError.instanceForbidden
      }
      if let accountID, accountID != instance.accountID {
        // Access to the other account decides which error the request gets.
        let hasAccount = try principal.account(id: accountID, in: snapshot) != nil
        throw hasAccount ? CleanRoomError.accountMismatch : CleanRoomError.accountForbidden
      }
      guard mayBeUnfinished || instance.status == .completed else {
        throw CleanRoomError.instanceNotReady(status: instance.status.rawValue)
      }
      return instance
    }
  }

  /// The account of a profile, if the principal may act for it.
  package func account(profileID: String, principal: Principal) async throws -> AccountRecord {
    let account = try await store.read { snapshot -> AccountRecord? in
      guard let profile = try snapshot.profile(id: profileID) else { return nil }
      return try principal.account(id: profile.accountID, in: snapshot)
    }
    guard let account else { throw CleanRoomError.profileForbidden }
    return account
  }

  /// Checks that the principal may change something somewhere. Things that belong to no account are not for viewers
  /// either.
  package func requireRole(of principal: Principal) async throws {
    guard principal.intent.needsAdmin else { return }
    try await store.read { try principal.requireAdminSomewhere(in: $0) }
  }

  // MARK: Lists

  /// The principal's accounts by id, from after `afterID`, at most `limit`.
  package func accounts(of principal: Principal, afterID: String, limit: Int) async throws -> [AccountRecord] {
    let excluded = principal.region.map { Marketplace.ids(outside: $0) } ?? []
    return try await store.read {
      try $0.accounts(
        clientID: principal.clientID, userID: principal.userID, outside: excluded, afterID: afterID, limit: limit)
    }
  }

  /// An instance, with the kinds of its advertisers.
  package struct Summary: Sendable, Hashable {
    package var instance: InstanceRecord
    package var advertiserKinds: [AdvertiserKind]
  }

  /// The account's instances by id, from after `afterID`, at most `limit`.
  package func instances(accountID: String, afterID: String, limit: Int) async throws -> [Summary] {
    try await store.read { snapshot in
      try snapshot.instances(accountID: accountID, afterID: afterID, limit: limit).map {
        Summary(instance: $0, advertiserKinds: try snapshot.advertiserKinds(instanceID: $0.id))
      }
    }
  }

  /// The instance with the kinds of its advertisers.
  package func summary(of instance: InstanceRecord) async throws -> Summary {
    let kinds = try await store.read { try $0.advertiserKinds(instanceID: instance.id) }
    return Summary(instance: instance, advertiserKinds: kinds)
  }

  /// The instance's advertisers by id, from after `afterID`, at most `limit`, and the number of all of them.
  package func advertisers(
    instanceID: String, kind: AdvertiserKind?, afterID: String, limit: Int
  ) async throws -> (advertisers: [AdvertiserRecord], totalCount: Int) {
    try await store.read { snapshot in
      let advertisers = try snapshot.advertisers(
        instanceID: instanceID, kind: kind, afterID: afterID, limit: limit)
      return (advertisers, try snapshot.advertiserCount(instanceID: instanceID, kind: kind))
    }
  }

  // MARK: For set-up

  func inTransaction(_ body: @escaping @Sendable (WriteTransaction) throws -> Void) async throws {
    try await store.write(body)
  }

  func instance(id: String) async throws -> InstanceRecord? {
    try await store.read { try $0.find(InstanceRecord.self, id: id) }
  }
}
