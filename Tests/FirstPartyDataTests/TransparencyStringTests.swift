import Testing

@testable import FirstPartyData

/// Strings of the Transparency and Consent Framework, as compared with another decoder.
@Suite struct TransparencyStringTests {
  private func purposes(_ text: String) -> Purposes {
    Purposes(text.split(separator: " ").compactMap { Int($0) })
  }

  @Test func fieldsMatchAnotherDecoder() throws {
    let rows = try FixtureFile.rows(of: "tcf")
    try #require(rows.count == 400)
    for row in rows {
      let said = try #require(TransparencyString(row[0], vendor: ConsentPolicy.amazonVendor))
      #expect(String(said.policyVersion) == row[1])
      #expect(said.consentedPurposes == purposes(row[2]))
      #expect(said.legitimateInterestPurposes == purposes(row[3]))
      #expect(said.hasPurposeOneTreatment == (row[4] == "yes"))
      #expect(said.isVendorConsented == (row[5] == "yes"))
      #expect(said.isVendorLegitimateInterest == (row[6] == "yes"))
      #expect(said.forbiddenPurposes == purposes(row[7]))
      #expect(said.consentOnlyPurposes == purposes(row[8]))
      #expect(said.legitimateInterestOnlyPurposes == purposes(row[9]))
    }
  }

  @Test func truncatedStringsAreUnreadable() throws {
    for row in try FixtureFile.rows(of: "tcf").prefix(20) {
      let core = row[0].prefix { $0 != "." }
      // The last character can be padding alone.
      for length in 0..<(core.count - 2) {
        #expect(TransparencyString(core.prefix(length), vendor: 793) == nil)
      }
    }
  }

  @Test func brokenStringsAreUnreadable() throws {
    let good = String(try #require(FixtureFile.rows(of: "tcf").first)[0].prefix { $0 != "." })
    #expect(TransparencyString(good, vendor: 793) != nil)
    #expect(TransparencyString(good + ".IAAA.QAAA.YAAA", vendor: 793) != nil)
    for broken in [
      "B" + good.dropFirst(), "D" + good.dropFirst(), good + "!", good.replacing("A", with: "+"), " " + good,
      good + ".", good + ".AAAA", good + ".gAAA", "." + good, "", "C", String(repeating: "C", count: 40_000),
    ] {
      #expect(TransparencyString(broken, vendor: 793) == nil)
    }
  }

  @Test func aRangeThatRunsBackwardsIsUnreadable() {
    var bits = BitWriter()
    bits.core(consents: 0xFFFFFF)
    bits.add(1, 16 + 1)  // the highest vendor in ranges follows
    #expect(TransparencyString(bits.with(ranges: [(700, 900)]), vendor: 793)?.isVendorConsented == true)
    #expect(TransparencyString(bits.with(ranges: [(900, 700)]), vendor: 793) == nil)
    #expect(TransparencyString(bits.with(ranges: [(0, 900)]), vendor: 793) == nil)
  }
}

/// Writes strings of the Transparency and Consent Framework.
struct BitWriter {
  private var bits: [Bool] = []

  mutating func add(_ value: Int, _ width: Int) {
    for shift in (0..<width).reversed() { bits.append(value >> shift & 1 == 1) }
  }

  mutating func core(consents: Int) {
    add(2, 6)
    add(0, 36 + 12)
    add(0, 36 + 42)
    add(5, 6)
    add(0, 14)
    add(consents, 24)
    add(0, 24 + 1 + 12)
  }

  func with(ranges: [(Int, Int)], restrictions: [(purpose: Int, type: Int)] = []) -> String {
    var all = self
    all.addRanges(ranges)
    all.add(0, 16 + 1)  // no legitimate interest
    all.add(restrictions.count, 12)
    for (purpose, type) in restrictions {
      all.add(purpose, 6)
      all.add(type, 2)
      all.addRanges([(793, 793)])
    }
    return all.text
  }

  private mutating func addRanges(_ ranges: [(Int, Int)]) {
    add(ranges.count, 12)
    for (first, last) in ranges {
      add(1, 1)
      add(first, 16)
      add(last, 16)
    }
  }

  private var text: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    return stride(from: 0, to: bits.count, by: 6).reduce(into: "") { text, start in
      let sextet = (0..<6).reduce(0) { $0 << 1 | (start + $1 < bits.count && bits[start + $1] ? 1 : 0) }
      text.append(alphabet[sextet])
    }
  }
}
