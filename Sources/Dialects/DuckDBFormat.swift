import Catalog

/// FORMAT, of numbers and of times.
enum DuckDBFormat {
  static func written(_ arguments: [FunctionArgument]) -> String? {
    guard let text = arguments[1].literal else { return nil }
    let value = arguments[0]
    switch value.type.isNumeric ? FormatPattern.number(text) : FormatPattern.time(text) {
    case .number(let format): return number(value, format)
    case .time(let parts): return "strftime(\(value.text)::TIMESTAMP, \(SQLLiteral.string(time(parts))))"
    case nil: return nil
    }
  }

  // MARK: Numbers

  /// The digits are those of a decimal, rounded half away from zero.
  private static func number(_ value: FunctionArgument, _ format: FormatPattern.NumberFormat) -> String {
    let amount = format.isPercent ? "(\(value.text)) * 100" : value.text
    let type = "DECIMAL(38,\(format.fractionDigitsMax))"
    let rounded = "CAST(\(amount) AS \(type))"
    let sign = "CASE WHEN \(rounded) < 0 THEN '-' ELSE '' END"
    let digits =
      "list_transform([CAST(abs(\(rounded)) AS VARCHAR)], lambda s: \(whole(format)) || \(fraction(format)))[1]"
    return "\(sign) || \(SQLLiteral.string(format.prefix)) || \(digits) || \(SQLLiteral.string(format.suffix))"
  }

  private static func whole(_ format: FormatPattern.NumberFormat) -> String {
    var text = "split_part(s, '.', 1)"
    if format.wholeDigitsMin == 0 {
      text = "CASE WHEN \(text) = '0' THEN '' ELSE \(text) END"
    } else if format.wholeDigitsMin > 1 {
      text = "lpad(\(text), greatest(length(\(text)), \(format.wholeDigitsMin))::INTEGER, '0')"
    }
    guard format.groupsThousands else { return "(\(text))" }
    // From the end, a comma behind every three digits.
    return "reverse(rtrim(regexp_replace(reverse(\(text)), '(\\d{3})', '\\1,', 'g'), ','))"
  }

  private static func fraction(_ format: FormatPattern.NumberFormat) -> String {
    guard format.fractionDigitsMax > 0 else { return "''" }
    let all = "split_part(s, '.', 2)"
    if format.fractionDigitsMin == format.fractionDigitsMax { return "'.' || \(all)" }
    let least = format.fractionDigitsMin
    let shown = "left(\(all), \(least)) || rtrim(substring(\(all), \(least + 1)), '0')"
    return least > 0 ? "'.' || \(shown)" : "CASE WHEN rtrim(\(all), '0') = '' THEN '' ELSE '.' || \(shown) END"
  }

  // MARK: Times

  private static func time(_ parts: [FormatPattern.TimePart]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text.replacing("%", with: "%%")
      case .field(let letter, let count): field(letter, count)
      }
    }.joined()
  }

  private static func field(_ letter: Character, _ count: Int) -> String {
    switch letter {
    case "y": count == 2 ? "%y" : "%Y"
    case "M": count == 4 ? "%B" : count == 3 ? "%b" : count == 2 ? "%m" : "%-m"
    case "d": count == 2 ? "%d" : "%-d"
    case "H": count == 2 ? "%H" : "%-H"
    case "h": count == 2 ? "%I" : "%-I"
    case "m": count == 2 ? "%M" : "%-M"
    case "s": count == 2 ? "%S" : "%-S"
    case "S": count == 3 ? "%g" : "%f"
    case "a": "%p"
    case "E": count == 4 ? "%A" : "%a"
    case "D": count == 3 ? "%j" : "%-j"
    default: preconditionFailure("the pattern's reader lets no other letter through")
    }
  }
}
