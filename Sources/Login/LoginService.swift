package import Base
package import Metadata

/// Login with Amazon: the applications that may ask for tokens, what users let them do, and what a token stands for.
///
/// Secrets and tokens are 256 random bits each, so that a plain SHA-256 keeps them; the store never sees one.
package struct LoginService: Sendable {
  /// How long an access token lives, in seconds.
  package static let accessTokenLifetimeSeconds = 3600
  /// How long an authorization code can be traded, in seconds.
  package static let codeLifetimeSeconds = 300
  /// How many random bytes a secret or a token has.
  package static let secretByteCount = 32
  /// The longest token or secret that is looked at, in UTF-8 bytes.
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
