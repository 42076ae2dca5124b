package import Metadata

/// The caller of an operation, and whether the operation changes anything.
///
/// The rights of a principal are looked up at each request: a user who loses a role loses it at once, not when a token
/// expires.
package struct Principal: Sendable, Hashable {
  package enum Intent: Sendable, Hashable {
    /// The operation changes nothing.
    case view
    case change
    /// The operation changes nothing, but its result is not for viewers.
    case administer

    /// Whether the operation needs the role of an admin.
    package var needsAdmin: Bool {
      switch self {
      case .view: false
      case .change, .administer: true
      }
    }
  }

  /// The Login with Amazon application that makes the request.
  package var clientID: String
  /// The user who has let the application act; nil for the operator's own application, which acts for the accounts that
  /// it was given.
  package var userID: String?
  package var intent: Intent
  /// The region whose accounts are visible; nil for all regions.
  package var region: Region?

  package init(clientID: String, userID: String? = nil, intent: Intent, region: Region? = nil) {
    self.clientID = clientID
    self.userID = userID
    self.intent = intent
    self.region = region
  }
}
