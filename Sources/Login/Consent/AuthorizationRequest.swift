package import Metadata

/// The checked request of an application for a user's consent.
package struct AuthorizationRequest: Sendable, Hashable, Codable {
  package var clientID: String
  package var redirectURI: String
  package var scopes: Scopes
  /// The state as the client sent it; it is sent back unchanged.
  package var state: String?
  package var challenge: CodeChallenge?
}

/// The unchecked parameters of a request for authorization, each with its values.
package struct AuthorizationParameters: Sendable, Hashable {
  private let values: [String: [String]]

  package init(_ pairs: [(name: String, value: String)]) {
    values = Dictionary(grouping: pairs, by: \.name).mapValues { $0.map(\.value) }
  }

  /// The value of a parameter that occurs once and is not empty.
  func single(_ name: String) -> String? {
    values[name].flatMap { $0.count == 1 && !$0[0].isEmpty ? $0[0] : nil }
  }

  func isRepeated(_ name: String) -> Bool { values[name].map { $0.count > 1 } ?? false }
}

/// The reason why a request for consent is refused.
package enum AuthorizationRefusal: Error, Sendable, Hashable {
  /// The client or its return URL is unknown, so the user can't be sent back and sees a page. `reason` is a sentence.
  case page(reason: String)
  /// The client is told, with a code of RFC 6749, section 4.1.2.1.
  case redirect(code: Code, reason: String, to: ReturnURL, state: String?)

  package enum Code: String, Sendable, Hashable, CaseIterable {
    case accessDenied = "access_denied"
    case invalidRequest = "invalid_request"
    case invalidScope = "invalid_scope"
    case unsupportedResponseType = "unsupported_response_type"
  }

  /// The stable code of the page.
  package static let pageCode = "invalid_client_or_return_url"
}
