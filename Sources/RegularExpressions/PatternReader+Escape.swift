/// Escapes: the text behind a backslash.
extension PatternReader {
  mutating func escape() throws(PatternProblem) -> PatternPiece {
    guard let name = peek(ahead: 1) else { throw problem("it ends in a backslash") }
    if let set = try predefinedSet() { return set.piece(flags) }
    switch name {
    case "b": return try boundary("\\b")
    case "B": return try boundary("\\B")
    case "A": return boundary(icu: "\\A", re2: "\\A")
    case "G": return boundary(icu: "\\G", re2: nil)
    case "z": return boundary(icu: "\\z", re2: "\\z")
    case "Z":
      index += 2
      return lineEnd(isMultiline: false)
    case "R":
      index += 2
      return .both("(?:\\r\\n|[\(PatternText.verticalSpace)])")
    case "X":
      index += 2
      return PatternPiece(icu: "\\X", re2: nil, matchesEmpty: false)
    case "k": return try namedReference()
    case "1"..."9": return reference()
    default: break
    }
    guard let character = try escapedCharacter() else { throw problem("`\\\(name)` has no meaning") }
    return PatternText.literal(character, flags)
  }

  private mutating func boundary(icu: String, re2: String?) -> PatternPiece {
    index += 2
    return .boundary(icu: icu, re2: re2)
  }

  private mutating func boundary(_ text: String) throws(PatternProblem) -> PatternPiece {
    guard peek(ahead: 2) != "{" else { throw problem("`\(text){…}` is not supported") }
    // RE2's words are ASCII's.
    return boundary(icu: text, re2: nil)
  }

  // MARK: References back

  private mutating func reference() -> PatternPiece {
    let start = index
    index += 1
    var number = 0
    while let scalar = peek, scalar.isASCIIDigit {
      let next = number * 10 + Int(scalar.value - 0x30)
      // A second digit belongs to the number only where there are that many groups.
      if number > 0, next > groupCount { break }
      number = next
      index += 1
    }
    noteReference(to: number, at: start)
    return referencePiece(number)
  }

  private mutating func namedReference() throws(PatternProblem) -> PatternPiece {
    let start = index
    index += 2
    guard accept("<" as Unicode.Scalar), let name = groupName() else {
      throw problem("`\\k` needs a name in `<>`", at: start)
    }
    guard let number = groupNames[name] else { throw problem("it has no group of this name", at: start) }
    return referencePiece(number)
  }

  private func referencePiece(_ number: Int) -> PatternPiece {
    let text = flags.ignoresCase ? "(?i:\\\(number))" : "(?:\\\(number))"
    return PatternPiece(icu: text, re2: nil, matchesEmpty: true)
  }

  /// `name>`
  mutating func groupName() -> String? {
    var name = ""
    while let scalar = peek, scalar.isASCIIAlphanumeric {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard let first = name.unicodeScalars.first, first.isASCIILetter, accept(">" as Unicode.Scalar) else { return nil }
    return name
  }

  // MARK: Characters

  /// The character that an escape stands for; nil, with nothing taken, where it stands for none.
  mutating func escapedCharacter() throws(PatternProblem) -> Unicode.Scalar? {
    guard let name = peek(ahead: 1) else { throw problem("it ends in a backslash") }
    switch name {
    case "t": return simple("\t")
    case "n": return simple("\n")
    case "r": return simple("\r")
    case "f": return simple("\u{0C}")
    case "a": return simple("\u{07}")
    case "e": return simple("\u{1B}")
    case "c": return try control()
    case "0": return try octal()
    case "x": return try hexadecimal()
    case "u": return try unicode()
    default:
      if name.isASCIIAlphanumeric { return nil }
      index += 2
      return name
    }
  }

  private mutating func simple(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    index += 2
    return scalar
  }

  private mutating func control() throws(PatternProblem) -> Unicode.Scalar {
    guard let scalar = peek(ahead: 2), scalar.isASCII, let result = Unicode.Scalar(scalar.value ^ 0x40) else {
      throw problem("`\\c` needs a letter")
    }
    index += 3
    return result
  }

  private mutating func octal() throws(PatternProblem) -> Unicode.Scalar {
    let start = index
    index += 2
    var value: UInt32 = 0
    var count = 0
    while let scalar = peek, ("0"..."7").contains(scalar), count < 3, value * 8 + scalar.value - 0x30 <= 0o377 {
      value = value * 8 + scalar.value - 0x30
      count += 1
      index += 1
    }
    guard count > 0, let result = Unicode.Scalar(value) else { throw problem("`\\0` needs octal digits", at: start) }
    return result
  }

  private mutating func hexadecimal() throws(PatternProblem) -> Unicode.Scalar {
    let start = index
    index += 2
    var digits = ""
    if accept("{" as Unicode.Scalar) {
      while let scalar = peek, scalar != "}" {
        digits.unicodeScalars.append(scalar)
        index += 1
      }
      guard accept("}" as Unicode.Scalar) else { throw problem("a `}` is missing", at: start) }
    } else {
      digits = hexDigits(2)
    }
    guard digits.count <= 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16),
      let result = Unicode.Scalar(value)
    else { throw problem("`\\x` needs hexadecimal digits", at: start) }
    return result
  }

  /// `\uD83D\uDE00` is one character.
  private mutating func unicode() throws(PatternProblem) -> Unicode.Scalar {
    let start = index
    let first = codeUnit()
    if let first, let result = Unicode.Scalar(UInt32(first)) { return result }
    if let first, UTF16.isLeadSurrogate(first), peek == "\\", peek(ahead: 1) == "u", let second = codeUnit(),
      UTF16.isTrailSurrogate(second),
      let result = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    {
      return result
    }
    throw problem("`\\u` needs the four hexadecimal digits of a character", at: start)
  }

  private mutating func codeUnit() -> UInt16? {
    index += 2
    let digits = hexDigits(4)
    return digits.count == 4 ? UInt16(digits, radix: 16) : nil
  }

  private mutating func hexDigits(_ count: Int) -> String {
    var digits = ""
    while digits.count < count, let scalar = peek, Character(scalar).isHexDigit, scalar.isASCII {
      digits.unicodeScalars.append(scalar)
      index += 1
    }
    return digits
  }
}
