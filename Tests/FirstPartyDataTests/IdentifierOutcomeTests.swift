import Testing

@testable import FirstPartyData

@Suite struct IdentifierOutcomeTests {
  private static let hash = "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21"

  @Test func hashesStayAsTheyAre() {
    #expect(IdentifierOutcome(of: Self.hash, kind: .email, countryCode: nil) == .alreadyHashed(Self.hash))
    let capitals = " \(Self.hash.uppercased()) "
    #expect(IdentifierOutcome(of: capitals, kind: .zip, countryCode: "US") == .alreadyHashed(Self.hash))
    #expect(IdentifierOutcome(of: "abc@example.com", kind: .email, countryCode: nil) == .hashed(Self.hash))
  }

  @Test(arguments: IdentifierKind.allCases) func blankValuesAreEmpty(kind: IdentifierKind) {
    for blank in ["", " ", "\t\u{A0}"] {
      #expect(IdentifierOutcome(of: blank, kind: kind, countryCode: "US") == .empty)
    }
  }

  @Test func unhashedKindsStayPlain() {
    let id = "38400000-8cf0-11bd-b23e-10b96e40000d"
    #expect(IdentifierOutcome(of: " \(id)", kind: .mobileAdvertisingID, countryCode: nil) == .plain(id))
    #expect(IdentifierOutcome(of: "XY1000abc", kind: .liveRamp, countryCode: nil) == .plain("XY1000abc"))
  }

  @Test(arguments: [
    ("nobody", IdentifierKind.email, IdentifierProblem.notAnEmail), ("@@", .email, .notAnEmail),
    ("!!", .email, .nothingLeft), ("李", .lastName, .nothingLeft), ("京都", .city, .nothingLeft),
    ("1067", .zip, .notAPostalCode), ("555-0142", .phone, .notATelephoneNumber), ("-", .state, .nothingLeft),
    (",.", .address, .nothingLeft),
  ]) func problemsHaveReasons(value: String, kind: IdentifierKind, problem: IdentifierProblem) {
    #expect(IdentifierOutcome(of: value, kind: kind, countryCode: "US") == .problem(problem))
  }

  @Test(arguments: IdentifierKind.allCases) func hostileValuesAreHandled(kind: IdentifierKind) {
    let values = [String(repeating: "#", count: 100_000), String(repeating: "\u{301}", count: 100_000)]
    for value in values {
      #expect(IdentifierOutcome(of: value, kind: kind, countryCode: "US") == .problem(.tooLong))
    }
    // At the limit every rule ends, whatever its result.
    for unit in ["#", "C/O", "A#", "-", "é", "@"] {
      let value = String(repeating: unit, count: StandardIdentifier.characterLimit / unit.count)
      #expect(IdentifierOutcome(of: value, kind: kind, countryCode: "US") != .problem(.tooLong))
    }
  }

  @Test func composedAndDecomposedAccentsAreEqual() {
    for kind in [IdentifierKind.lastName, .city, .address, .state, .email] {
      #expect(
        IdentifierOutcome(of: "Mu\u{308}ller@x.de", kind: kind, countryCode: "DE")
          == IdentifierOutcome(of: "M\u{FC}ller@x.de", kind: kind, countryCode: "DE"))
    }
  }

  @Test func postalCodesOfOtherCountriesStay() throws {
    #expect(try StandardIdentifier.text(of: "1012 ab", kind: .zip, countryCode: "NL") == "1012AB")
    #expect(try StandardIdentifier.text(of: "2000", kind: .zip, countryCode: "AU") == "2000")
    #expect(try StandardIdentifier.text(of: "sw1a 1aa", kind: .zip, countryCode: "uk") == "SW1A1AA")
  }

  @Test(
    arguments: [
      ("E-Mail", ColumnGuess.identifier(.email)), ("customer_email", .identifier(.email)),
      ("hashed_phone", .identifier(.phone)), ("First Name", .identifier(.firstName)), ("PLZ", .identifier(.zip)),
      ("Straße", .identifier(.address)), ("IDFA", .identifier(.mobileAdvertisingID)), ("country_code", .country),
      ("order_id", nil), ("user_id", nil), ("customer", nil), ("", nil),
    ] as [(String, ColumnGuess?)]) func namesSayWhatColumnsHold(name: String, guess: ColumnGuess?)
  {
    #expect(ColumnGuess(columnName: name) == guess)
  }
}
