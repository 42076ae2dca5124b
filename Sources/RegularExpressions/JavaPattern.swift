import class Foundation.NSRegularExpression

/// A regular expression in Java's syntax, which AMC SQL uses, written for the two engines that run it.
///
/// It is read as `java.util.regex` reads it, and everything that means something else elsewhere is written out: `\d`,
/// `\w`, `\s` and the POSIX classes are ASCII's, `.` and `$` know Java's line terminators, `(?i)` is for ASCII letters
/// unless `(?u)` stands beside it. Flags, quotes and names of groups are gone from what is written.
///
/// - RE2 (DuckDB's own) needs time in proportion to the text, whatever the pattern. It has no looking around, no
///   references back, no atomic groups.
/// - ICU (Foundation's) has all of Java's syntax and backtracks as Java does.
///
/// Source: the documentation of `java.util.regex.Pattern`, releases 8 to 17.
package struct JavaPattern: Sendable, Hashable {
  /// The longest pattern, in Unicode scalars.
  package static let lengthMax = 2_000

  /// For ICU.
  package let icu: String
  /// For RE2, to find occurrences in a text; nil where RE2 can't do it or would do it otherwise.
  package let re2: String?
  /// For RE2, to match a text as a whole.
  package let re2Whole: String?
  /// Whether it can match the empty text. Engines go on from an empty match in different ways.
  package let matchesEmpty: Bool
  /// The number of capturing groups, without the whole match.
  package let groupCount: Int
  /// The numbers of the groups that have names.
  package let groupNames: [String: Int]
  /// Whether a group that captures stands under a repetition. Engines keep different parts of it.
  package let repeatsGroup: Bool

  /// - Throws: what is wrong with it, or what of Java's syntax it uses that is not supported.
  package init(_ text: String) throws(PatternProblem) {
    var reader = try PatternReader(text)
    let piece = try reader.pattern()
    // Foundation takes no pattern without a character.
    icu = piece.icu.isEmpty ? "(?:)" : piece.icu
    re2 = reader.usesFinalLineEnd ? nil : piece.re2
    re2Whole = piece.re2
    matchesEmpty = piece.matchesEmpty
    groupCount = reader.groupCount
    groupNames = reader.groupNames
    repeatsGroup = piece.repeatsGroup
  }

  /// Whether one of the two engines takes it. ICU refuses a few patterns that are written as Java allows: looking
  /// behind without a limit, scripts and blocks that there are not.
  package var hasEngine: Bool { re2Whole != nil || (try? NSRegularExpression(pattern: icu)) != nil }
}

/// Why a regular expression, or a replacement for its matches, can't be used.
package struct PatternProblem: Error, Hashable, Sendable {
  /// A part of a sentence: "it has no group 3".
  package let text: String
  /// The character that it is about, counted from 1; nil where it is about the whole.
  package let position: Int?

  init(_ text: String, at position: Int? = nil) {
    self.text = text
    self.position = position
  }

  /// The text with its position.
  package var description: String { position.map { "\(text) (character \($0))" } ?? text }
}

/// A part of a pattern, as both engines write it.
struct PatternPiece {
  var icu = ""
  /// nil where RE2 can't do it as Java does.
  var re2: String? = ""
  var matchesEmpty = true
  var hasGroup = false
  var repeatsGroup = false
  /// The size of the pattern in RE2, which writes repetitions with numbers out; 1 is a character.
  var weight = 0

  /// The weight in RE2 of the largest pattern that is left to it: a tenth of what it has room for.
  static let weightMax = 20_000

  /// The same text for both.
  static func both(_ text: String, weight: Int = 1) -> PatternPiece {
    PatternPiece(icu: text, re2: text, matchesEmpty: false, weight: weight)
  }

  /// A boundary between characters.
  static func boundary(icu: String, re2: String?) -> PatternPiece {
    PatternPiece(icu: icu, re2: re2, matchesEmpty: true)
  }

  mutating func append(_ next: PatternPiece) {
    icu += next.icu
    if let first = re2, let second = next.re2 { re2 = first + second } else { re2 = nil }
    matchesEmpty = matchesEmpty && next.matchesEmpty
    merge(next)
  }

  mutating func offer(_ other: PatternPiece) {
    icu += "|" + other.icu
    if let first = re2, let second = other.re2 { re2 = first + "|" + second } else { re2 = nil }
    matchesEmpty = matchesEmpty || other.matchesEmpty
    merge(other)
  }

  private mutating func merge(_ other: PatternPiece) {
    hasGroup = hasGroup || other.hasGroup
    repeatsGroup = repeatsGroup || other.repeatsGroup
    grow(to: weight + other.weight)
    if weight > Self.weightMax { re2 = nil }
  }

  /// Beyond a certain size it does not matter how large it is.
  mutating func grow(to weight: Int) { self.weight = min(weight, 1 << 40) }

  func wrapped(_ open: String, _ close: String = ")") -> PatternPiece {
    var result = self
    result.icu = open + icu + close
    result.re2 = re2.map { open + $0 + close }
    return result
  }
}
