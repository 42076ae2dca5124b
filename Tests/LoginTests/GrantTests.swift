import Crypto
import Foundation
import Login
import Metadata
import ServerTestSupport
import Testing

/// Codes, scopes, revocation and secrets.
@Suite struct GrantTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let login: LoginService
  private let consent: ConsentService
  private let credentials: ClientCredentials
  private let user: UserRecord
  private static let returnURL = "https://app.example.com/back?from=adyton"
  private static let verifier = String(repeating: "v", count: 43)

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    login = LoginService(store: store)
    consent = ConsentService(store: store)
    credentials = try await login.registerClient(
      name: "test", company: "Example", returnURLs: [Self.returnURL], at: Fixtures.now)
    let account = AccountRecord(id: "A", name: "A", marketplaceID: "ATVPDKIKX0DER", createdAt: Fixtures.now)
    try await store.write { try $0.insert(account) }
    user = try await UserService(store: store).add(
      emailAddress: "ada@example.com", name: "Ada", accountID: "A", role: .admin, at: Fixtures.now)
  }

  private func code(scopes: Scopes = .every, challenge: CodeChallenge? = nil) async throws -> String {
    var asked = try await consent.request(
      AuthorizationParameters([
        (name: "client_id", value: credentials.clientID), (name: "response_type", value: "code"),
        (name: "redirect_uri", value: Self.returnURL), (name: "scope", value: scopes.text),
      ]))
    asked.challenge = challenge
    return try await consent.allow(
      asked, form: .unused(), userID: user.id, acceptsTerms: true, region: .northAmerica, at: Fixtures.now)
  }

  private func request(code: String) -> TokenRequest {
    var request = TokenRequest(
      grantType: "authorization_code", clientID: credentials.clientID, clientSecret: credentials.clientSecret)
    request.code = code
    request.redirectURI = Self.returnURL
    return request
  }

  private func refresh(_ token: String, scope: String? = nil, secret: String? = nil) -> TokenRequest {
    var request = TokenRequest(
      grantType: "refresh_token", refreshToken: token, clientID: credentials.clientID,
      clientSecret: secret ?? credentials.clientSecret)
    request.scope = scope
    return request
  }

  private func authenticate(_ token: String) async throws -> TokenIdentity {
    try await login.authenticate(accessToken: token, clientID: credentials.clientID, at: Fixtures.now)
  }

  @Test func aCodeIsExchangedForTokensOfTheUser() async throws {
    let scopes = Scopes([.campaignManagement])
    let grant = try await login.grant(request(code: try await code(scopes: scopes)), at: Fixtures.now)
    #expect(grant.accessToken.hasPrefix("Atza|"))
    #expect(grant.refreshToken.hasPrefix("Atzr|"))
    #expect(grant.expiresIn == 3600)
    #expect(try await authenticate(grant.accessToken).userID == user.id)
    #expect(try await authenticate(grant.accessToken).scopes == scopes)
    let again = try await login.grant(refresh(grant.refreshToken), at: Fixtures.now)
    #expect(again.refreshToken == grant.refreshToken)
    #expect(try await authenticate(again.accessToken).userID == user.id)
  }

  @Test func reusingACodeRevokesItsTokens() async throws {
    let request = request(code: try await code())
    let grant = try await login.grant(request, at: Fixtures.now)
    let again = try await login.grant(refresh(grant.refreshToken), at: Fixtures.now)
    await #expect(throws: LoginError.invalidGrant) { try await login.grant(request, at: Fixtures.now) }
    for token in [grant.accessToken, again.accessToken] {
      await #expect(throws: AuthenticationError.invalidToken) { try await authenticate(token) }
    }
    await #expect(throws: LoginError.invalidGrant) {
      try await login.grant(refresh(grant.refreshToken), at: Fixtures.now)
    }
  }

  @Test func codesExpireAfterFiveMinutes() async throws {
    let request = request(code: try await code())
    await #expect(throws: LoginError.invalidGrant) {
      try await login.grant(request, at: Fixtures.now.addingTimeInterval(300))
    }
    _ = try await login.grant(request, at: Fixtures.now.addingTimeInterval(299))
  }

  @Test func codesAreBoundToClientAndReturnURL() async throws {
    let code = try await code()
    var elsewhere = request(code: code)
    elsewhere.redirectURI = "https://app.example.com/back"
    await #expect(throws: LoginError.invalidGrant) { try await login.grant(elsewhere, at: Fixtures.now) }
    let other = try await login.registerClient(name: "other", at: Fixtures.now)
    var foreign = request(code: code)
    foreign.clientID = other.clientID
    foreign.clientSecret = other.clientSecret
    await #expect(throws: LoginError.invalidGrant) { try await login.grant(foreign, at: Fixtures.now) }
    // Neither attempt has cost the rightful client anything.
    _ = try await login.grant(request(code: code), at: Fixtures.now)
  }

  @Test(arguments: ["S256", "plain"])
  func aChallengeNeedsItsVerifier(_ method: String) async throws {
    let hash = Data(SHA256.hash(data: Data(Self.verifier.utf8))).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    let challenge = try #require(CodeChallenge(value: method == "plain" ? Self.verifier : hash, method: method))
    let code = try await code(challenge: challenge)
    for verifier in [nil, "", hash + "x", String(repeating: "w", count: 43)] {
      var wrong = request(code: code)
      wrong.codeVerifier = verifier
      await #expect(throws: LoginError.invalidGrant) { try await login.grant(wrong, at: Fixtures.now) }
    }
    var right = request(code: code)
    right.codeVerifier = Self.verifier
    _ = try await login.grant(right, at: Fixtures.now)
  }

  @Test func aVerifierWithoutAChallengeIsRefused() async throws {
    var request = request(code: try await code())
    request.codeVerifier = Self.verifier
    await #expect(throws: LoginError.invalidGrant) { try await login.grant(request, at: Fixtures.now) }
  }

  @Test func scopesAreNarrowedAndNeverWidened() async throws {
    let narrow = try await login.grant(
      refresh(credentials.refreshToken, scope: "advertising::audiences"), at: Fixtures.now)
    #expect(try await authenticate(narrow.accessToken).scopes == Scopes([.audiences]))
    let grant = try await login.grant(
      request(code: try await code(scopes: Scopes([.campaignManagement]))), at: Fixtures.now)
    let others = [
      "advertising::audiences", "profile", "", "advertising::campaign_management advertising::audiences",
      "profile advertising::audiences",
    ]
    for scope in others {
      await #expect(throws: LoginError.invalidScope, "\(scope)") {
        try await login.grant(refresh(grant.refreshToken, scope: scope), at: Fixtures.now)
      }
    }
  }

  @Test func revokingARefreshTokenRevokesItsAccessTokens() async throws {
    let grant = try await login.grant(request(code: try await code()), at: Fixtures.now)
    let machine = try await login.grant(refresh(credentials.refreshToken), at: Fixtures.now)
    let stranger = try await login.registerClient(name: "stranger", at: Fixtures.now)
    try await login.revoke(
      token: grant.refreshToken, clientID: stranger.clientID, clientSecret: stranger.clientSecret, at: Fixtures.now)
    _ = try await authenticate(grant.accessToken)
    try await login.revoke(
      token: grant.refreshToken, clientID: credentials.clientID, clientSecret: credentials.clientSecret,
      at: Fixtures.now)
    await #expect(throws: AuthenticationError.invalidToken) { try await authenticate(grant.accessToken) }
    await #expect(throws: LoginError.invalidGrant) {
      try await login.grant(refresh(grant.refreshToken), at: Fixtures.now)
    }
    _ = try await authenticate(machine.accessToken)
    await #expect(throws: LoginError.invalidClient) {
      try await login.revoke(
        token: machine.accessToken, clientID: credentials.clientID, clientSecret: "wrong", at: Fixtures.now)
    }
  }

  @Test func theOperatorRevokesByUserAndByClient() async throws {
    let grant = try await login.grant(request(code: try await code()), at: Fixtures.now)
    let machine = try await login.grant(refresh(credentials.refreshToken), at: Fixtures.now)
    #expect(try await login.revokeTokens(clientID: nil, userID: user.id, at: Fixtures.now) == 1)
    await #expect(throws: AuthenticationError.invalidToken) { try await authenticate(grant.accessToken) }
    _ = try await authenticate(machine.accessToken)
    #expect(try await login.revokeTokens(clientID: credentials.clientID, userID: nil, at: Fixtures.now) == 1)
    await #expect(throws: AuthenticationError.invalidToken) { try await authenticate(machine.accessToken) }
  }

  @Test func theOldSecretIsValidDuringTheOverlapOnly() async throws {
    let second = try await login.rotateSecret(
      clientID: credentials.clientID, overlapSeconds: 3600, at: Fixtures.now)
    let within = Fixtures.now.addingTimeInterval(3599)
    for secret in [second, credentials.clientSecret] {
      _ = try await login.grant(refresh(credentials.refreshToken, secret: secret), at: within)
    }
    await #expect(throws: LoginError.invalidClient) {
      try await login.grant(refresh(credentials.refreshToken), at: Fixtures.now.addingTimeInterval(3600))
    }
    let third = try await login.rotateSecret(clientID: credentials.clientID, overlapSeconds: 0, at: Fixtures.now)
    await #expect(throws: LoginError.invalidClient) {
      try await login.grant(refresh(credentials.refreshToken, secret: second), at: Fixtures.now)
    }
    _ = try await login.grant(refresh(credentials.refreshToken, secret: third), at: Fixtures.now)
  }

  @Test func aCompanyHasOneClient() async throws {
    await #expect(throws: LoginRefusal.companyTaken) {
      try await login.registerClient(name: "second", company: "EXAMPLE", at: Fixtures.now)
    }
    let grant = try await login.grant(refresh(credentials.refreshToken), at: Fixtures.now)
    try await login.deleteClient(id: credentials.clientID, at: Fixtures.now)
    await #expect(throws: AuthenticationError.invalidToken) { try await authenticate(grant.accessToken) }
    await #expect(throws: LoginError.invalidClient) {
      try await login.grant(refresh(credentials.refreshToken), at: Fixtures.now)
    }
    await #expect(throws: LoginRefusal.unknownClient) {
      try await login.rotateSecret(clientID: credentials.clientID, overlapSeconds: 0, at: Fixtures.now)
    }
    _ = try await login.registerClient(name: "second", company: "Example", at: Fixtures.now)
  }

  @Test(arguments: [
    "http://app.example.com/", "https://", "javascript:alert(1)", "https://user:word@example.com/",
    "https://example.com/#part", "https://example.com/ x", "https://example.com/\"><script>", "example.com", "",
    "https://exämple.com/", "data:text/html,x",
  ])
  func usersAreSentBackToPlainAddressesOnly(_ url: String) async throws {
    await #expect(throws: LoginRefusal.unfitReturnURL) {
      try await login.setReturnURLs([url], clientID: credentials.clientID, at: Fixtures.now)
    }
  }

  @Test func loginActionsAreInTheAuditLog() async throws {
    _ = try await login.grant(request(code: try await code()), at: Fixtures.now)
    _ = try await login.rotateSecret(clientID: credentials.clientID, overlapSeconds: 0, at: Fixtures.now)
    try await login.deleteClient(id: credentials.clientID, at: Fixtures.now)
    let actions = try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 100) }.map(\.action)
    for action in [
      "client.create", "user.create", "member.create", "user.terms", "client.allow", "client.rotateSecret",
      "client.delete",
    ] {
      #expect(actions.contains(action), "\(action)")
    }
  }
}
