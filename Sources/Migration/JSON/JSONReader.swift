/// Reads JSON texts as they are written.
///
/// Foundation's readers lose the order of members, the digits of numbers and all positions. A corrected policy keeps
/// the first two, and messages about policies and exports name lines. A comma behind the last element is passed over
/// and remembered: the policy in AMC's own migration guide has one.
struct JSONReader {
  /// The deepest nesting of arrays and objects.
  static let depthLimit = 128

  /// The text is no JSON, or too deep; the line is counted from 1.
  struct Malformed: Error, Hashable {
    let line: Int
  }

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private var trailingCommaOffsets: [Int] = []

  /// - Parameter bytes: The text in UTF-8, with or without a byte order mark.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// Reads the whole text as one value.
  static func read(_ bytes: [UInt8]) throws(Malformed) -> JSONNode {
    var reader = JSONReader(bytes)
    return try reader.document()
  }

  mutating func document() throws(Malformed) -> JSONNode {
    let value = try value()
    skipSpace()
    guard index == bytes.count else { throw malformed() }
    return value
  }

  // MARK: Values

  private mutating func value() throws(Malformed) -> JSONNode {
    skipSpace()
    guard index < bytes.count else { throw malformed() }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try nested { reader throws(Malformed) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(Malformed) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(Malformed) -> JSONNode
  ) throws(Malformed) -> JSONNode {
    guard depth < Self.depthLimit else { throw malformed() }
    depth += 1
    index += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(Malformed) -> JSONNode {
    var members: [JSONNode.Member] = []
    while try !ends(with: UInt8(ascii: "}"), isFirst: members.isEmpty) {
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw malformed() }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw malformed() }
      members.append(JSONNode.Member(name, try value()))
    }
    return .object(members)
  }

  private mutating func array() throws(Malformed) -> JSONNode {
    var elements: [JSONNode] = []
    while try !ends(with: UInt8(ascii: "]"), isFirst: elements.isEmpty) { elements.append(try value()) }
    return .array(elements)
  }

  /// Whether the list ends here; where it does not, the comma before the next element is passed over.
  private mutating func ends(with bracket: UInt8, isFirst: Bool) throws(Malformed) -> Bool {
    skipSpace()
    if take(bracket) { return true }
    if isFirst { return false }
    guard take(UInt8(ascii: ",")) else { throw malformed() }
    skipSpace()
    guard take(bracket) else { return false }
    trailingCommaOffsets.append(index)
    return true
  }

  private mutating func word(_ word: StaticString, _ value: JSONNode) throws(Malformed) -> JSONNode {
    let expected = word.withUTF8Buffer { Array($0) }
    guard bytes[index...].starts(with: expected) else { throw malformed() }
    index += expected.count
    return value
  }

  /// The grammar of RFC 8259, so that what is written again is JSON.
  private mutating func number() throws(Malformed) -> JSONNode {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
    return .number(String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func digits() throws(Malformed) {
    let start = index
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    guard index > start else { throw malformed() }
  }

  // MARK: Strings

  private mutating func string() throws(Malformed) -> String {
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw malformed() }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: Array(String(try escaped()).utf8))
      case 0..<0x20: throw malformed()
      default: text.append(byte)
      }
    }
    throw malformed()
  }

  private mutating func escaped() throws(Malformed) -> Unicode.Scalar {
    guard index < bytes.count else { throw malformed() }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try scalar()
    default: throw malformed()
    }
  }

  /// The character behind `\u`. Half of a surrogate pair is no character: it becomes U+FFFD, as browsers write such
  /// halves into HAR files, and the escape behind it is read by itself.
  private mutating func scalar() throws(Malformed) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let end = index
    if (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let second = try codeUnit()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return scalar
      }
    }
    index = end
    return "\u{FFFD}"
  }

  /// Four hexadecimal digits, and nothing else that a number could have.
  private mutating func codeUnit() throws(Malformed) -> UInt32 {
    guard index + 4 <= bytes.count else { throw malformed() }
    var unit: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed() }
      unit = unit << 4 | UInt32(digit)
    }
    index += 4
    return unit
  }

  // MARK: Positions

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// The lines of commas behind the last element, counted from 1.
  var trailingCommaLines: [Int] { trailingCommaOffsets.map(line) }

  private func line(of index: Int) -> Int { 1 + bytes[..<index].count { $0 == 0x0A } }

  private func malformed() -> Malformed { Malformed(line: line(of: index)) }
}
