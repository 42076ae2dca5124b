import Testing

@testable import FirstPartyData

/// Telephone numbers of all regions, as compared with the package that the facts come from.
@Suite struct TelephoneTests {
  @Test func digitsMatchThePackageForEverySpelling() throws {
    let rows = try FixtureFile.rows(of: "telephones")
    try #require(rows.count > 5_000)
    try #require(rows.count { $0[3] == "valid" } > 5_000)
    for row in rows {
      let digits = TelephoneNumber.digits(row[0], countryCode: row[1].isEmpty ? nil : row[1])
      #expect(digits ?? "" == row[2], "\(row[0]) of \(row[1])")
    }
  }

  @Test(arguments: [
    ("(212) 555-0142", "US", "12125550142"), ("030 901820", "DE", "4930901820"),
    ("0044 20 7946 0958", "DE", "442079460958"),
    ("020 7946 0958", "GB", "442079460958"), ("090-1234-5678", "JP", "819012345678"),
    ("1-800-FLOWERS", "US", "18003569377"),
  ]) func aNationalNumberTakesTheCallingCodeOfItsCountry(text: String, country: String, digits: String) {
    #expect(TelephoneNumber.digits(text, countryCode: country) == digits)
  }

  @Test(arguments: ["", "+", "12", "555-0142", "call me", "+0 12345", "+999 1234567", "+1 555-0142"])
  func undiallableTextsAreNoNumbers(text: String) {
    #expect(TelephoneNumber.digits(text, countryCode: "US") == nil)
  }

  @Test func hostileTextsAreRefusedQuickly() {
    #expect(TelephoneNumber.digits(String(repeating: "1", count: 100_000), countryCode: "US") == nil)
    #expect(TelephoneNumber.digits("+" + String(repeating: "-", count: 240) + "x", countryCode: nil) == nil)
  }
}
