package import Base
package import Metadata

/// Login with Amazon: applications, users' consent, and tokens.
///
/// Secrets and tokens are 256 random bits each, so a plain SHA-256 protects them. The store never sees one.
package struct LoginService: Sendable {
  /// The lifetime of an access token, in seconds.
  package static let accessTokenLifetimeSeconds = 3600
  /// The lifetime of an authorization code, in seconds.
  package static let codeLifetimeSeconds = 300
  /// The largest length of a token or secret that is looked up, in UTF-8 bytes.
  package static let tokenLengthLimit = 2048
  package static let clientIDPrefix = "amzn1.application-oa2-client."
  package static let clientSecretPrefix = "amzn1.oa2-cs.v1."
  package static let accessTokenPrefix = "Atza|"
  package static let refreshTokenPrefix = "Atzr|"

  let store: MetadataStore
  let secrets: any SecretGenerator

  package init(store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.store = store
    self.secrets = secrets
  }
}
