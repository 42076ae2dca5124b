import Testing

@testable import FirstPartyData

/// Values as tables, forms and address books leave them.
@Suite struct UntidyIdentifierTests {
  private func text(_ value: String, _ kind: IdentifierKind, _ country: String? = nil) -> String? {
    try? StandardIdentifier.text(of: value, kind: kind, countryCode: country)
  }

  private func problem(_ value: String, _ kind: IdentifierKind, _ country: String? = nil) -> IdentifierProblem? {
    do throws(IdentifierProblem) {
      _ = try StandardIdentifier.text(of: value, kind: kind, countryCode: country)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("4155550123.0", IdentifierKind.phone, "US"), ("30901820.0", .phone, "DE"), ("6465550123.0", .phone, "US"),
    ("612345678.00", .phone, "FR"), ("9012345678.0000", .phone, "JP"), ("p:4155550123.0", .phone, "US"),
    (" 4.155550123E9 ", .phone, "US"), ("90210.0", .zip, "US"), ("10117.0", .zip, "DE"), ("1000001.0", .zip, "JP"),
    ("110001.0", .zip, "IN"), ("1012.0", .zip, "CH"), ("77.0", .address, "DE"), ("8.0", .city, "FR"),
    ("2.0", .state, "US"), ("123456789.0", .experian, "US"),
  ]) func aFractionOfNothingIsNoPartOfANumber(value: String, kind: IdentifierKind, country: String) {
    let plain = value.contains("E") ? "4155550123" : String(value.prefix { $0 != "." })
    #expect(text(value, kind, country) == text(plain, kind, country))
    #expect(kind == .state || text(value, kind, country) != nil)
  }

  @Test func numbersThatLostDigitsAreRefused() {
    #expect(problem("2134.0", .zip, "US") == .notAPostalCode)
    #expect(problem("1067.0", .zip, "DE") == .notAPostalCode)
    #expect(problem("4.15555E+09", .phone, "US") == .notATelephoneNumber)
    #expect(problem("9.0211E+08", .zip, "US") == .notAPostalCode)
    #expect(text("212555.0142", .phone, "US") == "12125550142")
  }

  @Test(arguments: ["0000000000", "999-999-9999", "+1 (111) 111-1111", "000000000"])
  func fillersAreNoTelephoneNumbers(value: String) {
    #expect(problem(value, .phone, "US") == .notATelephoneNumber)
    #expect(problem(value, .phone) == .notATelephoneNumber)
  }

  @Test func fillersAreNoPostalCodes() {
    #expect(problem("00000", .zip, "US") == .notAPostalCode)
    #expect(problem("0000000", .zip, "JP") == .notAPostalCode)
  }

  @Test(arguments: [
    "'+14155550199", "p:+14155550199", "tel:+14155550199", "(+1) 4155550199", "=+14155550199", "[+1] 4155550199",
    "\u{202A}+14155550199", "\u{202A}+1 415 555 0199\u{202C}", "+14155550199", "＋14155550199",
  ]) func aPlusSignCountsBehindOtherSigns(value: String) {
    for country in [nil, "US", "DE", "Atlantis"] { #expect(text(value, .phone, country) == "14155550199") }
  }

  @Test(arguments: [
    "ann@example.com;bob@example.com", "ann@example.com, bob@example.com", "a@b@c.com",
    "ann@example.com bob@example.com", "Ann Lee ann@example.com", "ann@example.com work",
    "ann@example.com <bob@example.com>", "Ann <ann@example.com>, Bob <bob@example.com>", "mailto:@", "<@>", "a@@b.com",
  ]) func moreThanAnAddressIsNone(value: String) {
    #expect(problem(value, .email) == .notAnEmail)
  }

  @Test(arguments: [
    "mailto:ann@example.com", "MAILTO:Ann@Example.com?subject=hello@you", "Ann Lee <ann@example.com>",
    "\"Lee, Ann\" <ann@example.com>", "ann@example.com <ann@example.com>", "<mailto:ann@example.com>",
    "ann@example.com (work)", "(private) ann@example.com", "ann@example.com [old]", "ann@ example.com",
    "ann@example .com", "ann@example.com;", "'ann@example.com'", "\u{200B}ann@example.com\u{A0}",
  ]) func anAddressIsFoundInWhatSaysHowItIsMeant(value: String) {
    #expect(text(value, .email) == "ann@example.com")
  }

  @Test(arguments: [
    "ag:900", "l:1", "900", "38400000-8cf0-11bd-b23e-10b96e40000", "00000000-0000-0000-0000-000000000000",
    "38400000+8cf0-11bd-b23e-10b96e40000d", "3840000g-8cf0-11bd-b23e-10b96e40000d",
  ]) func aDeviceHasAUUID(value: String) {
    #expect(IdentifierOutcome(of: value, kind: .mobileAdvertisingID, countryCode: "US") == .problem(.notADeviceID))
  }

  @Test(arguments: [
    ("United States", "US"), ("USA", "US"), ("U.S.", "US"), ("u.s.a.", "US"), ("us", "US"), ("Germany", "DE"),
    ("DEU", "DE"), ("deutschland", "DE"), ("Allemagne", "DE"), ("UK", "GB"), ("uk", "GB"), ("U.K.", "GB"),
    ("England", "GB"), ("the Netherlands", "NL"), ("Países Bajos", "NL"), ("Stati Uniti", "US"), ("Polska", "PL"),
    ("Niemcy", "DE"), ("Estados Unidos", "US"), ("Frankrijk", "FR"), ("日本", "JP"), ("アメリカ合衆国", "US"),
    ("Côte d’Ivoire", "CI"), ("COTE D'IVOIRE", "CI"), ("Korea, Republic of", "KR"), ("Viet Nam", "VN"), (" gbr ", "GB"),
  ]) func countriesHaveNamesAndLongerCodes(written: String, code: String) {
    #expect(CountryCode.standardised(written) == code)
  }

  @Test(arguments: ["Atlantis", "XX", "USD", "Europe", "", " ", "unknown", "a", "1"])
  func otherTextsAreNoCountries(written: String) {
    #expect(CountryCode.standardised(written) == nil)
  }

  @Test func everyCodeHasALongOneAndANameThatMeansIt() {
    for code in CountryCode.all {
      #expect(CountryCode.standardised(code.lowercased()) == code)
      #expect(CountryNames.standard.longCode(of: code).map(CountryCode.standardised) == code)
    }
  }

  @Test func aCountryThatIsNotKnownLeavesRegionalIdentifiersOut() {
    for kind in IdentifierKind.allCases where kind.isRegional {
      #expect(problem("02134", kind, "Atlantis") == .countryNotKnown)
      #expect(problem("02134", kind, "UNKNOWN") != .countryNotKnown)
      #expect(problem("02134", kind, " ") != .countryNotKnown)
    }
    #expect(text("Ann@Example.com", .email, "Atlantis") == "ann@example.com")
    #expect(text("02134-1234", .zip, "United States") == "02134")
    #expect(text("Texas", .state, "USA") == "tx")
    #expect(text("646-555-0123", .phone, "United States") == "16465550123")
  }
}
