/// The second argument of FORMAT: the form of a number or a time.
///
/// AMC's reference has FORMAT without explaining patterns. These are the letters and signs that Java's `DecimalFormat`
/// and `DateTimeFormatter` and SQL Server's FORMAT have in common.
public enum FormatPattern: Sendable, Hashable {
  case number(NumberFormat)
  case time([TimePart])

  /// `$#,##0.00`, `0.0%`
  public struct NumberFormat: Sendable, Hashable {
    public var prefix = ""
    public var suffix = ""
    /// The least number of digits before the point.
    public var wholeDigitsMin = 0
    /// Whether commas separate thousands.
    public var groupsThousands = false
    public var fractionDigitsMin = 0
    public var fractionDigitsMax = 0
    /// Whether the number is multiplied by 100.
    public var isPercent = false
  }

  public enum TimePart: Sendable, Hashable {
    case text(String)
    /// A letter and its number of repetitions: `yyyy`.
    case field(Character, count: Int)
  }

  /// The largest number of digits behind the point.
  public static let fractionDigitsLimit = 18

  /// The pattern for numbers; nil if the text is none.
  public static func number(_ text: String) -> FormatPattern? {
    var reader = NumberFormatReader()
    guard let pieces = pieces(of: text) else { return nil }
    for piece in pieces {
      guard reader.read(piece) else { return nil }
    }
    return reader.result.map { .number($0) }
  }

  private static let fields: [Character: Set<Int>] = [
    "y": [1, 2, 4], "M": [1, 2, 3, 4], "d": [1, 2], "H": [1, 2], "h": [1, 2], "m": [1, 2], "s": [1, 2], "S": [3, 6],
    "a": [1], "E": [1, 2, 3, 4], "D": [1, 3],
  ]

  /// The pattern for dates and times; nil if a letter has no meaning.
  public static func time(_ text: String) -> FormatPattern? {
    guard let pieces = pieces(of: text) else { return nil }
    var parts: [TimePart] = []
    for piece in pieces {
      switch piece {
      case .quoted(let text): parts.append(.text(text))
      case .plain(let character) where character.isASCII && character.isLetter:
        if case .field(character, let count) = parts.last {
          parts[parts.count - 1] = .field(character, count: count + 1)
        } else {
          parts.append(.field(character, count: 1))
        }
      case .plain(let character): parts.append(.text(String(character)))
      }
    }
    for case .field(let letter, let count) in parts where fields[letter]?.contains(count) != true { return nil }
    return .time(parts)
  }

  enum Piece {
    case plain(Character)
    case quoted(String)
  }

  /// The pieces of a pattern. Text in single quotes stands for itself; two quotes are one. nil if a quote has no end.
  private static func pieces(of text: String) -> [Piece]? {
    var pieces: [Piece] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "'" else {
        pieces.append(.plain(character))
        continue
      }
      guard let end = rest.firstIndex(of: "'") else { return nil }
      let quoted = String(rest[..<end])
      pieces.append(.quoted(quoted.isEmpty ? "'" : quoted))
      rest = rest[rest.index(after: end)...]
    }
    return pieces
  }
}

private struct NumberFormatReader {
  private enum Section {
    case prefix, whole, fraction, suffix
  }

  private var format = FormatPattern.NumberFormat()
  private var section = Section.prefix
  private var hasDigit = false

  /// The format; nil if there is no digit.
  var result: FormatPattern.NumberFormat? {
    hasDigit && format.fractionDigitsMax <= FormatPattern.fractionDigitsLimit ? format : nil
  }

  /// Reads the next piece; false if it is not allowed here.
  mutating func read(_ piece: FormatPattern.Piece) -> Bool {
    switch piece {
    case .quoted(let text):
      append(text)
      return true
    case .plain("0"): return digit(isNeeded: true)
    case .plain("#"): return digit(isNeeded: false)
    case .plain(","):
      format.groupsThousands = true
      return section == .whole
    case .plain("."):
      guard section == .whole || section == .prefix else { return false }
      section = .fraction
      return true
    case .plain("%"):
      format.isPercent = true
      append("%")
      return true
    case .plain(let character):
      append(String(character))
      return true
    }
  }

  private mutating func append(_ text: String) {
    if section == .prefix {
      format.prefix += text
    } else {
      section = .suffix
      format.suffix += text
    }
  }

  private mutating func digit(isNeeded: Bool) -> Bool {
    hasDigit = true
    switch section {
    case .suffix: return false
    case .prefix, .whole:
      section = .whole
      // Behind a `0`, no `#` is allowed before the point.
      guard isNeeded || format.wholeDigitsMin == 0 else { return false }
      if isNeeded { format.wholeDigitsMin += 1 }
    case .fraction:
      guard !isNeeded || format.fractionDigitsMin == format.fractionDigitsMax else { return false }
      format.fractionDigitsMax += 1
      if isNeeded { format.fractionDigitsMin += 1 }
    }
    return true
  }
}
