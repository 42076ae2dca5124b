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

  @Test func consentCanBeMandatory() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let text = "country,agreed,product\nDE,,a\nUS,,b\nDE,GRANTED,c\n"
    let metrics = try await fixture.load(text, consent: ConsentPolicy(isMandatory: true))
    #expect(try await products(fixture) == ["b", "c"])
    #expect(metrics.deniedRowCount == 1)
  }

  @Test func countriesAreChecked() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let problems = try await fixture.problems("country,product\nDE,a\nGermany,b\n")
    #expect(problems?.first?.hasPrefix("a.csv:3: column 'country': invalid_value") == true, "\(problems ?? [])")
    #expect(try await fixture.problems("country,product\nUNKNOWN,a\ngb,b\n") == nil)
  }
}
