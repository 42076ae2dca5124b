import Base
import FirstPartyData

/// The functions that loading advertisers' records calls.
enum RecordFunctions {
  /// `adyton_is_sha256(text)`: whether a text is the hexadecimal digits of a SHA-256, in either case.
  static let isSHA256 = "adyton_is_sha256"
  /// `adyton_consents(country, tcf, gpp, user_data, ad_storage)`: whether a record with these signals may be used.
  /// There is a decision also where signals are missing.
  static let consents = "adyton_consents"

  /// `adyton_country(text)`: the two-letter code of a code or name of a country, `UNKNOWN` for that word, NULL for no
  /// country.
  static let country = "adyton_country"

  /// The function for countries, which every session of the project's own statements knows.
  static let countryFunction = ScalarFunction(country, [.text], .text) { arguments, results in
    let texts = arguments.texts(0)
    // A file has few spellings.
    var known: [String: String?] = [:]
    results.fillTexts { row in
      guard let text = texts[row] else { return nil }
      if let code = known[text] { return code }
      let isUnknown = CountryCode.isUnstated(text) && !text.allSatisfy(\.isWhitespace)
      let code = isUnknown ? CountryCode.unknown : CountryCode.standardised(text)
      if known.count < spellingLimit { known[text] = .some(code) }
      return code
    }
  }

  /// The most spellings of countries that are remembered.
  private static let spellingLimit = 1_000

  static func functions(_ policy: ConsentPolicy) -> [ScalarFunction] {
    [
      ScalarFunction(isSHA256, [.text], .boolean) { arguments, results in
        let texts = arguments.texts(0)
        results.fill { row in texts.bytes(row).map(isHash) }
      },
      ScalarFunction(consents, [.text, .text, .text, .text, .text], .boolean) { arguments, results in
        decide(policy, arguments, results)
      },
    ]
  }

  /// Every record passes here for each of its identifiers, so that no text of ours is made of them.
  private static func isHash(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count == HashedIdentifier.digitCount && text.allSatisfy { Hexadecimal.lowercased($0) != nil }
  }

  private struct Asked: Hashable {
    var signals: ConsentSignals
    var country: String?
  }

  private static func decide(_ policy: ConsentPolicy, _ arguments: FunctionArguments, _ results: FunctionResults) {
    let (countries, tcf, gpp) = (arguments.texts(0), arguments.texts(1), arguments.texts(2))
    let (userData, adStorage) = (arguments.texts(3), arguments.texts(4))
    // People of one source often say the same.
    var known: [Asked: Bool] = [:]
    results.fill { row in
      let asked = Asked(
        signals: ConsentSignals(
          tcf: tcf[row], gpp: gpp[row], amazonUserData: userData[row], amazonAdStorage: adStorage[row]),
        country: countries[row])
      if let isAccepted = known[asked] { return isAccepted }
      let isAccepted = policy.accepts(policy.decision(on: asked.signals, countryCode: asked.country))
      known[asked] = isAccepted
      return isAccepted
    }
  }
}
