/// The part of a token from its word on.
struct SourceTokenTail {
  let bytes: [UInt8]
  var offset: Int
  private(set) var text = ""

  /// Reads on to the end of the URL: a quote, a space, a bracket that belongs to the code.
  mutating func readText() {
    var part: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      if let end = groupEnd() {
        part += Array("{}".utf8)
        offset = end
      } else if SourceTokenReader.isURLByte(byte) || byte == UInt8(ascii: "+") && part.contains(UInt8(ascii: "?")) {
        part.append(byte)
        offset += 1
      } else {
        break
      }
    }
    text += String(decoding: part, as: UTF8.self)
  }

  /// The end of a group that begins here: `{…}`, `${…}`, `\(…)`, `<name>`, `$name`.
  private func groupEnd() -> Int? {
    var index = offset
    let marks = [UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "\\")]
    let isMarked = marks.contains(bytes[index])
    if isMarked { index += 1 }
    guard index < bytes.count else { return nil }
    if isMarked, bytes[offset] == UInt8(ascii: "$"), SourceTokenReader.isWordByte(bytes[index]) {
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

  /// Appends everything that the line joins to the text with `+`, `.` or `..`: literals as they are, expressions as
  /// `{}`. Returns whether the text ends with a slash and a quote, and nothing is joined to it here.
  mutating func joinLiterals() -> Bool {
    guard isQuote(at: offset) else { return false }
    while isQuote(at: offset) {
      var index = offset + (bytes[offset] == UInt8(ascii: "\\") ? 2 : 1)
      guard skipJoin(&index) else { return text.hasSuffix("/") }
      if index < bytes.count, isQuote(at: index) {
        offset = index + (bytes[index] == UInt8(ascii: "\\") ? 2 : 1)
        readText()
        continue
      }
      guard text.hasSuffix("/"), let end = expressionEnd(from: index) else { return false }
      text += "{}"
      offset = end
      guard skipJoin(&index, from: end), index < bytes.count, isQuote(at: index) else { return false }
      offset = index + (bytes[index] == UInt8(ascii: "\\") ? 2 : 1)
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

  /// The end of an expression: before the next `+` outside of brackets, or where the statement ends.
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
