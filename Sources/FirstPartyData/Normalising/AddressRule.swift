import Base

/// The rule for streets and house numbers. The text is split into words, known words are shortened, and all are joined
/// without blanks, in small letters.
///
/// A word is shortened by the last list of its country that has it.
struct AddressRule: Sendable {
  private let words: [String: String]

  private static let byCountry: [String: AddressRule] = [
    "US": AddressRule(["number", "direction", "us_street", "us_unit"]),
    "GB": AddressRule(["number", "direction", "gb_organisation", "gb_street", "gb_unit"]),
    "FR": AddressRule(["number", "direction", "fr_street", "street"]),
    "ES": AddressRule(["number", "direction", "street", "es_street"]),
    "IT": AddressRule(["number", "direction", "street", "it_street"]),
  ]
  private static let general = AddressRule(["number", "direction", "street"])

  /// The rule of a country. An unknown country, and all others without their own rule, have the one that Canada,
  /// Germany, India and Japan share.
  static func of(country: String?) -> AddressRule {
    country.flatMap { byCountry[$0] } ?? general
  }

  private enum Column: String, CaseIterable {
    case list, short, words
  }

  private static let table = ProgramResources.load {
    try TabSeparatedTable<Column>(resource: "address_words", in: .module).rows
  }

  private init(_ lists: [String]) {
    var words: [String: String] = [:]
    for list in lists {
      for row in Self.table where row[.list] == list {
        for word in row[.words]?.split(separator: " ") ?? [] { words[String(word)] = row[.short] }
      }
    }
    self.words = words
  }

  func text(of value: String) -> String {
    var tokens = AddressTokens(value.uppercased())
    tokens.splitAtDashes()
    tokens.splitAtNumberSigns()
    return tokens.words.map { words[$0] ?? $0 }.joined().lowercased()
  }
}
