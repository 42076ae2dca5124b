/// The fields of the core segment up to the vendors.
struct CoreHeader {
  static let version = 2

  let policyVersion: Int
  let consents: Purposes
  let interests: Purposes
  let hasPurposeOneTreatment: Bool

  init?(_ bits: inout BitReader) {
    // The times of creation and change, the platform, its screen and language, and the vendor list.
    guard bits.number(6) == Self.version, bits.skip(36 + 36 + 12 + 12 + 6 + 12 + 12) != nil,
      let policyVersion = bits.number(6),
      bits.skip(1 + 1 + 12) != nil,  // service specific, own texts, special features
      let consents = bits.number(Purposes.highest), let interests = bits.number(Purposes.highest),
      let treatment = bits.flag(),
      bits.skip(12) != nil  // the publisher's country
    else { return nil }
    self.policyVersion = policyVersion
    self.consents = Purposes(field: consents)
    self.interests = Purposes(field: interests)
    hasPurposeOneTreatment = treatment
  }
}

/// A list of vendors: a bit for each, or ranges.
enum VendorSection {
  /// Whether the vendor is listed; nil if the list can't be read.
  static func contains(_ vendor: Int, _ bits: inout BitReader) -> Bool? {
    guard let highest = bits.number(16), let isRange = bits.flag() else { return nil }
    if isRange { return rangesContain(vendor, &bits) }
    guard (1...max(highest, 1)).contains(vendor), highest > 0 else {
      return bits.skip(highest).map { false }
    }
    guard bits.skip(vendor - 1) != nil, let isListed = bits.flag(), bits.skip(highest - vendor) != nil else {
      return nil
    }
    return isListed
  }

  /// Whether one of the ranges that follow contains the vendor. Their number comes first.
  static func rangesContain(_ vendor: Int, _ bits: inout BitReader) -> Bool? {
    guard let count = bits.number(12) else { return nil }
    var isListed = false
    for _ in 0..<count {
      guard let isRange = bits.flag(), let first = bits.number(16),
        let last = isRange ? bits.number(16) : first, 1 <= first, first <= last
      else { return nil }
      if (first...last).contains(vendor) { isListed = true }
    }
    return isListed
  }
}

/// The restrictions by the publisher for one vendor.
struct Restrictions {
  private(set) var forbidden: Purposes = []
  private(set) var consentOnly: Purposes = []
  private(set) var interestOnly: Purposes = []

  init?(_ vendor: Int, _ bits: inout BitReader) {
    guard let count = bits.number(12) else { return nil }
    for _ in 0..<count {
      guard let purpose = bits.number(6), let type = bits.number(2),
        let concerns = VendorSection.rangesContain(vendor, &bits)
      else { return nil }
      guard concerns else { continue }
      switch type {
      case 0: forbidden.insert(purpose)
      case 1: consentOnly.insert(purpose)
      case 2: interestOnly.insert(purpose)
      default: break  // 3 has no meaning yet
      }
    }
  }
}

/// Segments after the core: disclosed vendors, allowed vendors (withdrawn), and the publisher's own purposes.
enum OptionalSegment {
  private static let types = 1...3

  static func isKnown(_ text: Substring) -> Bool {
    guard var bits = BitReader(text.utf8), let type = bits.number(3) else { return false }
    return types.contains(type)
  }
}
