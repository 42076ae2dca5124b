import Base
import CleanRoom
import Foundation
import Login
import Metadata
import Sandbox

/// Makes instances and clients, as an operator at the machine does.
struct Provisioning {
  let store: MetadataStore
  private var login: LoginService { LoginService(store: store) }
  private var instances: InstanceService { InstanceService(store: store) }

  /// The most instances that are listed.
  static let instanceLimit = 100_000

  /// An account with one instance; the instance's id is a new one where none is given.
  ///
  /// - Parameters:
  ///   - isEmpty: False for an instance that `SandboxMaking` is about to fill; clients can use it afterwards.
  ///   - hasSyntheticSignals: Whether a standard instance is to have the signals of a sandbox.
  ///   - privacy: The privacy mode, which stays for good.
  func createInstance(
    id: String?, name: String, kind: InstanceRecord.Kind, isEmpty: Bool = true, hasSyntheticSignals: Bool = false,
    privacy: InstancePrivacy = .threshold
  ) async throws -> InstanceSetup {
    var setup = InstanceSetup.new(
      instanceID: id, name: name, kind: kind, identifiers: RandomIdentifierGenerator())
    setup.hasSyntheticSignals = kind == .sandbox || hasSyntheticSignals
    if setup.hasSyntheticSignals { setup.take(SandboxAdvertisers.all) }
    if !isEmpty { setup.status = .inProgress }
    setup.privacy = privacy
    try await instances.create(setup, at: Date())
    return setup
  }

  /// Gives a sandbox the advertisers of its signals, where it does not have them.
  func addSandboxAdvertisers(instanceID: String) async throws {
    try await instances.addAdvertisers(SandboxAdvertisers.all, instanceID: instanceID, at: Date())
  }

  /// The instance of that id, or nil.
  func instance(id: String) async throws -> InstanceRecord? {
    try await store.read { try $0.find(InstanceRecord.self, id: id) }
  }

  /// All instances, by id.
  func allInstances() async throws -> [InstanceRecord] {
    try await store.read { try $0.allInstances(limit: Self.instanceLimit) }
  }

  /// A client that may act for those accounts. Its secrets are shown once and can't be had again.
  func createClient(name: String, accountIDs: Set<String>) async throws -> ClientCredentials {
    let credentials = try await login.registerClient(name: name, at: Date())
    for id in accountIDs.sorted() {
      try await instances.grantAccess(clientID: credentials.clientID, accountID: id, at: Date())
    }
    return credentials
  }

  /// An access token for the client.
  func accessToken(for credentials: ClientCredentials) async throws -> String {
    let request = TokenRequest(
      grantType: "refresh_token", refreshToken: credentials.refreshToken, clientID: credentials.clientID,
      clientSecret: credentials.clientSecret)
    return try await login.grant(request, at: Date()).accessToken
  }
}

/// The advertisers of the synthetic signals, as an instance has them.
enum SandboxAdvertisers {
  static let all = GroundTruth.advertisers.map { advertiser in
    let identifier = advertiser.identifier
    let kind: AdvertiserKind =
      switch identifier.kind {
      case .display: .display
      case .sponsoredAds: .sponsoredAds
      case .adServer: .adServer
      }
    return InstanceSetup.Advertiser(
      kind: kind, id: identifier.id, name: advertiser.name, marketplaceID: identifier.marketplaceID)
  }
}

extension InstanceSetup {
  /// Replaces the new advertisers by these: the first of each kind is the one that a set-up has a name for.
  fileprivate mutating func take(_ advertisers: [Advertiser]) {
    moreAdvertisers = advertisers
    if let first = moreAdvertisers.firstIndex(where: { $0.kind == .display }) {
      displayAdvertiserID = moreAdvertisers.remove(at: first).id
    }
    if let first = moreAdvertisers.firstIndex(where: { $0.kind == .sponsoredAds }) {
      sponsoredAdsAdvertiserID = moreAdvertisers.remove(at: first).id
    }
  }
}

/// An instance id as a person gives it on the command line.
enum InstanceIDCheck {
  static func problem(with id: String) -> String? {
    IdentifierShape.accepts(id)
      ? nil : "An instance id is 1 to \(IdentifierShape.lengthLimit) letters, digits, `-` and `_`."
  }
}
