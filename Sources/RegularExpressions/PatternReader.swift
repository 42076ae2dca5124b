/// Reads a pattern from left to right, as Java's compiler does.
struct PatternReader {
  struct Flags {
    var ignoresCase = false
    var ignoresUnicodeCase = false
    var isDotAll = false
    var isMultiline = false
    var hasUnixLines = false
    var hasComments = false
  }

  /// Levels of groups and of classes in classes.
  static let nestingMax = 50

  let scalars: [Unicode.Scalar]
  /// For each of `scalars`, and the end, the character of the text that it comes from, counted from 1.
  let positions: [Int]
  var index = 0
  var depth = 0
  var flags = Flags()
  var groupCount = 0
  var groupNames: [String: Int] = [:]
  /// Whether `$` or `\Z` stands at the end of the pattern: it can match before a last line terminator, but not where
  /// the pattern has to match to the end.
  var usesFinalLineEnd = false
  private var highestReference: (number: Int, position: Int)?

  init(_ text: String) throws(PatternProblem) {
    let source = Array(text.unicodeScalars)
    guard source.count <= JavaPattern.lengthMax else {
      throw PatternProblem("it is longer than \(JavaPattern.lengthMax) characters")
    }
    (scalars, positions) = Self.unquoted(source)
  }

  /// The pattern without `\Q…\E`: what it quotes is escaped instead.
  private static func unquoted(_ source: [Unicode.Scalar]) -> ([Unicode.Scalar], [Int]) {
    var result: [Unicode.Scalar] = []
    var positions: [Int] = []
    var isQuoting = false
    var index = 0
    func append(_ scalar: Unicode.Scalar) {
      result.append(scalar)
      positions.append(index + 1)
    }
    while index < source.count {
      let scalar = source[index]
      let next = index + 1 < source.count ? source[index + 1] : nil
      if isQuoting {
        if scalar == "\\", next == "E" {
          isQuoting = false
          index += 1
        } else {
          if scalar.isASCII, !scalar.isASCIIAlphanumeric { append("\\") }
          append(scalar)
        }
      } else if scalar == "\\", next == "Q" {
        isQuoting = true
        index += 1
      } else {
        append(scalar)
        if scalar == "\\", let next {
          index += 1
          append(next)
        }
      }
      index += 1
    }
    positions.append(source.count)
    return (result, positions)
  }

  // MARK: Characters

  var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  func peek(ahead: Int) -> Unicode.Scalar? { index + ahead < scalars.count ? scalars[index + ahead] : nil }

  mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  mutating func accept(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  func problem(_ text: String, at position: Int? = nil) -> PatternProblem {
    PatternProblem(text, at: positions[min(position ?? index, positions.count - 1)])
  }

  mutating func nested<Result>(_ body: (inout PatternReader) throws(PatternProblem) -> Result) throws(PatternProblem)
    -> Result
  {
    guard depth < Self.nestingMax else {
      throw problem("its groups are nested more than \(Self.nestingMax) levels deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Spaces and comments, which mean nothing under `(?x)`.
  mutating func skipComments() {
    guard flags.hasComments else { return }
    while let scalar = peek {
      if scalar.isJavaSpace {
        index += 1
      } else if scalar == "#" {
        while let next = peek, !next.isJavaLineEnd { index += 1 }
      } else {
        return
      }
    }
  }

  // MARK: Structure

  mutating func pattern() throws(PatternProblem) -> PatternPiece {
    let piece = try alternatives()
    guard peek == nil else { throw problem("it has a `)` without its `(`") }
    if let reference = highestReference, reference.number > groupCount {
      throw problem("it has no group \(reference.number)", at: reference.position)
    }
    return piece
  }

  mutating func noteReference(to group: Int, at position: Int) {
    if group > highestReference?.number ?? 0 { highestReference = (group, position) }
  }

  mutating func alternatives() throws(PatternProblem) -> PatternPiece {
    var piece = try sequence()
    while accept("|" as Unicode.Scalar) { piece.offer(try sequence()) }
    return piece
  }

  private mutating func sequence() throws(PatternProblem) -> PatternPiece {
    var result = PatternPiece()
    while true {
      skipComments()
      guard let scalar = peek, scalar != "|", scalar != ")" else { return result }
      guard let atom = try atom(scalar) else { continue }
      result.append(try quantified(atom))
    }
  }

  /// nil for what stands for nothing: flags.
  private mutating func atom(_ scalar: Unicode.Scalar) throws(PatternProblem) -> PatternPiece? {
    switch scalar {
    case "(": return try nested { reader throws(PatternProblem) in try reader.group() }
    case "[":
      index += 1
      return try nested { reader throws(PatternProblem) in try reader.characterClass() }.piece(flags)
    case "\\": return try escape()
    case "*", "+", "?": throw problem("`\(scalar)` has nothing to repeat")
    case "{": throw problem("`{` has nothing to repeat; as a character it is written `\\{`")
    case ".":
      index += 1
      return anyCharacter()
    case "^":
      index += 1
      return lineStart()
    case "$":
      index += 1
      return lineEnd(isMultiline: flags.isMultiline)
    default:
      index += 1
      return PatternText.literal(scalar, flags)
    }
  }

  private func anyCharacter() -> PatternPiece {
    if flags.isDotAll { return .both("(?s:.)", weight: 10) }
    return .both(flags.hasUnixLines ? "[^\\n]" : "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]", weight: 20)
  }

  private func lineStart() -> PatternPiece {
    guard flags.isMultiline else { return .boundary(icu: "\\A", re2: "\\A") }
    let after = flags.hasUnixLines ? "(?<=\\n)" : "(?:(?<=[\\n\\x{85}\\x{2028}\\x{2029}])|(?<=\\r)(?!\\n))"
    // Java finds no line at the end of the text, even if the text is empty.
    return .boundary(icu: "(?:\\A|\(after))(?!\\z)", re2: nil)
  }

  /// `$`, and `\Z` where it is not multiline.
  mutating func lineEnd(isMultiline: Bool) -> PatternPiece {
    let end = isMultiline ? "" : "\\z"
    let icu =
      flags.hasUnixLines
      ? "(?:(?=\\n\(end))|\\z)"
      : "(?:(?=\\r\\n\(end))|(?=[\\r\\x{85}\\x{2028}\\x{2029}]\(end))|(?<!\\r)(?=\\n\(end))|\\z)"
    // At the end of what must match as a whole, nothing can follow it.
    guard depth == 0, !isMultiline, peek == nil || peek == "|" else { return .boundary(icu: icu, re2: nil) }
    usesFinalLineEnd = true
    return .boundary(icu: icu, re2: "\\z")
  }

  // MARK: Repetition

  private mutating func quantified(_ atom: PatternPiece) throws(PatternProblem) -> PatternPiece {
    skipComments()
    guard let bounds = try repetition() else { return atom }
    var mark = bounds.text
    var isPossessive = false
    if accept("?" as Unicode.Scalar) {
      mark += "?"
    } else if accept("+" as Unicode.Scalar) {
      mark += "+"
      isPossessive = true
    }
    var result = atom
    // ICU repeats no position that is not in a group.
    result.icu = (atom.matchesEmpty ? "(?:\(atom.icu))" : atom.icu) + mark
    result.grow(to: result.weight * max(1, bounds.written))
    result.repeatsGroup = result.hasGroup
    // Engines differ in how they repeat what can be empty.
    let isPlain =
      !isPossessive && !atom.matchesEmpty && bounds.written <= 1_000
      && result.weight <= PatternPiece.weightMax
    result.re2 = isPlain ? atom.re2.map { $0 + mark } : nil
    result.matchesEmpty = atom.matchesEmpty || bounds.least == 0
    return result
  }

  private mutating func repetition() throws(PatternProblem) -> (text: String, least: Int, written: Int)? {
    if accept("*" as Unicode.Scalar) { return ("*", 0, 1) }
    if accept("+" as Unicode.Scalar) { return ("+", 1, 1) }
    if accept("?" as Unicode.Scalar) { return ("?", 0, 1) }
    let start = index
    guard accept("{" as Unicode.Scalar) else { return nil }
    guard let least = number() else { throw problem("a number is missing behind `{`", at: start) }
    var most: Int? = least
    var text = "{\(least)"
    if accept("," as Unicode.Scalar) {
      most = number()
      text += "," + (most.map(String.init) ?? "")
    }
    guard accept("}" as Unicode.Scalar) else { throw problem("a `}` is missing", at: start) }
    guard least <= most ?? least else { throw problem("the numbers in `{}` are in the wrong order", at: start) }
    return (text + "}", least, most ?? least)
  }

  private mutating func number() -> Int? {
    var digits = ""
    while let scalar = peek, ("0"..."9").contains(scalar), digits.count < 6 {
      digits.unicodeScalars.append(scalar)
      index += 1
    }
    return Int(digits)
  }
}

extension Unicode.Scalar {
  var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
  var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
  /// The characters that `(?x)` skips.
  var isJavaSpace: Bool { [" ", "\t", "\n", "\u{0B}", "\u{0C}", "\r"].contains(self) }
  var isJavaLineEnd: Bool { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(self) }
}
