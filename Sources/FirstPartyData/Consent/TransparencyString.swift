/// The part of a string of the Transparency and Consent Framework, version 2, that concerns one vendor.
///
/// Only what a decision needs is kept. Reading takes time and memory in proportion to the text, whose length is
/// limited.
///
/// Source: IAB Tech Lab, "Consent string and vendor list formats v2", which covers versions 2.0 to 2.3 of the
/// framework.
public struct TransparencyString: Sendable, Hashable {
  /// The largest number of characters of a string that is read. Strings with consent for every vendor and all segments
  /// have some thousand.
  public static let characterLimit = 32_768

  /// The version of the framework's policies under which the string was made.
  public let policyVersion: Int
  /// The purposes, 1 to 24, that the person agreed to.
  public let consentedPurposes: Purposes
  /// The purposes, 1 to 24, that rest on legitimate interest and that the person did not object to.
  public let legitimateInterestPurposes: Purposes
  /// Whether purpose 1 was not asked about.
  public let hasPurposeOneTreatment: Bool
  /// Whether the person agreed to the vendor.
  public let isVendorConsented: Bool
  /// Whether the vendor may rest on legitimate interest.
  public let isVendorLegitimateInterest: Bool
  /// The purposes that the publisher does not allow the vendor at all.
  public let forbiddenPurposes: Purposes
  /// The purposes for which the publisher asks the vendor for consent, whatever else it may rest on.
  public let consentOnlyPurposes: Purposes
  /// The purposes for which the publisher lets the vendor rest on legitimate interest only.
  public let legitimateInterestOnlyPurposes: Purposes

  /// Reads the string for one vendor. The result is nil if the string can't be read: it is too long, is not base64url,
  /// has another version, ends early, or has a range that runs backwards or a segment of an unknown type.
  public init?(_ text: some StringProtocol, vendor: Int) {
    guard text.utf8.count <= Self.characterLimit else { return nil }
    let segments = Substring(text).split(separator: ".", omittingEmptySubsequences: false)
    guard let core = segments.first, var bits = BitReader(core.utf8), let header = CoreHeader(&bits),
      let consents = VendorSection.contains(vendor, &bits), let interests = VendorSection.contains(vendor, &bits),
      let restrictions = Restrictions(vendor, &bits),
      segments.dropFirst().allSatisfy(OptionalSegment.isKnown)
    else { return nil }
    policyVersion = header.policyVersion
    consentedPurposes = header.consents
    legitimateInterestPurposes = header.interests
    hasPurposeOneTreatment = header.hasPurposeOneTreatment
    isVendorConsented = consents
    isVendorLegitimateInterest = interests
    forbiddenPurposes = restrictions.forbidden
    consentOnlyPurposes = restrictions.consentOnly
    legitimateInterestOnlyPurposes = restrictions.interestOnly
  }
}

/// A set of purposes of the Transparency and Consent Framework.
public struct Purposes: Codable, Sendable, Hashable, ExpressibleByArrayLiteral {
  /// The highest id that a string has a bit for.
  public static let highest = 24

  private var bits: UInt64 = 0

  /// These purposes; ids outside of 1 to 63 are left out.
  public init(_ purposes: some Sequence<Int>) {
    for purpose in purposes { insert(purpose) }
  }

  /// These purposes.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// Purposes from a field with a bit for each, the first one highest.
  init(field: Int) {
    self.init((1...Self.highest).filter { field >> (Self.highest - $0) & 1 == 1 })
  }

  mutating func insert(_ purpose: Int) {
    guard (1...63).contains(purpose) else { return }
    bits |= 1 << UInt64(purpose)
  }

  /// Whether the purpose is one of these.
  public func contains(_ purpose: Int) -> Bool {
    (1...63).contains(purpose) && bits >> UInt64(purpose) & 1 == 1
  }

  /// Whether all of these are among the others.
  public func isSubset(of others: Purposes) -> Bool {
    bits & ~others.bits == 0
  }

  /// Whether none of these is among the others.
  public func isDisjoint(with others: Purposes) -> Bool {
    bits & others.bits == 0
  }

  /// The ids, ascending.
  public var ids: [Int] {
    (1...63).filter(contains)
  }
}
