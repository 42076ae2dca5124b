/// What an old call becomes.
package struct CallForm: Sendable, Hashable {
  struct Settings {
    var baseURL: String?
    var instanceID: String?
  }

  /// What stands in an address for the base URL of a region that is not known.
  package static let unknownBaseURL = "{api_url}"

  package let operation: String
  package let oldMethod: String
  package let method: String
  /// With the instance's id where it is known.
  package let path: String
  package let url: String
  /// Of its body and its answer.
  package let mediaType: String
  /// Whether it has a body.
  package let hasBody: Bool
  package let note: String?

  /// Nil where nothing took the operation's place.
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
