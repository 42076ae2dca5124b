import Crypto
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

extension LoginService {
  /// The time for which used codes are remembered, in seconds. A code that is sent again within that time revokes its
  /// tokens.
  static let usedCodeMemorySeconds = 86_400.0

  /// Gives an access token, and a refresh token: a new one for a code, otherwise the same.
  ///
  /// - Parameter admit: Called with the id of the client once its secret is known to be right; throws to refuse.
  /// - Throws: `LoginError` for faults of the client, `MetadataError` for those of the store.
  package func grant(
    _ request: TokenRequest, at now: Date, admit: (_ clientID: String) throws -> Void = { _ in }
  ) async throws -> TokenGrant {
    guard let grantType = request.grantType else {
      throw LoginError.invalidRequest(reason: "The parameter grant_type is missing.")
    }
    guard ["refresh_token", "authorization_code"].contains(grantType) else { throw LoginError.unsupportedGrantType }
    let client = try await authenticateClient(id: request.clientID, secret: request.clientSecret, at: now)
    try admit(client.id)
    return grantType == "refresh_token"
      ? try await grantAgain(request, client, at: now)
      : try await grantForCode(request, client, at: now)
  }

  private func grantAgain(_ request: TokenRequest, _ client: ClientRecord, at now: Date) async throws -> TokenGrant {
    guard let refreshToken = request.refreshToken else {
      throw LoginError.invalidRequest(reason: "The parameter refresh_token is missing.")
    }
    guard refreshToken.utf8.count <= Self.tokenLengthLimit else { throw LoginError.invalidGrant }
    let accessToken = secrets.secret(prefix: Self.accessTokenPrefix)
    return try await store.write { transaction in
      guard let known = try transaction.find(RefreshTokenRecord.self, id: SecretHash.of(refreshToken)),
        known.clientID == client.id,
        known.revokedAt == nil
      else { throw LoginError.invalidGrant }
      let scopes = try Self.narrowed(try Self.approved(known.scopes, of: client), to: request.scope)
      try transaction.deleteAccessTokens(expiredAt: now)
      try transaction.insert(Self.accessToken(accessToken, of: known, scopes: scopes, at: now))
      return Self.answer(accessToken, refreshToken, scopes)
    }
  }

  private func grantForCode(_ request: TokenRequest, _ client: ClientRecord, at now: Date) async throws -> TokenGrant {
    guard let code = request.code else { throw LoginError.invalidRequest(reason: "The parameter code is missing.") }
    guard let redirectURI = request.redirectURI else {
      throw LoginError.invalidRequest(reason: "The parameter redirect_uri is missing.")
    }
    guard code.utf8.count <= Self.tokenLengthLimit else { throw LoginError.invalidGrant }
    let accessToken = secrets.secret(prefix: Self.accessTokenPrefix)
    let refreshToken = secrets.secret(prefix: Self.refreshTokenPrefix)
    let grant = try await store.write { transaction -> TokenGrant? in
      guard var known = try transaction.find(AuthorizationCodeRecord.self, id: SecretHash.of(code)),
        known.clientID == client.id
      else {
        throw LoginError.invalidGrant
      }
      guard known.usedAt == nil else {
        // RFC 6749, section 4.1.2: somebody else has the code as well, and it is unknown which of the two used it
        // first.
        try transaction.revokeTokens(codeHash: known.hash, at: now)
        return nil
      }
      guard known.expiresAt > now, known.redirectURI == redirectURI,
        Self.proves(request.codeVerifier, challenge: known.codeChallenge, method: known.codeChallengeMethod)
      else { throw LoginError.invalidGrant }
      let scopes = try Self.approved(known.scopes, of: client)
      known.usedAt = now
      try transaction.update(known)
      try transaction.deleteAuthorizationCodes(expiredAt: now.addingTimeInterval(-Self.usedCodeMemorySeconds))
      try transaction.deleteAccessTokens(expiredAt: now)
      let token = RefreshTokenRecord(
        hash: SecretHash.of(refreshToken), clientID: client.id, userID: known.userID, scopes: known.scopes,
        codeHash: known.hash, createdAt: now)
      try transaction.insert(token)
      try transaction.insert(Self.accessToken(accessToken, of: token, scopes: scopes, at: now))
      return Self.answer(accessToken, refreshToken, scopes)
    }
    guard let grant else { throw LoginError.invalidGrant }
    return grant
  }

  private static func accessToken(
    _ text: String, of token: RefreshTokenRecord, scopes: Scopes, at now: Date
  ) -> AccessTokenRecord {
    AccessTokenRecord(
      hash: SecretHash.of(text), clientID: token.clientID, userID: token.userID, scopes: scopes,
      refreshTokenHash: token.hash, expiresAt: now.addingTimeInterval(Double(accessTokenLifetimeSeconds)))
  }

  private static func answer(_ accessToken: String, _ refreshToken: String, _ scopes: Scopes) -> TokenGrant {
    TokenGrant(
      accessToken: accessToken, refreshToken: refreshToken, expiresIn: accessTokenLifetimeSeconds, scopes: scopes)
  }

