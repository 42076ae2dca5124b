import Base

/// The URL of a call, absolute or not, with `{}` for values that are not known yet.
struct CallTarget: Sendable, Hashable {
  /// nil where there is none, or only a variable.
  var host: InstanceHost?
  /// Whether a host is there, if only as a variable.
  var hasHost: Bool
  /// Begins with a slash.
  var path: String
  var queryNames: [String]

  /// Cuts a URL into its parts. Nil where it has no path that begins with a slash.
  init?(_ text: String) {
    var rest = Substring(text)
    (host, hasHost) = (nil, false)
    if let scheme = rest.range(of: "://") {
      rest = rest[scheme.upperBound...]
      let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      host = InstanceHost(rest[..<end])
      hasHost = true
      rest = rest[end...]
    } else if rest.hasPrefix("{}") {
      rest = rest.dropFirst(2)
      hasHost = true
    }
    if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let start = parts.first ?? ""
    guard start.hasPrefix("/") || (hasHost && start.isEmpty) else { return nil }
    path = start.isEmpty ? "/" : String(start)
    queryNames = parts.count == 2 ? Self.names(parts[1]) : []
  }

  /// The names of a query's parameters, each once; what could be anything else is left out.
  private static func names(_ query: Substring) -> [String] {
    var names: [String] = []
    for pair in query.split(separator: "&") {
      let name = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
      if isName(name), !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Whether a text can be the name of a parameter or a member: nothing that could be a secret by its form.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.isOfLettersAndDigits(or: "-_.[]")
  }

  /// The parts of the path that are words of the old API; `{}` for the others.
  var shownPath: String {
    let words: Set<Substring> = [
      "prod", "workflows", "workflowExecutions", "schedules", "dataSources", "dataSets", "data", "uploads",
      "batchUploads", "downloadUrls", "amc", "audiences", "query",
    ]
    let parts = PathTemplate.split(path).prefix(12).map { words.contains($0) ? $0 : "{}" }
    return "/" + parts.joined(separator: "/")
  }
}

extension Substring {
  /// The range of a text's first occurrence.
  func range(of text: String) -> Range<Substring.Index>? { ranges(of: text).first }
}
