import CleanRoom
import Login
import Metadata

/// Everything that a client needs for its first request.
///
/// Its values go into shell scripts and Python without being escaped: they are URLs, ids and secrets, none of which has
/// a quotation mark, a backslash or a space.
struct Connection: Sendable {
  /// The URL of the API, without a slash at its end.
  let base: String
  let credentials: ClientCredentials
  /// The instance that the client may query by itself; nil for a client that users have to let in first.
  let place: Place?

  /// An instance, and the account by which requests name it.
  struct Place: Sendable {
    let accountID: String
    let marketplaceID: String
    let instanceID: String
    /// Whether executions have to ask for synthetic data.
    let isSandbox: Bool
  }

  /// A value, as JSON and as an environment variable name it.
  struct Value: Sendable {
    let name: String
    let variable: String
    let text: String
  }

  var values: [Value] {
    var values = [
      Value(name: "baseUrl", variable: "AMC_URL", text: base),
      Value(name: "tokenUrl", variable: "AMC_TOKEN_URL", text: "\(base)/auth/o2/token"),
      Value(name: "consentUrl", variable: "AMC_CONSENT_URL", text: "\(base)/ap/oa"),
      Value(name: "clientId", variable: "AMC_CLIENT_ID", text: credentials.clientID),
      Value(name: "clientSecret", variable: "AMC_CLIENT_SECRET", text: credentials.clientSecret),
    ]
    // A client without an account has no use for the refresh token: it gets others from its users.
    guard let place else { return values }
    values += [
      Value(name: "refreshToken", variable: "AMC_REFRESH_TOKEN", text: credentials.refreshToken),
      Value(name: "accountId", variable: "AMC_ACCOUNT_ID", text: place.accountID),
      Value(name: "marketplaceId", variable: "AMC_MARKETPLACE_ID", text: place.marketplaceID),
      Value(name: "instanceId", variable: "AMC_INSTANCE_ID", text: place.instanceID),
    ]
    return values
  }
}

extension Connection.Place {
  /// Nil where the instance or its account was deleted.
  init?(instanceID: String, in snapshot: some MetadataReading) throws {
    guard let instance = try snapshot.find(InstanceRecord.self, id: instanceID),
      let account = try snapshot.find(AccountRecord.self, id: instance.accountID)
    else { return nil }
    self.init(
      accountID: account.id, marketplaceID: account.marketplaceID, instanceID: instance.id,
      isSandbox: instance.kind == .sandbox)
  }
}
