/// The second argument of JSON_EXTRACT: `$.orders[0].name`, `$['a key']`.
public struct JSONPath: Sendable, Hashable {
  public enum Step: Sendable, Hashable {
    case key(String)
    /// Counted from 0.
    case element(Int)
  }

  public let steps: [Step]

  /// The path; nil if the text is no path to one value. Wildcards and filters are not supported.
  public init?(_ text: String) {
    var rest = text[...]
    guard rest.popFirst() == "$" else { return nil }
    var steps: [Step] = []
    while let sign = rest.popFirst() {
      switch sign {
      case ".":
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty, !name.contains("*"), !name.contains("\"") else { return nil }
        steps.append(.key(String(name)))
        rest = rest.dropFirst(name.count)
      case "[":
        guard let step = Self.bracketed(&rest) else { return nil }
        steps.append(step)
      default: return nil
      }
    }
    self.steps = steps
  }

  /// The step behind `[`, up to and with its `]`.
  private static func bracketed(_ rest: inout Substring) -> Step? {
    if let quote = rest.first, quote == "'" || quote == "\"" {
      rest.removeFirst()
      guard let end = rest.firstIndex(of: quote) else { return nil }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      guard rest.popFirst() == "]", !name.contains("\"") else { return nil }
      return .key(name)
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    guard rest.popFirst() == "]", digits.count <= 9 else { return nil }
    return Int(digits).map { .element($0) }
  }
}
