import Base
import CleanRoom
import Migration

/// The body of a 410: what is called now. Old clients show `message`.
struct RetiredResponse: Encodable {
  /// The stable code, sent in `x-amzn-ErrorType`.
  static let errorCode = "retired_endpoint"

  struct Call: Encodable {
    let method: String
    let path: String
    /// The call of the old API, where it is not the one that was made.
    var insteadOf: String?
  }

  let code = "410"
  let details: String
  let message: String
  let requestId: String
  /// The call that replaces this one; nil where nothing does.
  let replacement: Call?
  /// Where the path had other methods than the one that was asked for: what is called in place of those.
  let replacements: [Call]?
  let documentation = RetiredAPI.documentation

  init(method: String, path: String, host: String, requestID: String, retired: RetiredAPI) {
    requestId = requestID
    let exact = retired.match(method: method, path: path)
    let values = Self.values(exact ?? retired.match(method: nil, path: path), host: host)
    let endpoint = exact?.endpoints.first
    replacement = endpoint?.replacement.map { Call(method: $0.method, path: $0.path.filled(values)) }
    if exact == nil, let others = retired.match(method: nil, path: path) {
      replacements = others.endpoints.compactMap { other in
        other.replacement.map {
          Call(method: $0.method, path: $0.path.filled(values), insteadOf: "\(other.method) \(other.path.text)")
        }
      }
    } else {
      replacements = nil
    }
    details = Self.sentence(replacement, replacements, endpoint)
    message = details
  }

  private static func sentence(_ replacement: Call?, _ replacements: [Call]?, _ endpoint: RetiredEndpoint?) -> String {
    let start = "The instance-level API was retired on 1 August 2024."
    if let replacement {
      let note = endpoint?.note.map { " \($0)" } ?? ""
      return "\(start) Call \(replacement.method) \(replacement.path) in its place.\(note)"
    }
    if let note = endpoint?.note { return "\(start) \(note)" }
    if replacements?.isEmpty == false {
      return "\(start) It had other methods at this path; replacements names theirs."
    }
    return "\(start) It had nothing at this path that is known."
  }

  /// The values of the path that can be part of the new one, and the instance where the path or the host names it.
  private static func values(_ match: RetiredAPI.Match?, host: String) -> [String: String] {
    var values = (match?.values ?? [:]).filter { NameShape.accepts($0.value) }
    if values["instanceId"] == nil, let instance = InstanceHost(host)?.instanceID { values["instanceId"] = instance }
    return values
  }
}