  /// The granted scopes that the operator has approved for the client.
  private static func approved(_ granted: Scopes, of client: ClientRecord) throws(LoginError) -> Scopes {
    guard let approved = granted.common(with: client.approvedScopes) else { throw .invalidScope }
    return approved
  }

  /// The requested scopes, which must be among the granted ones.
  private static func narrowed(_ granted: Scopes, to text: String?) throws(LoginError) -> Scopes {
    guard let text else { return granted }
    guard let asked = Scopes(requested: text), asked.isSubset(of: granted) else { throw .invalidScope }
    return asked
  }

  /// Whether the verifier matches the challenge (RFC 7636, section 4.6). Without a challenge there must be no verifier:
  /// RFC 9700, section 2.1.1, against codes of requests whose challenge was removed.
  private static func proves(_ verifier: String?, challenge: String?, method: String?) -> Bool {
    guard let challenge else { return verifier == nil }
    guard let verifier, CodeChallenge.accepts(verifier) else { return false }
    let value = method == CodeChallenge.Method.sha256.rawValue ? CodeChallenge.sha256(of: verifier) : verifier
    return SecretHash.areEqual(Data(challenge.utf8), Data(value.utf8))
  }

  // MARK: What a token is good for

  /// The client and the user that an access token was given for.
  ///
  /// - Parameters:
  ///   - clientID: The client that the request names; it must be the token's.
  ///   - scope: The scope that the request needs; nil if any token is enough.
  /// - Throws: `AuthenticationError`, or `MetadataError` for faults of the store.
  @discardableResult
  package func authenticate(
    accessToken: String, clientID: String, scope: Scope? = nil, at now: Date
  ) async throws -> TokenIdentity {
    guard accessToken.utf8.count <= Self.tokenLengthLimit else { throw AuthenticationError.invalidToken }
    let tokenHash = SecretHash.of(accessToken)
    let (record, approved) = try await store.read { snapshot in
      let record = try snapshot.find(AccessTokenRecord.self, id: tokenHash)
      let client = try record.flatMap { try snapshot.find(ClientRecord.self, id: $0.clientID) }
      return (record, client?.approvedScopes)
    }
    guard let record, record.expiresAt > now else { throw AuthenticationError.invalidToken }
    guard record.clientID == clientID else { throw AuthenticationError.clientMismatch }
    // An approval that was taken back counts at once, not when the token expires.
    let scopes = record.scopes.common(with: approved)
    if let scope, scopes?.contains(scope) != true { throw AuthenticationError.insufficientScope(needed: scope) }
    guard let scopes else { throw AuthenticationError.invalidToken }
    return TokenIdentity(clientID: clientID, userID: record.userID, scopes: scopes)
  }

  /// Revokes a token of the client as in RFC 7009: a refresh token with its access tokens, or one access token. Unknown
  /// tokens and those of other clients are ignored.
  ///
  /// - Throws: `LoginError` for faults of the client, `MetadataError` for those of the store.
  package func revoke(
    token: String?, clientID: String?, clientSecret: String?, at now: Date,
    admit: (_ clientID: String) throws -> Void = { _ in }
  ) async throws {
    let clientID = try await authenticateClient(id: clientID, secret: clientSecret, at: now).id
    try admit(clientID)
    guard let token else { throw LoginError.invalidRequest(reason: "The parameter token is missing.") }
    guard token.utf8.count <= Self.tokenLengthLimit else { return }
    let hash = SecretHash.of(token)
    try await store.write { transaction in
      if let known = try transaction.find(RefreshTokenRecord.self, id: hash), known.clientID == clientID {
        try transaction.revokeRefreshToken(hash: hash, at: now)
        try transaction.audit(
          .revokeTokens, of: clientID, accountID: nil, by: known.userID.map { .user(id: $0) } ?? .client(id: clientID),
          at: now)
      } else if try transaction.find(AccessTokenRecord.self, id: hash)?.clientID == clientID {
        try transaction.delete(AccessTokenRecord.self, id: hash)
      }
    }
  }

  // MARK: Clients

  /// Checks that the secret is the client's present one, or the previous one while it is still valid.
  ///
  /// - Throws: `LoginError.invalidClient`.
  private func authenticateClient(id: String?, secret: String?, at now: Date) async throws -> ClientRecord {
    guard let id, let secret else {
      throw LoginError.invalidRequest(reason: "The client's id and secret are missing: client_id, client_secret.")
    }
    guard id.utf8.count <= Self.tokenLengthLimit, secret.utf8.count <= Self.tokenLengthLimit else {
      throw LoginError.invalidClient
    }
    let client = try await store.read { try $0.find(ClientRecord.self, id: id) }
    // An unknown client costs the same comparisons as a known one, so the time reveals nothing.
    let none = SecretHash.of("")
    let given = SecretHash.of(secret)
    let isPresent = SecretHash.areEqual(client?.secretHash ?? none, given)
    let isPrevious = SecretHash.areEqual(client?.previousSecretHash ?? none, given)
    let previousLives = client?.previousSecretExpiresAt.map { $0 > now } ?? false
    guard let client, client.deletedAt == nil, isPresent || (isPrevious && previousLives) else {
      throw LoginError.invalidClient
    }
    return client
  }
}
