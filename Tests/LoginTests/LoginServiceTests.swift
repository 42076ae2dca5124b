import Foundation
import GRDB
import Login
import Metadata
import ServerTestSupport
import Testing

@Suite struct LoginServiceTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let login: LoginService
  private let credentials: ClientCredentials

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    login = LoginService(store: store)
    credentials = try await login.registerClient(name: "test", at: Fixtures.now)
  }

  private var request: TokenRequest {
    TokenRequest(
      grantType: "refresh_token", refreshToken: credentials.refreshToken, clientID: credentials.clientID,
      clientSecret: credentials.clientSecret)
  }

  @Test func credentialsHaveAmazonsForm() {
    #expect(credentials.clientID.hasPrefix("amzn1.application-oa2-client."))
    #expect(credentials.refreshToken.hasPrefix("Atzr|"))
    #expect(credentials.refreshToken.count == 5 + 64)
  }

  @Test func refreshTokensGiveAccessForAnHour() async throws {
    let grant = try await login.grant(request, at: Fixtures.now)
    #expect(grant.accessToken.hasPrefix("Atza|"))
    #expect(grant.refreshToken == credentials.refreshToken)
    #expect(grant.expiresIn == 3600)
    let almost = Fixtures.now.addingTimeInterval(3599)
    try await login.authenticate(accessToken: grant.accessToken, clientID: credentials.clientID, at: almost)
    await #expect(throws: AuthenticationError.invalidToken) {
      try await login.authenticate(
        accessToken: grant.accessToken, clientID: credentials.clientID, at: Fixtures.now.addingTimeInterval(3600))
    }
  }

  @Test func eachGrantGivesANewToken() async throws {
    let first = try await login.grant(request, at: Fixtures.now)
    let second = try await login.grant(request, at: Fixtures.now)
    #expect(first.accessToken != second.accessToken)
    for grant in [first, second] {
      try await login.authenticate(
        accessToken: grant.accessToken, clientID: credentials.clientID, at: Fixtures.now)
    }
  }

  /// Faults of a request, each with its error.
  static let refusals: [(change: @Sendable (inout TokenRequest) -> Void, code: String)] = [
    ({ $0.grantType = nil }, "invalid_request"),
    ({ $0.grantType = "authorization_code" }, "invalid_request"),
    ({ $0.grantType = "" }, "unsupported_grant_type"),
    ({ $0.refreshToken = nil }, "invalid_request"),
    ({ $0.clientID = nil }, "invalid_request"),
    ({ $0.clientSecret = nil }, "invalid_request"),
    ({ $0.clientID = "amzn1.application-oa2-client.unknown" }, "invalid_client"),
    ({ $0.clientSecret = "wrong" }, "invalid_client"),
    ({ $0.clientSecret = "" }, "invalid_client"),
    (
      {
        $0.clientID = "unknown"; $0.clientSecret = ""
      }, "invalid_client"
    ),
    ({ $0.clientSecret = String(repeating: "x", count: 5000) }, "invalid_client"),
    ({ $0.refreshToken = "Atzr|unknown" }, "invalid_grant"),
  ]

  @Test(arguments: refusals.indices)
  func invalidTokenRequestsAreRefused(_ index: Int) async throws {
    var changed = request
    Self.refusals[index].change(&changed)
    let request = changed
    let error = await #expect(throws: LoginError.self) {
      _ = try await login.grant(request, at: Fixtures.now)
    }
    #expect(error?.code == Self.refusals[index].code)
  }

  @Test func refreshTokensAreBoundToTheirClient() async throws {
    let other = try await login.registerClient(name: "other", at: Fixtures.now)
    let request = TokenRequest(
      grantType: "refresh_token", refreshToken: credentials.refreshToken, clientID: other.clientID,
      clientSecret: other.clientSecret)
    await #expect(throws: LoginError.invalidGrant) {
      _ = try await login.grant(request, at: Fixtures.now)
    }
  }

  @Test func accessTokensAreBoundToTheirClient() async throws {
    let other = try await login.registerClient(name: "other", at: Fixtures.now)
    let grant = try await login.grant(request, at: Fixtures.now)
    await #expect(throws: AuthenticationError.clientMismatch) {
      try await login.authenticate(accessToken: grant.accessToken, clientID: other.clientID, at: Fixtures.now)
    }
  }

  @Test(arguments: ["", "Atza|", "Atza|unknown", String(repeating: "x", count: 100_000), "\u{0}"])
  func unknownTokensAreRefused(_ token: String) async throws {
    await #expect(throws: AuthenticationError.invalidToken) {
      try await login.authenticate(accessToken: token, clientID: credentials.clientID, at: Fixtures.now)
    }
  }

  @Test func expiredTokensAreRemoved() async throws {
    _ = try await login.grant(request, at: Fixtures.now)
    let later = try await login.grant(request, at: Fixtures.now.addingTimeInterval(7200))
    try store.close()
    let tokens = try countRows(of: "accessToken")
    #expect(tokens == 1)
    #expect(later.expiresIn == 3600)
  }

  @Test func storedFilesContainNoSecretOrToken() async throws {
    let grant = try await login.grant(request, at: Fixtures.now)
    try store.close()
    let secrets = [credentials.clientSecret, credentials.refreshToken, grant.accessToken]
    var hasBytes = false
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Data(contentsOf: URL(filePath: folder.file(file)))
      hasBytes = hasBytes || bytes.firstRange(of: Data(credentials.clientID.utf8)) != nil
      for secret in secrets {
        // The part after the prefix alone would be enough.
        #expect(bytes.firstRange(of: Data(secret.suffix(64).utf8)) == nil)
      }
    }
    // The client's id is no secret, and shows that the right files were searched.
    #expect(hasBytes)
  }

  private func countRows(of table: String) throws -> Int {
    try DatabaseQueue(path: folder.file("metadata.sqlite")).read { try Table(table).fetchCount($0) }
  }
}
