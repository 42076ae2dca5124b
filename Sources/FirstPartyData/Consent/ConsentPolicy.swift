/// Decides whether the person behind a record agreed to its use.
///
/// Countries outside the European Economic Area and the United Kingdom require no consent. An unknown country counts as
/// one that does. The first kind of signal with a value decides: TCF, then GPP, then Amazon Consent Signal.
///
///     let decision = ConsentPolicy().decision(on: ConsentSignals(amazonUserData: "GRANTED"), countryCode: "DE")
///     // .granted
///
/// Source: AMC's guides "Consent management in AMC" and "Data upload essentials".
public struct ConsentPolicy: Codable, Sendable, Hashable {
  /// Amazon's number in the Global Vendor List of the Transparency and Consent Framework.
  public static let amazonVendor = 793
  /// The purposes for which Amazon, in the Global Vendor List, asks for consent.
  public static let amazonPurposes: Purposes = [1, 2, 3, 4, 7, 9, 10]

  /// Whether a record without a signal is refused if its country requires consent. AMC's guide announces that for
  /// later; until then such records are accepted.
  public var isMandatory: Bool
  /// The vendor that needs consent.
  public var vendor: Int
  /// The purposes that need consent; all of them do.
  public var purposes: Purposes

  /// A policy with these settings.
  public init(
    isMandatory: Bool = false, vendor: Int = ConsentPolicy.amazonVendor,
    purposes: Purposes = ConsentPolicy.amazonPurposes
  ) {
    self.isMandatory = isMandatory
    self.vendor = vendor
    self.purposes = purposes
  }

  /// Whether a record with this decision may be used.
  public func accepts(_ decision: ConsentDecision) -> Bool {
    switch decision {
    case .notRequired, .granted: true
    case .absent: !isMandatory
    case .denied, .unreadable: false
    }
  }

  /// The decision about a record's signals.
  ///
  /// - Parameter countryCode: A two-letter code, `UNKNOWN` or nil. Blank signals count as missing.
  public func decision(on signals: ConsentSignals, countryCode: String?) -> ConsentDecision {
    guard CountryCode.requiresConsent(countryCode) else { return .notRequired }
    if let tcf = Self.value(signals.tcf) { return decision(onTCF: tcf) }
    if let gpp = Self.value(signals.gpp), let decision = decision(onGPP: gpp) { return decision }
    return decision(onUserData: Self.value(signals.amazonUserData), adStorage: Self.value(signals.amazonAdStorage))
  }

  /// The decision about a record that says what its person agreed to in several places. A denial in any of them is one,
  /// and so is what can't be read; the person agreed if one place says so and no other the contrary.
  ///
  /// - Parameter countryCode: A two-letter code, `UNKNOWN` or nil.
  public func decision(onAll places: [ConsentSignals], countryCode: String?) -> ConsentDecision {
    let decisions = places.map { decision(on: $0, countryCode: countryCode) }
    let order: [ConsentDecision] = [.denied, .unreadable, .granted]
    return order.first(where: decisions.contains) ?? decision(on: ConsentSignals(), countryCode: countryCode)
  }

  private func decision(onTCF text: Substring) -> ConsentDecision {
    guard let said = TransparencyString(text, vendor: vendor) else { return .unreadable }
    // Consent is no ground if the publisher allows legitimate interest only, or nothing.
    let isGranted =
      said.isVendorConsented && purposes.isSubset(of: said.consentedPurposes)
      && purposes.isDisjoint(with: said.forbiddenPurposes)
      && purposes.isDisjoint(with: said.legitimateInterestOnlyPurposes)
    return isGranted ? .granted : .denied
  }

  /// The decision of the section for Europe; nil if the string has none. Other sections say nothing about records of
  /// these countries.
  private func decision(onGPP text: Substring) -> ConsentDecision? {
    guard let said = PrivacyPlatformString(text) else { return .unreadable }
    return said.section(PrivacyPlatformString.europeanSection).map { decision(onTCF: $0) }
  }

  /// The decision of the Amazon Consent Signal. Missing storage counts as granted, a missing use of data does not.
  private func decision(onUserData userData: Substring?, adStorage: Substring?) -> ConsentDecision {
    switch (userData, adStorage) {
    case (nil, nil): .absent
    case ("DENIED", nil), ("DENIED", "GRANTED"), ("DENIED", "DENIED"), ("GRANTED", "DENIED"), (nil, "DENIED"): .denied
    case ("GRANTED", nil), ("GRANTED", "GRANTED"): .granted
    default: .unreadable
    }
  }

  /// The text without blanks around it; nil if nothing is left.
  private static func value(_ text: String?) -> Substring? {
    guard let text else { return nil }
    var value = Substring(text)
    while value.first?.isWhitespace == true { value.removeFirst() }
    while value.last?.isWhitespace == true { value.removeLast() }
    return value.isEmpty ? nil : value
  }
}
