import CleanRoom
import Foundation
import Login
import Metadata

/// Makes instances and clients, as an operator does who sits at the machine.
struct Provisioning {
  let store: MetadataStore
  private var login: LoginService { LoginService(store: store) }
  private var instances: InstanceService { InstanceService(store: store) }

  /// The most instances that a client of the operator's own is given access to.
  static let instanceLimit = 1000

  /// An account with one instance; the instance's id is a new one where none is given.
  func createInstance(id: String?, name: String, kind: InstanceRecord.Kind) async throws -> InstanceSetup {
    let setup = InstanceSetup.new(
      instanceID: id, name: name, kind: kind, identifiers: RandomIdentifierGenerator())
    try await instances.create(setup, at: Date())
    return setup
  }

  /// The instance of that id, or nil.
  func instance(id: String) async throws -> InstanceRecord? {
    try await store.read { try $0.instance(id: id) }
  }

  /// All instances, by id.
  func allInstances() async throws -> [InstanceRecord] {
    try await store.read { try $0.allInstances(limit: Self.instanceLimit) }
  }

  /// A client that may act for those accounts. Its secrets are shown once and can't be had again.
  func createClient(name: String, accountIDs: Set<String>) async throws -> ClientCredentials {
    let credentials = try await login.registerClient(name: name, at: Date())
    for id in accountIDs.sorted() {
      try await instances.grantAccess(clientID: credentials.clientID, accountID: id)
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

/// An instance id as a person gives it on the command line.
enum InstanceIDCheck {
  static func problem(with id: String) -> String? {
    IdentifierShape.accepts(id)
      ? nil : "An instance id is 1 to \(IdentifierShape.lengthLimit) letters, digits, `-` and `_`."
  }
}
