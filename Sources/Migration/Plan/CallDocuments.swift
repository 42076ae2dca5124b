/// The requests of a HAR file, the log of a browser or a proxy.
///
/// Source: "HAR 1.2 Spec". Cookies, the values of headers, queries and bodies, and all answers are passed over.
struct HARDocument {
  let classifier: CallClassifier
  let file: String

  /// Whether a JSON document is one.
  static func accepts(_ document: JSONNode) -> Bool { document["log"]?["entries"]?.elements != nil }

  func findings(in document: JSONNode) -> [Finding] {
    (document["log"]?["entries"]?.elements ?? []).enumerated().map { index, entry in
      finding(entry["request"], at: FileLocation(file: file, position: "entry \(index + 1)"))
    }
  }

  private func finding(_ request: JSONNode?, at location: FileLocation) -> Finding {
    guard let request, let method = request["method"]?.string?.uppercased(), let url = request["url"]?.string,
      let target = CallTarget(url)
    else { return .unplaced(UnplacedFinding(location: location, reason: .unreadable)) }
    guard case .call(var call, let match) = classifier.classify(method: method, target, at: location) else {
      return classifier.classify(method: method, target, at: location)
    }
    call.headerNames = (request["headers"]?.elements ?? []).compactMap { $0["name"]?.string }
    call.body = request["postData"]?["text"]?.string.map(FoundBody.init)
    return .call(call, match)
  }
}

/// The requests of a Postman collection, of the versions 2.0 and 2.1.
///
/// Source: the schemas of schema.getpostman.com. Values of variables are looked at for URLs alone; settings for
/// authorisation are passed over.
struct PostmanDocument {
  let classifier: CallClassifier
  let file: String

  /// Whether a JSON document is one, by itself or as Postman's own API wraps it.
  static func accepts(_ document: JSONNode) -> Bool {
    let collection = document["collection"] ?? document
    return collection["info"] != nil && collection["item"]?.elements != nil
  }

  func findings(in document: JSONNode) -> [Finding] {
    let collection = document["collection"] ?? document
    var variables: [String: String] = [:]
    for variable in collection["variable"]?.elements ?? [] {
      guard let name = (variable["key"] ?? variable["id"])?.string else { continue }
      variables[name] = variable["value"]?.string
    }
    return findings(in: collection["item"], below: [], variables)
  }

  private func findings(in items: JSONNode?, below path: [String], _ variables: [String: String]) -> [Finding] {
    (items?.elements ?? []).enumerated().flatMap { index, item -> [Finding] in
      let path = path + [item["name"]?.string ?? "item \(index + 1)"]
      if item["item"] != nil { return findings(in: item["item"], below: path, variables) }
      guard let request = item["request"] else { return [] }
      return [finding(request, at: FileLocation(file: file, position: path.joined(separator: " / ")), variables)]
    }
  }

  private func finding(_ request: JSONNode, at location: FileLocation, _ variables: [String: String]) -> Finding {
    let method = request["method"]?.string?.uppercased() ?? "GET"
    guard let url = Self.url(request.string.map { .string($0) } ?? request["url"]),
      let target = CallTarget(Self.template(url, variables))
    else { return .unplaced(UnplacedFinding(location: location, reason: .unreadable)) }
    guard case .call(var call, let match) = classifier.classify(method: method, target, at: location) else {
      return classifier.classify(method: method, target, at: location)
    }
    let names = (request["header"]?.elements ?? []).compactMap { $0["key"]?.string }
    // What Postman signs itself is not among the headers.
    call.headerNames = request["auth"]?["type"]?.string == "awsv4" ? names + ["Authorization", "X-Amz-Date"] : names
    if request["body"]?["mode"]?.string == "raw" { call.body = request["body"]?["raw"]?.string.map(FoundBody.init) }
    return .call(call, match)
  }

  /// A URL as one text: `raw`, or assembled from its parts.
  private static func url(_ url: JSONNode?) -> String? {
    guard let url else { return nil }
    if let text = url.string ?? url["raw"]?.string { return text }
    guard let path = url["path"]?.strings else { return nil }
    let host = (url["host"]?.strings ?? []).joined(separator: ".")
    let query = (url["query"]?.elements ?? []).compactMap { $0["key"]?.string }
    return (host.isEmpty ? "" : host.hasPrefix("{{") ? host : "https://\(host)") + "/" + path.joined(separator: "/")
      + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// The URL with its variables replaced by their values where these are URLs, by `{}` otherwise. `:name` is a variable
  /// of a path.
  private static func template(_ url: String, _ variables: [String: String]) -> String {
    var text = url
    for match in url.matches(of: #/\{\{([^{}]*)\}\}/#) {
      let value = variables[String(match.1)] ?? ""
      text = text.replacing(match.0, with: value.contains("://") ? value : "{}", maxReplacements: 1)
    }
    return text.replacing(#/\/:[A-Za-z_]\w*/#, with: "/{}")
  }
}
