/// Groups: the text in parentheses.
extension PatternReader {
  /// nil for flags that hold from here to the end of the enclosing group.
  mutating func group() throws(PatternProblem) -> PatternPiece? {
    let start = index
    index += 1
    guard accept("?" as Unicode.Scalar) else { return try capturing(from: start) }
    for look in ["=", "!", "<=", "<!"] where accept(look) {
      var piece = try rest("(?\(look)", from: start)
      piece.re2 = nil
      piece.matchesEmpty = true
      return piece
    }
    if accept(">" as Unicode.Scalar) {
      var piece = try rest("(?>", from: start)
      piece.re2 = nil
      return piece
    }
    if accept(":" as Unicode.Scalar) { return try rest("(?:", from: start) }
    if accept("<" as Unicode.Scalar) {
      guard let name = groupName() else {
        throw problem("a group's name is made of ASCII letters and digits", at: start)
      }
      guard groupNames[name] == nil else { throw problem("two groups have one name", at: start) }
      groupNames[name] = groupCount + 1
      return try capturing(from: start)
    }
    return try flagged(from: start)
  }

  private mutating func capturing(from start: Int) throws(PatternProblem) -> PatternPiece {
    groupCount += 1
    var piece = try rest("(", from: start)
    piece.hasGroup = true
    return piece
  }

  private mutating func rest(_ open: String, from start: Int) throws(PatternProblem) -> PatternPiece {
    let saved = flags
    let piece = try alternatives()
    flags = saved
    guard accept(")" as Unicode.Scalar) else { throw problem("it has a `(` without its `)`", at: start) }
    return piece.wrapped(open)
  }

  /// `(?im-s)` and `(?im-s:…)`
  private mutating func flagged(from start: Int) throws(PatternProblem) -> PatternPiece? {
    let saved = flags
    var value = true
    while let scalar = peek {
      index += 1
      switch scalar {
      case "i": flags.ignoresCase = value
      case "u": flags.ignoresUnicodeCase = value
      case "s": flags.isDotAll = value
      case "m": flags.isMultiline = value
      case "d": flags.hasUnixLines = value
      case "x": flags.hasComments = value
      case "-" where value: value = false
      case ")": return nil
      case ":":
        let piece = try rest("(?:", from: start)
        flags = saved
        return piece
      default: throw problem("`(?` is followed by what has no meaning or is not supported", at: start)
      }
    }
    throw problem("it has a `(` without its `)`", at: start)
  }
}
