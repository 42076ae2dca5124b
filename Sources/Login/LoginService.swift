import Crypto
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// Login with Amazon as far as machines need it: the refresh token grant, and what a token stands for.
///
/// Secrets and tokens are 256 random bits each, so that a plain SHA-256 keeps them; the store never sees one.
package struct LoginService: Sendable {
  /// How long an access token lives, in seconds.
  package static let accessTokenLifetimeSeconds = 3600
  /// How many random bytes a secret or a token has.
  package static let secretByteCount = 32
  /// The longest token or secret that is looked at, in UTF-8 bytes.
  package static let tokenLengthLimit = 2048
  package static let clientIDPrefix = "amzn1.application-oa2-client."
  package static let clientSecretPrefix = "amzn1.oa2-cs.v1."
  package static let accessTokenPrefix = "Atza|"
  package static let refreshTokenPrefix = "Atzr|"

  private let store: MetadataStore
  private let secrets: any SecretGenerator

  package init(store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.store = store
    self.secrets = secrets
  }

  /// Makes a client with a refresh token. What is returned is shown once and cannot be had again.
  package func registerClient(name: String, at now: Date) async throws -> ClientCredentials {
    let credentials = ClientCredentials(
      clientID: secrets.secret(prefix: Self.clientIDPrefix),
      clientSecret: secrets.secret(prefix: Self.clientSecretPrefix),
      refreshToken: secrets.secret(prefix: Self.refreshTokenPrefix))
    let client = ClientRecord(
      id: credentials.clientID, name: name, secretHash: hash(of: credentials.clientSecret), createdAt: now)
    let token = RefreshTokenRecord(
      hash: hash(of: credentials.refreshToken), clientID: client.id, createdAt: now)
    try await store.write { transaction in
      try transaction.insert(client)
      try transaction.insert(token)
    }
    return credentials
  }

  /// Answers a token request with a new access token.
  ///
  /// - Throws: `LoginError` for what the client did, `MetadataError` for what the store did.
  package func grant(_ request: TokenRequest, at now: Date) async throws -> TokenGrant {
    guard let grantType = request.grantType else {
      throw LoginError.invalidRequest(reason: "The parameter grant_type is missing.")
    }
    guard grantType == "refresh_token" else { throw LoginError.unsupportedGrantType }
    guard let clientID = request.clientID, let clientSecret = request.clientSecret else {
      throw LoginError.invalidRequest(reason: "The client's id and secret are missing: client_id, client_secret.")
    }
    guard let refreshToken = request.refreshToken else {
      throw LoginError.invalidRequest(reason: "The parameter refresh_token is missing.")
    }
    try await authenticateClient(id: clientID, secret: clientSecret)

    let grant = TokenGrant(
      accessToken: secrets.secret(prefix: Self.accessTokenPrefix), refreshToken: refreshToken,
      expiresIn: Self.accessTokenLifetimeSeconds)
    let record = AccessTokenRecord(
      hash: hash(of: grant.accessToken), clientID: clientID,
      expiresAt: now.addingTimeInterval(Double(Self.accessTokenLifetimeSeconds)))
    let refreshTokenHash = hash(of: refreshToken)
    try await store.write { transaction in
      guard let known = try transaction.refreshToken(hash: refreshTokenHash), known.clientID == clientID,
        known.revokedAt == nil
      else { throw LoginError.invalidGrant }
      try transaction.deleteAccessTokens(expiredAt: now)
      try transaction.insert(record)
    }
    return grant
  }

  /// The client that an access token was given to.
  ///
  /// - Parameter clientID: The client that the request says it comes from; it must be the token's.
  /// - Throws: `AuthenticationError`, or `MetadataError` for what the store did.
  package func authenticate(accessToken: String, clientID: String, at now: Date) async throws {
    guard accessToken.utf8.count <= Self.tokenLengthLimit else { throw AuthenticationError.invalidToken }
    let tokenHash = hash(of: accessToken)
    guard let record = try await store.read({ try $0.accessToken(hash: tokenHash) }), record.expiresAt > now else {
      throw AuthenticationError.invalidToken
    }
    guard record.clientID == clientID else { throw AuthenticationError.clientMismatch }
  }

  private func authenticateClient(id: String, secret: String) async throws {
    guard id.utf8.count <= Self.tokenLengthLimit, secret.utf8.count <= Self.tokenLengthLimit else {
      throw LoginError.invalidClient
    }
    let client = try await store.read { try $0.client(id: id) }
    // An unknown client costs the same comparison as a known one, so that the time tells nothing.
    let expected = client?.secretHash ?? hash(of: "")
    let matches = constantTimeEquals(expected, hash(of: secret))
    guard client != nil, matches else { throw LoginError.invalidClient }
  }

  private func hash(of secret: String) -> Data {
    Data(SHA256.hash(data: Data(secret.utf8)))
  }

  /// Compares without stopping at the first difference.
  private func constantTimeEquals(_ left: Data, _ right: Data) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
