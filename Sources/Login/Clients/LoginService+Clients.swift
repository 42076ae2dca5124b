package import Metadata

package import struct Foundation.Date

extension LoginService {
  /// The largest number of return URLs of a client.
  package static let returnURLLimit = 20
  /// The longest time for which the old secret stays valid, in seconds: 30 days.
  package static let secretOverlapLimitSeconds = 30.0 * 86_400

  /// Makes a client with a refresh token for machines that act for the operator. The token is for all scopes that are
  /// approved when it is used.
  ///
  /// - Parameters:
  ///   - company: The company behind the client; nil for the operator's own client.
  ///   - approvedScopes: The scopes that it may ask for; nil for none before the operator approves some.
  /// - Returns: The credentials. They are shown once and can't be read again.
  /// - Throws: `LoginRefusal`, `MetadataError`.
  package func registerClient(
    name: String, company: String? = nil, returnURLs: Set<String> = [], approvedScopes: Scopes? = .every,
    at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws -> ClientCredentials {
    try Self.check(returnURLs)
    let credentials = ClientCredentials(
      clientID: secrets.secret(prefix: Self.clientIDPrefix),
      clientSecret: secrets.secret(prefix: Self.clientSecretPrefix),
      refreshToken: secrets.secret(prefix: Self.refreshTokenPrefix))
    let client = ClientRecord(
      id: credentials.clientID, name: name, company: company, secretHash: SecretHash.of(credentials.clientSecret),
      createdAt: now, approvedScopes: approvedScopes)
    let token = RefreshTokenRecord(
      hash: SecretHash.of(credentials.refreshToken), clientID: client.id, createdAt: now)
    try await store.write { transaction in
      if let company, try transaction.client(company: company) != nil { throw LoginRefusal.companyTaken }
      try transaction.insert(client)
      try transaction.insert(token)
      try transaction.setReturnURLs(returnURLs, clientID: client.id)
      try transaction.audit(.createClient, of: client.id, accountID: nil, by: administrator, at: now)
    }
    return credentials
  }

  /// Gives a client a new secret, which is shown once.
  ///
  /// - Parameter overlapSeconds: How long the present secret stays valid, at most 30 days; 0 ends it at once.
  /// - Throws: `LoginRefusal`, `MetadataError`.
  package func rotateSecret(
    clientID: String, overlapSeconds: Double, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws -> String {
    let secret = secrets.secret(prefix: Self.clientSecretPrefix)
    let overlap = min(max(overlapSeconds, 0), Self.secretOverlapLimitSeconds)
    try await store.write { transaction in
      var client = try transaction.livingClient(id: clientID)
      client.previousSecretHash = overlap > 0 ? client.secretHash : nil
      client.previousSecretExpiresAt = overlap > 0 ? now.addingTimeInterval(overlap) : nil
      client.secretHash = SecretHash.of(secret)
      try transaction.update(client)
      try transaction.audit(
        .rotateSecret, of: clientID, accountID: nil, by: administrator, at: now,
        details: ["overlapSeconds": "\(Int(overlap))"])
    }
    return secret
  }

  /// Replaces the scopes that a client may ask for. Tokens that it has are good for no others from then on.
  ///
  /// - Parameter scopes: nil to approve none.
  /// - Throws: `LoginRefusal`, `MetadataError`.
  package func approve(
    _ scopes: Scopes?, clientID: String, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws {
    try await store.write { transaction in
      var client = try transaction.livingClient(id: clientID)
      client.approvedScopes = scopes
      try transaction.update(client)
      try transaction.audit(
        .approveClient, of: clientID, accountID: nil, by: administrator, at: now,
        details: ["scopes": scopes?.text ?? ""])
    }
  }

  /// Replaces the URLs to which users may be sent back.
  ///
  /// - Throws: `LoginRefusal`, `MetadataError`.
  package func setReturnURLs(
    _ urls: Set<String>, clientID: String, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws {
    try Self.check(urls)
    try await store.write { transaction in
      _ = try transaction.livingClient(id: clientID)
      try transaction.setReturnURLs(urls, clientID: clientID)
      try transaction.audit(
        .setReturnURLs, of: clientID, accountID: nil, by: administrator, at: now, details: ["count": "\(urls.count)"])
    }
  }

  /// Ends a client: its tokens are revoked, its secret is no longer valid, and its company may have another client. The
  /// data that it has made stay with the instances.
  ///
  /// - Throws: `LoginRefusal`, `MetadataError`.
  package func deleteClient(
    id: String, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws {
    try await store.write { transaction in
      var client = try transaction.livingClient(id: id)
      client.deletedAt = now
      client.previousSecretHash = nil
      client.previousSecretExpiresAt = nil
      try transaction.update(client)
      _ = try transaction.revokeTokens(clientID: id, userID: nil, at: now)
      try transaction.audit(.deleteClient, of: id, accountID: nil, by: administrator, at: now)
    }
  }

  /// Revokes all tokens of a client, of a user, or of a user with a client.
  ///
  /// - Returns: The number of refresh tokens that were revoked.
  package func revokeTokens(
    clientID: String?, userID: String?, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws -> Int {
    guard let subject = clientID ?? userID else { return 0 }
    return try await store.write { transaction in
      if let clientID, try transaction.find(ClientRecord.self, id: clientID) == nil { throw LoginRefusal.unknownClient }
      let count = try transaction.revokeTokens(clientID: clientID, userID: userID, at: now)
      try transaction.audit(
        .revokeTokens, of: subject, accountID: nil, by: administrator, at: now, details: ["refreshTokens": "\(count)"])
      return count
    }
  }

  /// All clients, oldest first, with their return URLs.
  package func clients() async throws -> [(client: ClientRecord, returnURLs: [String])] {
    try await store.read { snapshot in
      try snapshot.clients().map { ($0, try snapshot.returnURLs(clientID: $0.id)) }
    }
  }

  private static func check(_ urls: Set<String>) throws(LoginRefusal) {
    guard urls.count <= returnURLLimit else { throw .tooManyReturnURLs }
    guard urls.allSatisfy({ ReturnURL(text: $0) != nil }) else { throw .unfitReturnURL }
  }
}

extension MetadataReading {
  func livingClient(id: String) throws -> ClientRecord {
    guard let client = try find(ClientRecord.self, id: id), client.deletedAt == nil else {
      throw LoginRefusal.unknownClient
    }
    return client
  }
}
