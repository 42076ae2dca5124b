package import Metadata

/// The settings of a plan: how its files are read, and where calls shall go.
package struct PlanSettings: Sendable {
  /// The kinds of files that calls are found in.
  package enum Kind: String, Sendable, Hashable, CaseIterable, Encodable {
    case har
    case postman
    /// Access logs with `"METHOD target HTTP/…"` in their lines.
    case log
    /// A JSON object a line.
    case jsonl
    /// Source code, and any other text.
    case source
  }

  /// nil to see it from what is in each file.
  package var kind: Kind?
  /// nil to take the region that the old URLs name.
  package var region: Region?
  /// The base URL of a server that is none of the regions', without a slash at its end.
  package var baseURL: String?
  /// The instance of all calls that don't tell theirs.
  package var instanceID: String?
  /// Instances by the hosts of their old URLs.
  package var instancesByHost: [String: String] = [:]

  package init() {}
}
