/// The call that replaces an old one.
package struct CallForm: Sendable, Hashable {
  struct Settings {
    var baseURL: String?
    var instanceID: String?
  }

  /// The placeholder for a base URL that is not known.
  package static let unknownBaseURL = "{api_url}"

  package let operation: String
  package let oldMethod: String
  package let method: String
  /// With the instance's id where it is known.
  package let path: String
  package let url: String
  /// The media type of its body and of its response.
  package let mediaType: String
  /// Whether it has a body.
  package let hasBody: Bool
  package let note: String?

  /// Nil where nothing replaces the operation.
  init?(_ endpoint: RetiredEndpoint, _ settings: Settings) {
    guard let replacement = endpoint.replacement else { return nil }
    operation = endpoint.operation
    oldMethod = endpoint.method
    method = replacement.method
    path = replacement.path.filled(settings.instanceID.map { ["instanceId": $0] } ?? [:])
    url = (settings.baseURL ?? Self.unknownBaseURL) + path
    mediaType = replacement.mediaType
    hasBody = ["POST", "PUT", "PATCH"].contains(replacement.method)
    note = endpoint.note
  }
}
