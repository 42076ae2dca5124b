import Base

/// A URL or a path in a line of source code, assembled from the pieces in the line.
struct SourceToken: Sendable, Hashable {
  /// With `{}` for what is only known when the program runs.
  var text: String
  /// Its range in the line, in bytes.
  var range: Range<Int>
  /// Whether it ends with a quote right behind a slash, without more in this line.
  var isCutOff: Bool
}

/// Finds URLs and paths in a line of source code of any language.
struct SourceTokenReader {
  private let bytes: [UInt8]
  private static let words = [
    "workflowExecutions", "workflows", "schedules", "dataSources", "dataSets", "data", "uploads", "batchUploads",
  ].map { Array("/\($0)".utf8) }
  private static let gateway = Array(".execute-api.".utf8)
  /// The largest distance between the two brackets of an expression inside a text, in bytes.
  private static let groupLimit = 200

  init(_ line: [UInt8]) {
    bytes = line
  }

  /// The tokens that hold a word of the old API, or the host of an interface.
  func tokens() -> [SourceToken] {
    var tokens: [SourceToken] = []
    var end = 0
    for offset in bytes.indices where offset >= end {
      guard isWord(at: offset) || isGateway(at: offset) else { continue }
      let token = token(around: offset)
      guard token.range.lowerBound >= end else { continue }
      tokens.append(token)
      end = max(token.range.upperBound, offset + 1)
    }
    return tokens
  }

  private func isGateway(at offset: Int) -> Bool {
    bytes[offset] == UInt8(ascii: ".") && bytes[offset...].starts(with: Self.gateway)
  }

  /// Whether a slash and a word of the old API stand here, and the word ends there.
  private func isWord(at offset: Int) -> Bool {
    guard bytes[offset] == UInt8(ascii: "/") else { return false }
    return Self.words.contains { word in
      guard bytes[offset...].starts(with: word) else { return false }
      let after = offset + word.count
      return after >= bytes.count || !Self.isWordByte(bytes[after])
    }
  }

  private func token(around offset: Int) -> SourceToken {
    let (start, head) = left(of: offset)
    var reading = SourceTokenTail(bytes: bytes, offset: offset)
    reading.readText()
    let isCutOff = reading.joinLiterals()
    return SourceToken(
      text: Self.normalised(head + reading.text), range: start..<max(reading.offset, offset + 1), isCutOff: isCutOff)
  }

  /// The text with `{}` for its placeholders, however they are written: `%s`, `:workflowId`, a host without its scheme.
  private static func normalised(_ text: String) -> String {
    let text = text.replacing(#/%[sv@]|%d(?![0-9A-Fa-f])/#, with: "{}").replacing(#/\/:[A-Za-z_]\w*/#, with: "/{}")
    guard !text.contains("://"), let first = text.split(separator: "/").first, first.contains(".execute-api.") else {
      return text
    }
    return "https://" + text
  }

  /// The beginning of the token, and its text before `offset`.
  private func left(of offset: Int) -> (start: Int, text: String) {
    var index = offset
    var parts: [String] = []
    while index > 0 {
      let byte = bytes[index - 1]
      if Self.isURLByte(byte) {
        parts.append(String(UnicodeScalar(byte)))
        index -= 1
      } else if let start = groupStart(endingAt: index) {
        parts.append("{}")
        index = start
      } else {
        break
      }
    }
    // A variable of the shell, as in $BASE/workflows.
    if index > 0, bytes[index - 1] == UInt8(ascii: "$") {
      let name = parts.reversed().joined().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let rest = parts.reversed().joined().dropFirst(name.count)
      return (index - 1, "{}" + rest)
    }
    let text = parts.reversed().joined()
    guard let joined = joined(before: index) else { return (index, text) }
    return (joined.start, joined.text + text)
  }

  /// The text that the line joins to the front of a literal that begins at `start`, where that ends with another
  /// literal: `"/amc/reporting/" + id + "/workflows"`. Nil where it is an expression alone, such as the URL of an
  /// instance.
  private func joined(before start: Int) -> (start: Int, text: String)? {
    var index = start - 1
    guard index > 0, isQuote(bytes[index]), skipPlus(&index) else { return nil }
    if isQuote(bytes[index - 1]) { return left(of: index - 1) }
    var depth = 0
    while index > 0, depth > 0 || bytes[index - 1] != UInt8(ascii: "+") {
      switch bytes[index - 1] {
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth -= 1
      case UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: ";"): if depth == 0 { return nil }
      default: break
      }
      if depth < 0 { return nil }
      index -= 1
    }
    guard skipPlus(&index), isQuote(bytes[index - 1]) else { return nil }
    let before = left(of: index - 1)
    return (before.start, before.text + "{}")
  }

  private func isQuote(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(byte)
  }

  /// Moves over a plus and the spaces around it, to the left. Returns whether there was one, with something before it.
  private func skipPlus(_ index: inout Int) -> Bool {
    while index > 0, bytes[index - 1] == 0x20 { index -= 1 }
    guard index > 0, bytes[index - 1] == UInt8(ascii: "+") else { return false }
    index -= 1
    while index > 0, bytes[index - 1] == 0x20 { index -= 1 }
    return index > 0
  }

  /// The beginning of a group that ends just before `end`: `{…}`, `${…}`, `#{…}`, `{{…}}`, `<…>`, `\(…)`, `$(…)`, `%s`.
  private func groupStart(endingAt end: Int) -> Int? {
    let pairs: [UInt8: UInt8] = [
      UInt8(ascii: "}"): UInt8(ascii: "{"), UInt8(ascii: ">"): UInt8(ascii: "<"), UInt8(ascii: ")"): UInt8(ascii: "("),
    ]
    guard let opening = pairs[bytes[end - 1]] else { return nil }
    let closing = bytes[end - 1]
    var depth = 0
    for index in stride(from: end - 1, through: max(0, end - Self.groupLimit), by: -1) {
      if bytes[index] == closing { depth += 1 }
      guard bytes[index] == opening else { continue }
      depth -= 1
      guard depth == 0 else { continue }
      let before = index > 0 ? bytes[index - 1] : 0
      let isMarked = [UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "\\")].contains(before)
      if opening == UInt8(ascii: "("), !isMarked { return nil }
      return isMarked ? index - 1 : index
    }
    return nil
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  static func isURLByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "~")].contains(byte)
      || [UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "@")].contains(byte)
  }
}
