/// Classes of characters: `[a-z&&[^aeiou]]`, and those with names.
extension PatternReader {
  /// Reads a class: the text behind `[`, up to and with its `]`.
  mutating func characterClass() throws(PatternProblem) -> CharacterSetText {
    let start = index - 1
    let isNegated = accept("^" as Unicode.Scalar)
    var operands: [CharacterSetText] = []
    var current = CharacterSetText("")
    var isEmpty = true
    while true {
      skipComments()
      guard let scalar = peek else { throw problem("it has a `[` without its `]`", at: start) }
      if scalar == "]", !isEmpty { break }
      if scalar == "&", peek(ahead: 1) == "&" {
        guard !isEmpty else { throw problem("`&&` has nothing before it") }
        index += 2
        operands.append(current)
        current = CharacterSetText("")
        isEmpty = true
        if peek == "]" { throw problem("`&&` has nothing behind it") }
        continue
      }
      let part = try classPart(scalar)
      current.icu += part.icu
      if let first = current.re2, let second = part.re2 { current.re2 = first + second } else { current.re2 = nil }
      isEmpty = false
    }
    index += 1
    guard !operands.isEmpty else {
      current.isNegated = isNegated
      return current
    }
    operands.append(current)
    let common = operands.map { "[\($0.icu)]" }.joined(separator: "&&")
    return CharacterSetText(icu: common, re2: nil, isNegated: isNegated)
  }

  private mutating func classPart(_ scalar: Unicode.Scalar) throws(PatternProblem) -> CharacterSetText {
    let position = index
    if scalar == "[" {
      index += 1
      return try nested { reader throws(PatternProblem) in try reader.characterClass() }.inner
    }
    if scalar == "\\", let set = try predefinedSet() { return set.inner }
    let low = try classCharacter()
    guard peek == "-", let end = peek(ahead: 1), end != "]", end != "[" else { return single(low) }
    index += 1
    let high = try classCharacter()
    guard low.value <= high.value else { throw problem("a range in `[]` is in the wrong order", at: position) }
    return CharacterSetText(PatternText.range(low, high, flags))
  }

  private func single(_ scalar: Unicode.Scalar) -> CharacterSetText {
    let text = PatternText.escaped(scalar)
    guard flags.ignoresCase, let other = PatternText.otherCase(scalar) else { return CharacterSetText(text) }
    return CharacterSetText(text + PatternText.escaped(other))
  }

  private mutating func classCharacter() throws(PatternProblem) -> Unicode.Scalar {
    guard let scalar = peek else { throw problem("it ends within a `[]`") }
    guard scalar == "\\" else {
      index += 1
      return scalar
    }
    guard let character = try escapedCharacter() else {
      throw problem("`\\\(peek(ahead: 1).map(String.init) ?? "")` can't stand in a `[]` here")
    }
    return character
  }

  /// The set that an escape names: `\d`, `\p{Alpha}`. nil, with nothing taken, where it names none.
  mutating func predefinedSet() throws(PatternProblem) -> CharacterSetText? {
    guard peek == "\\", let name = peek(ahead: 1) else { return nil }
    let set: CharacterSetText
    switch name {
    case "d", "D": set = CharacterSetText(PatternText.digits, isNegated: name == "D")
    case "w", "W": set = CharacterSetText(PatternText.word, isNegated: name == "W")
    case "s", "S": set = CharacterSetText(PatternText.space, isNegated: name == "S")
    case "h", "H": set = CharacterSetText(PatternText.horizontalSpace, isNegated: name == "H")
    case "v", "V": set = CharacterSetText(PatternText.verticalSpace, isNegated: name == "V")
    case "p", "P": return try property(isNegated: name == "P")
    default: return nil
    }
    index += 2
    return set
  }

  /// `\p{Name}`, `\pL`
  private mutating func property(isNegated: Bool) throws(PatternProblem) -> CharacterSetText {
    let start = index
    index += 2
    var name = ""
    if accept("{" as Unicode.Scalar) {
      while let scalar = peek, scalar != "}" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard accept("}" as Unicode.Scalar) else { throw problem("a `}` is missing", at: start) }
    } else if let scalar = peek {
      name = String(scalar)
      index += 1
    }
    guard var set = PatternProperties.set(named: name, ignoresCase: flags.ignoresCase) else {
      throw problem("the property of `\\p` is unknown or not supported", at: start)
    }
    if isNegated { set.isNegated.toggle() }
    return set
  }
}
