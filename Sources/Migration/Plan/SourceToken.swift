/// An address or a path in a line of source code, put together from what the line shows of it.
struct SourceToken: Sendable, Hashable {
  /// With `{}` for what is only known when the program runs.
  var text: String
  /// Where it stands in the line, in bytes.
  var range: Range<Int>
  /// Whether it ends with a quote right behind a slash, without more in this line.
  var isCutOff: Bool
}

/// Finds addresses and paths in a line of source code of any language.
struct SourceTokenReader {
  private let bytes: [UInt8]
  private static let words = [
    "workflowExecutions", "workflows", "schedules", "dataSources", "dataSets", "data", "uploads", "batchUploads",
  ].map { Array("/\($0)".utf8) }
  private static let gateway = Array(".execute-api.".utf8)
  /// How far apart the two brackets of an expression inside a text may be, in bytes.
  private static let groupLimit = 200

  init(_ line: [UInt8]) {
    bytes = line
  }

  /// The tokens that hold a word of the old API, or the host of an interface.
  func tokens() -> [SourceToken] {
    var tokens: [SourceToken] = []
    var end = 0
    for place in bytes.indices where place >= end {
      guard isWord(at: place) || bytes[place...].starts(with: Self.gateway) else { continue }
      let token = token(around: place)
      guard token.range.lowerBound >= end else { continue }
      tokens.append(token)
      end = max(token.range.upperBound, place + 1)
    }
    return tokens
  }

  /// Whether a slash and a word of the old API stand here, and the word ends there.
  private func isWord(at place: Int) -> Bool {
    guard bytes[place] == UInt8(ascii: "/") else { return false }
    return Self.words.contains { word in
      guard bytes[place...].starts(with: word) else { return false }
      let after = place + word.count
      return after >= bytes.count || !Self.isWordByte(bytes[after])
    }
  }

  private func token(around place: Int) -> SourceToken {
    let (start, head) = left(of: place)
    var reading = Reading(bytes: bytes, place: place)
    reading.readText()
    let isCutOff = reading.joinLiterals()
    return SourceToken(
      text: Self.normalised(head + reading.text), range: start..<max(reading.place, place + 1), isCutOff: isCutOff)
  }

  /// Places for values as `{}`, whichever way they are written: `%s`, `:workflowId`, a host without its scheme.
  private static func normalised(_ text: String) -> String {
    let text = text.replacing(#/%[sv@]|%d(?![0-9A-Fa-f])/#, with: "{}").replacing(#/\/:[A-Za-z_]\w*/#, with: "/{}")
    guard !text.contains("://"), let first = text.split(separator: "/").first, first.contains(".execute-api.") else {
      return text
    }
    return "https://" + text
  }

  /// Where the token begins, and what of it stands before `place`.
  private func left(of place: Int) -> (start: Int, text: String) {
    var index = place
    var parts: [String] = []
    while index > 0 {
      let byte = bytes[index - 1]
      if Self.isAddressByte(byte) {
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

  /// What the line joins to the front of a literal that begins at `start`, where that ends with another literal:
  /// `"/amc/reporting/" + id + "/workflows"`. Nil where it is an expression alone, such as the address of an instance.
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

  /// Where a group begins that ends just before `end`: `{…}`, `${…}`, `#{…}`, `{{…}}`, `<…>`, `\(…)`, `$(…)`, `%s`.
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
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  static func isAddressByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "~")].contains(byte)
      || [UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "@")].contains(byte)
  }
}

/// The part of a token from its word on.
private struct Reading {
  let bytes: [UInt8]
  var place: Int
  private(set) var text = ""

  init(bytes: [UInt8], place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Reads on to where the address ends: a quote, a space, a bracket that belongs to the code.
  mutating func readText() {
    var part: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      if let end = groupEnd() {
        part += Array("{}".utf8)
        place = end
      } else if SourceTokenReader.isAddressByte(byte) || byte == UInt8(ascii: "+") && part.contains(UInt8(ascii: "?")) {
        part.append(byte)
        place += 1
      } else {
        break
      }
    }
    text += String(decoding: part, as: UTF8.self)
  }

  /// Where a group ends that begins here: `{…}`, `${…}`, `\(…)`, `<name>`, `$name`.
  private func groupEnd() -> Int? {
    var index = place
    let marks = [UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "\\")]
    let isMarked = marks.contains(bytes[index])
    if isMarked { index += 1 }
    guard index < bytes.count else { return nil }
    if isMarked, bytes[place] == UInt8(ascii: "$"), SourceTokenReader.isWordByte(bytes[index]) {
      return bytes[index...].firstIndex { !SourceTokenReader.isWordByte($0) } ?? bytes.count
    }
    let closing: UInt8
    switch bytes[index] {
    case UInt8(ascii: "{"): closing = UInt8(ascii: "}")
    case UInt8(ascii: "<") where !isMarked: closing = UInt8(ascii: ">")
    case UInt8(ascii: "(") where isMarked: closing = UInt8(ascii: ")")
    default: return nil
    }
    return balancedEnd(from: index, closing: closing)
  }

  private func balancedEnd(from start: Int, closing: UInt8) -> Int? {
    var depth = 0
    for index in start..<min(bytes.count, start + 200) {
      if bytes[index] == bytes[start] { depth += 1 }
      guard bytes[index] == closing else { continue }
      depth -= 1
      if depth == 0 { return index + 1 }
    }
    return nil
  }

  /// Takes what the line joins to the text with `+`, `.` or `..`: other literals as they are, expressions as `{}`. Returns
  /// whether the text ends with a slash and a quote, and nothing is joined to it here.
  mutating func joinLiterals() -> Bool {
    guard isQuote(at: place) else { return false }
    while isQuote(at: place) {
      var index = place + (bytes[place] == UInt8(ascii: "\\") ? 2 : 1)
      guard skipJoin(&index) else { return text.hasSuffix("/") }
      if index < bytes.count, isQuote(at: index) {
        place = index + (bytes[index] == UInt8(ascii: "\\") ? 2 : 1)
        readText()
        continue
      }
      guard text.hasSuffix("/"), let end = expressionEnd(from: index) else { return false }
      text += "{}"
      place = end
      guard skipJoin(&index, from: end), index < bytes.count, isQuote(at: index) else { return false }
      place = index + (bytes[index] == UInt8(ascii: "\\") ? 2 : 1)
      readText()
    }
    return false
  }

  private func isQuote(at index: Int) -> Bool {
    guard index < bytes.count else { return false }
    let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")]
    if bytes[index] == UInt8(ascii: "\\") { return index + 1 < bytes.count && quotes.contains(bytes[index + 1]) }
    return quotes.contains(bytes[index])
  }

  private func skipJoin(_ index: inout Int, from start: Int? = nil) -> Bool {
    var next = start ?? index
    func skipSpaces() { while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 } }
    skipSpaces()
    let joint = next
    while next < bytes.count, bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: ".") { next += 1 }
    // A dot right behind the quote is a call, such as .format().
    guard next > joint, bytes[joint] == UInt8(ascii: "+") || joint > (start ?? index) else { return false }
    skipSpaces()
    index = next
    return next < bytes.count
  }

  /// Where an expression ends: before the next `+` outside of brackets, or where the statement ends.
  private func expressionEnd(from start: Int) -> Int? {
    var depth = 0
    for index in start..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 { return index }
        depth -= 1
      case UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: " "):
        if depth == 0 { return index }
      default: continue
      }
    }
    return bytes.count
  }
}
