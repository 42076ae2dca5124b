/// The requests of an access log with `"METHOD target HTTP/…"` in its lines: the common and the combined format, and
/// those of load balancers and gateways of AWS.
struct AccessLog {
  let classifier: CallClassifier
  let file: String

  /// Whether a line has a request.
  static func accepts(_ line: String) -> Bool { request(in: line) != nil }

  func finding(_ line: String, number: Int) -> Finding {
    let location = FileLocation(file: file, position: "\(number)")
    guard let request = Self.request(in: line) else {
      return .unplaced(UnplacedFinding(location: location, reason: .unreadable))
    }
    guard let target = CallTarget(request.target) else { return .elsewhere }
    return classifier.classify(method: request.method, target, at: location)
  }

  /// The first quoted text that is the first line of a request.
  static func request(in line: String) -> (method: String, target: String)? {
    for part in line.split(separator: "\"", omittingEmptySubsequences: false).dropFirst() {
      if let request = firstLine(part) { return request }
    }
    return nil
  }

  static func firstLine(_ text: some StringProtocol) -> (method: String, target: String)? {
    let words = text.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/"), (3...16).contains(words[0].utf8.count),
      words[0].utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else { return nil }
    return (String(words[0]), String(words[1]))
  }
}

/// The requests of a log with a JSON object a line, as gateways and proxies write them under various names.
struct JSONLinesLog {
  let classifier: CallClassifier
  let file: String

  private static let methodNames = [
    "method", "httpMethod", "http_method", "requestMethod", "request_method", "verb", "cs-method",
  ]
  private static let targetNames = [
    "url", "uri", "requestUri", "request_uri", "requestUrl", "path", "requestPath", "request_path", "resourcePath",
    "resource_path", "target", "endpoint", "cs-uri-stem",
  ]
  private static let hostNames = [
    "host", "domainName", "domain_name", "httpHost", "http_host", "authority", "hostname",
  ]
  private static let innerNames = ["request", "http", "httpRequest", "req", "requestContext"]

  func finding(_ line: String, number: Int) -> Finding {
    let location = FileLocation(file: file, position: "\(number)")
    guard let node = try? JSONReader.read(Array(line.utf8)), node.members != nil else {
      return .unplaced(UnplacedFinding(location: location, reason: .unreadable))
    }
    guard let request = Self.request(in: node), let target = CallTarget(request.url) else { return .elsewhere }
    return classifier.classify(method: request.method, target, at: location)
  }

  /// The request that an object tells of; nil where it tells of none.
  static func request(in node: JSONNode) -> (method: String?, url: String)? {
    let objects = [node] + innerNames.compactMap { node[$0] }.filter { $0.members != nil }
    if let line = node["request"]?.string.flatMap(AccessLog.firstLine) { return (line.method, line.target) }
    guard let target = first(targetNames, in: objects) else { return nil }
    let method = first(methodNames, in: objects)?.uppercased()
    if target.hasPrefix("/"), let host = first(hostNames, in: objects) { return (method, "https://\(host)\(target)") }
    return (method, target)
  }

  private static func first(_ names: [String], in objects: [JSONNode]) -> String? {
    for name in names {
      for object in objects {
        if let text = object[name]?.string { return text }
      }
    }
    return nil
  }
}
