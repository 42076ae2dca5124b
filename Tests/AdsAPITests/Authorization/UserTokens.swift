import AdsAPI
import CleanRoom
import Foundation
@testable import Login
import Metadata
import ServerTestSupport

extension TestServer {
  static let returnURL = "https://app.example.com/back"

  /// A user with these roles.
  func addUser(
    _ emailAddress: String, _ roles: [String: Role], password: String? = nil
  ) async throws -> UserRecord {
    let users = UserService(store: components.store)
    var user: UserRecord?
    for (accountID, role) in roles {
      user = try await users.add(
        emailAddress: emailAddress, name: "Ada", accountID: accountID, role: role, at: clock.now)
    }
    guard var found = user else { throw LoginRefusal.unknownAccount }
    if let password { found.passwordHash = try await PasswordHasher(cost: Self.cheapPasswords).hash(password) }
    let changed = found
    try await components.store.write { try $0.update(changed) }
    return changed
  }

  /// Fast enough for tests.
  static let cheapPasswords = PasswordHasher.Cost(rounds: 16, blockSize: 1, parallelism: 1)

  /// The tokens that a client gets for a user's consent.
  func consent(
    of user: UserRecord, scopes: Scopes = .every, client: ClientCredentials? = nil
  ) async throws -> TokenGrant {
    let credentials = client ?? self.credentials
    try await components.login.setReturnURLs([Self.returnURL], clientID: credentials.clientID, at: clock.now)
    let consent = ConsentService(store: components.store)
    let asked = try await consent.request(
      AuthorizationParameters([
        (name: "client_id", value: credentials.clientID), (name: "response_type", value: "code"),
        (name: "redirect_uri", value: Self.returnURL), (name: "scope", value: scopes.text),
      ]))
    let code = try await consent.allow(
      asked, form: .unused(), userID: user.id, acceptsTerms: true, region: .northAmerica, at: clock.now)
    var request = TokenRequest(
      grantType: "authorization_code", clientID: credentials.clientID, clientSecret: credentials.clientSecret)
    request.code = code
    request.redirectURI = Self.returnURL
    return try await components.login.grant(request, at: clock.now)
  }
}
