package import Metadata

/// Who asks for something, and whether anything would change by it.
///
/// What an actor may see and change is looked up at each request: whoever loses a role loses it at once, not when a token
/// expires.
package struct Principal: Sendable, Hashable {
  package enum Intent: Sendable, Hashable {
    /// Nothing changes.
    case view
    case change
    /// Nothing changes, and what is shown is not for viewers.
    case administer

    /// Whether only those may do it who may change things.
    package var needsAdmin: Bool {
      switch self {
      case .view: false
      case .change, .administer: true
      }
    }
  }

  /// The Login with Amazon application that makes the request.
  package var clientID: String
  /// The user who has given the application leave to act; nil for an application of the operator's own, which acts for the accounts that it
  /// was given.
  package var userID: String?
  package var intent: Intent
  /// Whose accounts are seen; nil for those of all regions.
  package var region: Region?

  package init(clientID: String, userID: String? = nil, intent: Intent, region: Region? = nil) {
    self.clientID = clientID
    self.userID = userID
    self.intent = intent
    self.region = region
  }
}
