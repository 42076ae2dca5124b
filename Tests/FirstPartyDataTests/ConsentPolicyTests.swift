import Testing

@testable import FirstPartyData

@Suite struct ConsentPolicyTests {
  let policy = ConsentPolicy()

  /// A string with consent for these purposes, for Amazon or for others.
  private func tcf(
    _ purposes: [Int] = [1, 2, 3, 4, 7, 9, 10], vendors: (Int, Int) = (793, 793),
    restrictions: [(purpose: Int, type: Int)] = []
  ) -> String {
    var bits = BitWriter()
    bits.core(consents: purposes.reduce(0) { $0 | 1 << (24 - $1) })
    bits.add(1, 1 + 16)
    return bits.with(ranges: [vendors], restrictions: restrictions)
  }

  private func decision(
    tcf: String? = nil, gpp: String? = nil, data: String? = nil, storage: String? = nil, country: String? = "DE"
  ) -> ConsentDecision {
    policy.decision(
      on: ConsentSignals(tcf: tcf, gpp: gpp, amazonUserData: data, amazonAdStorage: storage), countryCode: country)
  }

  @Test func consentNeedsTheVendorAndEveryPurpose() {
    #expect(decision(tcf: tcf()) == .granted)
    #expect(decision(tcf: tcf(vendors: (1, 792))) == .denied)
    #expect(decision(tcf: tcf(vendors: (794, 900))) == .denied)
    for missing in [1, 2, 3, 4, 7, 9, 10] {
      #expect(decision(tcf: tcf([1, 2, 3, 4, 7, 9, 10].filter { $0 != missing })) == .denied)
    }
    var lenient = policy
    lenient.purposes = [1, 7]
    #expect(lenient.decision(on: ConsentSignals(tcf: tcf([1, 7])), countryCode: "DE") == .granted)
  }

  /// A denial in one of several places counts, whatever the others say.
  @Test func noPlaceHidesADenial() {
    let granted = ConsentSignals(amazonUserData: "GRANTED")
    let denied = ConsentSignals(amazonUserData: "DENIED")
    let unreadable = ConsentSignals(tcf: "nonsense")
    let absent = ConsentSignals()
    func decision(_ places: ConsentSignals..., country: String = "DE") -> ConsentDecision {
      policy.decision(onAll: places, countryCode: country)
    }
    for place in [granted, unreadable, absent, denied] {
      #expect(decision(place, denied) == .denied)
      #expect(decision(denied, place) == .denied)
      #expect(decision(place, denied, country: "US") == .notRequired)
    }
    #expect(decision(granted, unreadable) == .unreadable)
    #expect(decision(granted, absent) == .granted)
    #expect(decision(absent, absent) == .absent)
    #expect(decision() == .absent)
  }

  @Test func publisherRestrictionsDenyConsent() {
    #expect(decision(tcf: tcf(restrictions: [(7, 0)])) == .denied)
    #expect(decision(tcf: tcf(restrictions: [(7, 1)])) == .granted)
    #expect(decision(tcf: tcf(restrictions: [(7, 2)])) == .denied)
    #expect(decision(tcf: tcf(restrictions: [(5, 0), (8, 2)])) == .granted)
  }

  @Test func theFirstKindWithAValueDecides() {
    let denied = tcf(vendors: (1, 2))
    #expect(decision(tcf: denied, gpp: "DBABMA~" + tcf(), data: "GRANTED") == .denied)
    #expect(decision(tcf: " ", gpp: "DBABMA~" + tcf(), data: "DENIED") == .granted)
    #expect(decision(gpp: "DBABMA~" + denied, data: "GRANTED") == .denied)
    #expect(decision(tcf: "nonsense", data: "GRANTED") == .unreadable)
    #expect(decision(gpp: "nonsense", data: "GRANTED") == .unreadable)
  }

  @Test func sectionsForOtherCountriesSayNothing() {
    #expect(decision(gpp: "DBABTA~1YNN") == .absent)
    #expect(decision(gpp: "DBABTA~1YNN", data: "DENIED") == .denied)
    #expect(decision(gpp: "DBACNYA~\(tcf())~1YNN") == .granted)
  }

  @Test(
    arguments: [
      ("GRANTED", nil, ConsentDecision.granted), ("GRANTED", "GRANTED", .granted), (" GRANTED ", "", .granted),
      ("GRANTED", "DENIED", .denied), ("DENIED", nil, .denied), ("DENIED", "GRANTED", .denied),
      (nil, "DENIED", .denied),
      ("DENIED", "DENIED", .denied), (nil, "GRANTED", .unreadable), ("granted", nil, .unreadable),
      ("YES", nil, .unreadable), ("GRANTED", "maybe", .unreadable), (nil, nil, .absent), ("", " ", .absent),
    ] as [(String?, String?, ConsentDecision)])
  func amazonsOwnSignal(data: String?, storage: String?, expected: ConsentDecision) {
    #expect(decision(data: data, storage: storage) == expected)
  }

  @Test(arguments: ["US", "JP", "CH", "us", " BR "]) func otherCountriesRequireNoConsent(country: String) {
    #expect(decision(data: "DENIED", country: country) == .notRequired)
  }

  @Test(arguments: ["DE", "GB", "NO", "RE", "de", "UNKNOWN", "", "ZZ", nil]) func europeanCountriesRequireConsent(
    country: String?
  ) {
    #expect(decision(data: "DENIED", country: country) == .denied)
    #expect(decision(country: country) == .absent)
  }

  @Test func absentSignalsAreAcceptedUnlessConsentIsMandatory() {
    #expect(ConsentDecision.allCases.filter(policy.accepts) == [.notRequired, .granted, .absent])
    #expect(ConsentDecision.allCases.filter(ConsentPolicy(isMandatory: true).accepts) == [.notRequired, .granted])
  }

  @Test func countriesMatchThePublishedList() {
    #expect(CountryCode.all.count == 251)
    #expect(CountryCode.requiringConsent.isSubset(of: CountryCode.all))
    #expect(CountryCode.requiringConsent.count == 30 + 7 + 1)
    #expect(CountryCode.standardised("UNKNOWN") == nil)
  }
}
