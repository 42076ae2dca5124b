/// Finds the method of a call in the code around its path.
enum SourceMethod {
  /// The number of lines after and before the path that are looked at.
  static let reach = 5

  /// The first method that the path can have, in the order of how near its mention is.
  ///
  /// - Parameters:
  ///   - line: the line of the path, with the path blanked out.
  ///   - after: the next lines, nearest first.
  ///   - before: the lines before, nearest first.
  static func find(in line: String, after: [String], before: [String], allowed: Set<String>) -> String? {
    var texts = [line]
    for distance in 0..<reach {
      if distance < after.count { texts.append(after[distance]) }
      if distance < before.count { texts.append(before[distance]) }
    }
    for (index, text) in texts.enumerated() {
      let names = spelledOut(in: text) + called(in: text, isSameLine: index == 0)
      if let name = names.first(where: allowed.contains) { return name }
    }
    return nil
  }

  /// `"POST"`, `-X PUT`, `MethodGet`, `HttpMethod.DELETE`, `@GET`
  private static func spelledOut(in text: String) -> [String] {
    text.matches(of: #/(?:^|[^A-Za-z])(GET|POST|PUT|DELETE|PATCH)(?![A-Za-z])|Method(Get|Post|Put|Delete|Patch)\b/#)
      .compactMap { ($0.1 ?? $0.2).map { $0.uppercased() } }
  }

  /// `requests.post(`, `client.Get(`. In other lines than the path's, `.get(` reads dictionaries more often than URLs.
  private static func called(in text: String, isSameLine: Bool) -> [String] {
    text.matches(of: #/(\w*)(?:\.|->|::)(get|post|put|delete|patch|Get|Post|Put|Delete|Patch)(?:Async|_async)?\s*\(/#)
      .compactMap { match in
        let name = match.2.uppercased()
        let caller = match.1.lowercased()
        let isClient = ["request", "client", "session", "http", "axios", "sigv4", "api", "fetch"].contains {
          caller.contains($0)
        }
        return isSameLine || name != "GET" || isClient ? name : nil
      }
  }
}
