package import Metadata

package import struct Foundation.Date

/// Why a client cannot be made or changed.
package enum ClientError: Error, Hashable, Sendable {
  case unknownClient
  /// Another client is that company's.
  case companyTaken
  /// An address that users can't be sent back to.
  case unfitReturnURL
  case tooManyReturnURLs
}

extension LoginService {
  /// The most addresses that a client may have users sent back to.
  package static let returnURLLimit = 20
  /// How long the old secret may live on at most, in seconds: 30 days.
  package static let secretOverlapLimitSeconds = 30.0 * 86_400

  /// Makes a client with a refresh token for all scopes, as machines need it that act for the operator. What is returned is
  /// shown once and cannot be had again.
  ///
  /// - Parameter company: The company behind it; nil for a client of the operator's own.
  /// - Throws: `ClientError`, or `MetadataError`.
  package func registerClient(
    name: String, company: String? = nil, returnURLs: Set<String> = [], at now: Date,
    by administrator: Administrator = .operatorAtMachine
  ) async throws -> ClientCredentials {
    try Self.check(returnURLs)
    let credentials = ClientCredentials(
      clientID: secrets.secret(prefix: Self.clientIDPrefix),
      clientSecret: secrets.secret(prefix: Self.clientSecretPrefix),
      refreshToken: secrets.secret(prefix: Self.refreshTokenPrefix))
    let client = ClientRecord(
      id: credentials.clientID, name: name, company: company, secretHash: SecretHash.of(credentials.clientSecret),
      createdAt: now)
    let token = RefreshTokenRecord(
      hash: SecretHash.of(credentials.refreshToken), clientID: client.id, createdAt: now)
    try await store.write { transaction in
      if let company, try transaction.client(company: company) != nil { throw ClientError.companyTaken }
      try transaction.insert(client)
      try transaction.insert(token)
      try transaction.setReturnURLs(returnURLs, clientID: client.id)
      try transaction.audit(.createClient, of: client.id, accountID: nil, by: administrator, at: now)
    }
    return credentials
  }

  /// Gives a client a new secret, which is shown once.
  ///
  /// - Parameter overlapSeconds: How long the present one lives on, at most 30 days; 0 for not at all.
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

  /// From now on users may be sent back to these addresses and to no others.
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

  /// Ends a client: its tokens are revoked, its secret is good for nothing, its company may have another. What it has made
  /// stays with the instances.
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

  /// Takes back all tokens of a client, of a user, or of a user with a client. Returns how many refresh tokens there were.
  package func revokeTokens(
    clientID: String?, userID: String?, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws -> Int {
    guard let subject = clientID ?? userID else { return 0 }
    return try await store.write { transaction in
      if let clientID, try transaction.find(ClientRecord.self, id: clientID) == nil { throw ClientError.unknownClient }
      let count = try transaction.revokeTokens(clientID: clientID, userID: userID, at: now)
      try transaction.audit(
        .revokeTokens, of: subject, accountID: nil, by: administrator, at: now, details: ["refreshTokens": "\(count)"])
      return count
    }
  }

  /// The clients that there are, oldest first, with the addresses that users may be sent back to.
  package func clients() async throws -> [(client: ClientRecord, returnURLs: [String])] {
    try await store.read { snapshot in
      try snapshot.clients().map { ($0, try snapshot.returnURLs(clientID: $0.id)) }
    }
  }

  private static func check(_ urls: Set<String>) throws(ClientError) {
    guard urls.count <= returnURLLimit else { throw .tooManyReturnURLs }
    guard urls.allSatisfy({ ReturnURL(text: $0) != nil }) else { throw .unfitReturnURL }
  }
}

extension MetadataReading {
  func livingClient(id: String) throws -> ClientRecord {
    guard let client = try find(ClientRecord.self, id: id), client.deletedAt == nil else {
      throw ClientError.unknownClient
    }
    return client
  }
}
