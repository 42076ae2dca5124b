import FirstPartyData
import Foundation
import Testing

@testable import Warehouse

@Suite struct ConsentLoadTests {
  private static let schema = DataSetSchema(
    uid: "consent", countryCode: "US",
    columns: [
      DataSetColumn(name: "email", dataType: .string, isNullable: true, role: .identifier(.email)),
      DataSetColumn(name: "country", dataType: .string, isNullable: true, role: .countryCode),
      DataSetColumn(name: "agreed", dataType: .string, isNullable: true, role: .consent(.amazonUserData)),
      DataSetColumn(name: "product", dataType: .string),
      DataSetColumn(name: "user_id", dataType: .string, isNullable: true, role: .mainUserID),
    ])
  private let email = DataSetFixture.hash("anna@example.com")

  private func products(_ fixture: DataSetFixture) async throws -> [String?] {
    try await fixture.rows("SELECT product FROM data ORDER BY product").map { $0[0] }
  }

  @Test func deniedRecordsAreLeftOutAndCounted() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    try await fixture.know(["anna@example.com": "anna"])
    let text = """
      email,country,agreed,product
      \(email),DE,GRANTED,a
      \(email),DE,DENIED,b
      \(email),de,,c
      \(email),US,DENIED,d
      \(email),,DENIED,e

      """
    let metrics = try await fixture.load(text)
    // Of the people without consent, those in a country that requires it are left out.
    #expect(try await products(fixture) == ["a", "c", "d", "e"])
    #expect(
      metrics
        == UploadMetrics(
          inputRowCount: 5, outputRowCount: 4, matchedRowCount: 4, deniedRowCount: 1, matchedPersonCount: 1))
    #expect(try fixture.holds(Data("GRANTED".utf8)) == false)
  }

  @Test func theCountryOfTheRowTakesPrecedenceThenTheUploads() async throws {
    let text = "country,agreed,product\n,DENIED,a\nFR,DENIED,b\nUS,DENIED,c\n"
    for (upload, kept) in [(nil, ["a", "c"]), ("US", ["a", "c"]), ("FR", ["c"])] as [(String?, [String])] {
      let fixture = try await DataSetFixture(Self.schema)
      try await fixture.load(text, country: upload)
      #expect(try await products(fixture) == kept, "\(upload ?? "none")")
    }
    var unknown = Self.schema
    unknown.countryCode = nil
    let fixture = try await DataSetFixture(unknown)
    try await fixture.load(text)
    // A missing country counts as one that requires consent.
    #expect(try await products(fixture) == ["c"])
  }

  /// Where two columns hold the same kind of signal, a denial in either is one.
  @Test func everyColumnWithConsentCounts() async throws {
    let stored = DataSetColumn(name: "stored", dataType: .string, isNullable: true, role: .consent(.amazonUserData))
    let fixture = try await DataSetFixture(
      DataSetSchema(uid: "consent", countryCode: "DE", columns: Self.schema.columns + [stored]))
    try await fixture.load(
      """
      agreed,stored,product
      GRANTED,GRANTED,a
      GRANTED,DENIED,b
      DENIED,GRANTED,c
      GRANTED,,d
      ,GRANTED,e
      " ",DENIED,f
      ,,g

      """)
    #expect(try await products(fixture) == ["a", "d", "e", "g"])
  }

  @Test(arguments: [
    ("Germany", "DE"), ("DEU", "DE"), ("uk", "GB"), ("United States", "US"), (" usa ", "US"), ("unknown", "UNKNOWN"),
  ]) func countriesOfRowsHaveNamesToo(written: String, code: String) async throws {
    let fixture = try await DataSetFixture(Self.schema)
    try await fixture.load("country,agreed,product\n\(written),GRANTED,a\n\(written),DENIED,b\n")
    #expect(try await fixture.rows("SELECT DISTINCT country FROM data") == [[code]])
    #expect(try await products(fixture) == (code == "US" ? ["a", "b"] : ["a"]))
    let refused = try await fixture.problems("country,product\nUS,a\nAtlantis,b\n")
    #expect(refused?.first?.contains(":3: column 'country': invalid_value") == true, "\(refused ?? [])")
  }

  @Test func consentCanBeMandatory() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let text = "country,agreed,product\nDE,,a\nUS,,b\nDE,GRANTED,c\n"
    let metrics = try await fixture.load(text, consent: ConsentPolicy(isMandatory: true))
    #expect(try await products(fixture) == ["b", "c"])
    #expect(metrics.deniedRowCount == 1)
  }

  @Test func countriesAreChecked() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let problems = try await fixture.problems("country,product\nDE,a\nAtlantis,b\n")
    #expect(problems?.first?.hasPrefix("a.csv:3: column 'country': invalid_value") == true, "\(problems ?? [])")
    #expect(try await fixture.problems("country,product\nUNKNOWN,a\ngb,b\n") == nil)
  }
}
