/// The calls that a file of source code makes, as far as its lines show them: fed line by line.
///
/// A path that other APIs may have as well counts only where the file speaks of AMC somewhere. Until the end of the
/// file, such findings wait.
struct SourceScanner {
  private let classifier: CallClassifier
  private let file: String
  private var before: [String] = []
  /// Lines whose followers have not all been seen.
  private var waiting: [Line] = []
  private var speaksOfAMC: Bool
  private var weak: [Finding] = []

  private struct Line {
    var number: Int
    var text: String
    var tokens: [SourceToken]
    var before: [String]
    var after: [String] = []
  }

  init(classifier: CallClassifier, file: String) {
    self.classifier = classifier
    self.file = file
    speaksOfAMC = Self.isAboutAMC(file)
  }

  /// Reads the next line, and returns what is settled by it.
  mutating func read(_ bytes: [UInt8], number: Int) -> [Finding] {
    let text = String(decoding: bytes, as: UTF8.self)
    if !speaksOfAMC { speaksOfAMC = Self.isAboutAMC(text) }
    for index in waiting.indices { waiting[index].after.append(text) }
    let tokens =
      bytes.contains(UInt8(ascii: "/")) || text.contains(".execute-api.")
      ? SourceTokenReader(bytes).tokens() : []
    if !tokens.isEmpty {
      waiting.append(Line(number: number, text: Self.blanking(tokens, in: bytes), tokens: tokens, before: before))
    }
    before = [text] + before.prefix(SourceMethod.reach - 1)
    var findings: [Finding] = []
    while let line = waiting.first, line.after.count >= SourceMethod.reach {
      findings += settle(waiting.removeFirst())
    }
    return findings
  }

  /// The findings that are left when the file ends.
  mutating func finish() -> [Finding] {
    let findings = waiting.flatMap { settle($0) }
    waiting = []
    let settled = weak.map { finding -> Finding in
      guard !speaksOfAMC, case .call(let call, _) = finding else { return finding }
      return .unplaced(
        UnplacedFinding(
          location: call.location, reason: .ambiguous, method: call.method, host: call.host?.name,
          path: CallTarget(call.path)?.shownPath))
    }
    weak = []
    return findings
      + settled.filter { finding in
        guard case .unplaced(let unplaced) = finding, unplaced.reason == .fragment else { return true }
        return speaksOfAMC
      }
  }

  private mutating func settle(_ line: Line) -> [Finding] {
    line.tokens.compactMap { token -> Finding? in
      let location = FileLocation(file: file, position: "\(line.number)")
      guard let target = CallTarget(token.text) ?? Self.targetBehindName(token.text) else { return nil }
      let finding = self.finding(target, token, line, location)
      switch finding {
      case .call(let call, _) where !Self.isTelling(target, call):
        weak.append(finding)
        return nil
      case .unplaced(let unplaced) where unplaced.reason == .fragment:
        weak.append(finding)
        return nil
      case .call, .unplaced, .living, .elsewhere: return finding
      }
    }
  }

  /// The path behind a name, as in `UNIQUE_URL/prod/workflows`. Without a telling word, it is the path of a file.
  private static func targetBehindName(_ text: String) -> CallTarget? {
    guard let slash = text.firstIndex(of: "/") else { return nil }
    let rest = String(text[slash...])
    guard rest.hasPrefix("/\(RetiredAPI.stage)/") || rest.hasPrefix("/workflowExecutions") else { return nil }
    return CallTarget(rest)
  }

  private func finding(
    _ target: CallTarget, _ token: SourceToken, _ line: Line, _ location: FileLocation
  ) -> Finding {
    let all = classifier.retired.match(method: nil, path: target.path)
    let method = SourceMethod.find(
      in: line.text, after: line.after, before: line.before, allowed: Set(all?.endpoints.map(\.method) ?? []))
    let parts = PathTemplate.split(target.path)
    if Self.isFragment(parts, token) {
      return .unplaced(UnplacedFinding(location: location, reason: .fragment, path: target.shownPath))
    }
    // `"/workflows/"` and nothing behind it in this line: a part of the path comes from elsewhere.
    if token.isCutOff, let longer = CallTarget(token.text + "{}"),
      classifier.retired.match(method: nil, path: longer.path) != nil, !target.path.hasSuffix("/uploads/")
    {
      let allowed = Set(classifier.retired.match(method: nil, path: longer.path)?.endpoints.map(\.method) ?? [])
      let method = SourceMethod.find(in: line.text, after: line.after, before: line.before, allowed: allowed)
      return classifier.classify(method: method, longer, at: location)
    }
    return classifier.classify(method: method, target, at: location)
  }

  /// Whether it is a piece of a path whose other pieces are elsewhere: `"/data/"` alone, `id + "/uploads"`.
  private static func isFragment(_ parts: [Substring], _ token: SourceToken) -> Bool {
    if token.isCutOff, parts == ["data"] || parts == ["prod", "data"] { return true }
    return (parts.first == "uploads" || parts.first == "batchUploads") && parts.dropFirst().allSatisfy { $0 == "{}" }
  }

  /// Whether a path is one that hardly another API has.
  private static func isTelling(_ target: CallTarget, _ call: FoundCall) -> Bool {
    if call.host?.isAPIGateway == true { return true }
    let parts = PathTemplate.split(target.path)
    return parts.first == RetiredAPI.stage[...] || parts.contains("workflowExecutions")
  }

  private static func isAboutAMC(_ text: String) -> Bool {
    text.contains(".execute-api.") || text.contains("workflowExecutions")
      || text.contains(#/(?:^|[^A-Za-z])[aA][mM][cC](?![a-z])|amcApi|Amc[A-Z]/#)
      || text.localizedLowercaseContains("marketing cloud")
  }

  /// The line without its tokens: methods are looked for in what is left.
  private static func blanking(_ tokens: [SourceToken], in bytes: [UInt8]) -> String {
    var bytes = bytes
    for token in tokens {
      for index in token.range where index < bytes.count { bytes[index] = 0x20 }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate func localizedLowercaseContains(_ text: String) -> Bool { lowercased().contains(text) }
}
