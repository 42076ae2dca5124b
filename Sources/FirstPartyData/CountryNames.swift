import Base
import Foundation

/// The countries of texts that are no code of two letters: codes of three letters and names.
///
/// Names are those of the Unicode CLDR in the languages of usual exports, and further ones of `countries.tsv`. A name
/// that stands for two countries in two languages stands for none.
struct CountryNames: Sendable {
  static let standard = CountryNames()

  /// The languages whose names of countries are known.
  static let languages = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "ja"]
  /// The longest text that is looked up, in bytes; longer than any name.
  private static let byteLimit = 200

  private enum Column: String, CaseIterable {
    case code
    case longCode = "long_code"
    case names
  }

  private let codes: [String: String]
  private let longCodes: [String: String]

  private init() {
    let rows = ProgramResources.load { try TabSeparatedTable<Column>(resource: "countries", in: .module).rows }
    var codes: [String: String?] = [:]
    func add(_ name: String, _ code: String) {
      let key = Self.key(name)
      // Codes of two letters are no names, but some names have two characters.
      guard !key.isEmpty, key.utf8.count > 2 else { return }
      codes[key] = codes[key, default: code] == code ? code : .some(nil)
    }
    for code in CountryCode.all {
      for language in Self.languages {
        // Without a name, the code itself comes back.
        if let name = Locale(identifier: language).localizedString(forRegionCode: code) { add(name, code) }
      }
    }
    longCodes = rows.reduce(into: [:]) { $0[$1[.code] ?? ""] = $1[.longCode] }
    self.codes = rows.reduce(into: codes.compactMapValues(\.self)) { codes, row in
      guard let code = row[.code] else { return }
      // What the file says of a name is what holds.
      for name in (row[.names] ?? "").split(separator: "|") { codes[Self.key(String(name))] = code }
      if let long = row[.longCode] { codes[Self.key(long)] = code }
    }
  }

  /// The code of two letters; nil for a text that is no name and no code of three letters.
  func code(of text: String) -> String? {
    guard text.utf8.count <= Self.byteLimit else { return nil }
    let key = Self.key(text)
    return codes[key] ?? (key.hasPrefix("the") ? codes[String(key.dropFirst(3))] : nil)
  }

  /// The code of three letters of a code of two.
  func longCode(of code: String) -> String? { longCodes[code] }

  /// The letters of a name without case and accents.
  private static func key(_ text: String) -> String {
    let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    return String(String.UnicodeScalarView(plain.unicodeScalars.filter(\.properties.isAlphabetic)))
  }
}
