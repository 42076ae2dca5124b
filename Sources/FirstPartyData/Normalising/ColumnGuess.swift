import Base
import Foundation

/// The probable content of a column of a customer file, guessed from its name.
public enum ColumnGuess: Sendable, Hashable {
  case identifier(IdentifierKind)
  case country

  /// A guess by the usual names in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and Japanese,
  /// and by those that shops, address books and customer databases write; nil if the name says nothing.
  ///
  ///     ColumnGuess(columnName: "E-mail 1 - Value")      // .identifier(.email)
  ///     ColumnGuess(columnName: "Default Address City")  // .identifier(.city)
  ///
  /// - Parameter others: The names of the file's other columns. Some names need them: `Nom` is a last name beside
  ///   `Prénom`, and says nothing where it stands alone.
  public init?(columnName: String, among others: [String] = []) {
    guard let entry = ColumnNames.standard.entry(of: columnName) else { return nil }
    if let partner = entry.partner {
      let isThere = others.contains { ColumnNames.standard.entry(of: $0).map { $0.guess == partner } ?? false }
      guard isThere else { return nil }
    }
    self = entry.guess
  }
}

/// The usual names of columns.
struct ColumnNames: Sendable {
  static let standard = ColumnNames()

  struct Entry: Sendable {
    var guess: ColumnGuess
    /// The content that another column must have for the name to mean this.
    var partner: ColumnGuess?
  }

  private enum Column: String, CaseIterable {
    case content, beside, names
  }

  private let byName: [String: Entry]
  /// Words beside the one that says the content: whose it is, and which of several.
  private let qualifiers: Set<String>

  private init() {
    var byName: [String: Entry] = [:]
    var qualifiers: Set<String> = []
    let rows = ProgramResources.load { try TabSeparatedTable<Column>(resource: "column_names", in: .module).rows }
    for row in rows {
      let names = (row[.names] ?? "").split(separator: "|").map { Self.words(of: String($0)).joined() }
      guard let content = row[.content].flatMap(Self.guess) else {
        qualifiers.formUnion(names)
        continue
      }
      let entry = Entry(guess: content, partner: row[.beside].flatMap(Self.guess))
      for name in names { byName[name] = entry }
    }
    self.byName = byName
    self.qualifiers = qualifiers
  }

  private static func guess(_ word: String) -> ColumnGuess? {
    word == "COUNTRY" ? .country : IdentifierKind(rawValue: word).map(ColumnGuess.identifier)
  }

  /// The entry of a name, or of the name without the words that say whose or which it is.
  func entry(of name: String) -> Entry? {
    let words = Self.words(of: name)
    guard !words.isEmpty else { return nil }
    if let entry = byName[words.joined()] {
      // The id of an advertisement, as opposed to the id of a device that is written in one word.
      return words == ["ad", "id"] ? nil : entry
    }
    // "Address 1 - City" is a city, and "Billing Address 1" an address.
    let plain = words.filter { !qualifiers.contains($0) }
    for words in [plain, plain.filter { !Self.addressWords.contains($0) }]
    where !words.isEmpty && words != ["ad", "id"] {
      if let entry = byName[words.joined()] { return entry }
    }
    let joined = words.joined()
    let bare = Self.attachedQualifiers.reduce(joined) { $1 == $0 ? $0 : $0.replacing($1, with: "") }
    return bare == joined || words.suffix(2) == ["ad", "id"] ? nil : byName[bare]
  }

  /// Words that say which of several addresses something is part of, and which can be all of a name.
  private static let addressWords: Set<String> = ["address", "addr", "1"]
  /// Qualifiers that also stand before or behind a name without anything between.
  private static let attachedQualifiers = ["hashed", "sha256", "customer", "user"]

  /// The words in small letters without accents. They end at everything that is no letter or digit, and where a small
  /// letter is followed by a capital one.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var last: Character?
    for character in name.precomposedStringWithCompatibilityMapping {
      let endsWord = character.isUppercase && last?.isLowercase == true
      if endsWord || !(character.isLetter || character.isNumber) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if character.isLetter || character.isNumber { word.append(character) }
      last = character
    }
    if !word.isEmpty { words.append(word) }
    return words.map { word in
      word.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        .replacing("ł", with: "l").replacing("ø", with: "o")
    }
  }
}
