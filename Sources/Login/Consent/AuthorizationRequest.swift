package import Metadata

/// What an application asks a user for, checked.
package struct AuthorizationRequest: Sendable, Hashable, Codable {
  package var clientID: String
  package var redirectURI: String
  package var scopes: Scopes
  /// As the client sent it; it goes back to the client as it came.
  package var state: String?
  package var challenge: CodeChallenge?
}

/// The parameters of a request for authorization, as they came: the values of each.
package struct AuthorizationParameters: Sendable, Hashable {
  private let values: [String: [String]]

  package init(_ pairs: [(name: String, value: String)]) {
    values = Dictionary(grouping: pairs, by: \.name).mapValues { $0.map(\.value) }
  }

  /// The value of a parameter that is there once and is not empty.
  func single(_ name: String) -> String? {
    values[name].flatMap { $0.count == 1 && !$0[0].isEmpty ? $0[0] : nil }
  }

  func isRepeated(_ name: String) -> Bool { values[name].map { $0.count > 1 } ?? false }
}

/// Why there is nothing to consent to.
package enum AuthorizationRefusal: Error, Sendable, Hashable {
  /// The client or its return URL is not known, so that nobody can be sent back: said on a page. `reason` is a sentence.
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
