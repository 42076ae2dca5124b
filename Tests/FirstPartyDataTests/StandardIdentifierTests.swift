import Testing

@testable import FirstPartyData

/// Hashes, as compared with those of the public client for AMC.
@Suite struct StandardIdentifierTests {
  @Test func hashesMatchThePublicClient() throws {
    let rows = try FixtureFile.rows(of: "identifiers")
    try #require(rows.count > 700)
    // The client takes two addresses in one value for one; see docs/first-party-data.md.
    for row in rows where row[2] != "a@b@c.example" {
      let kind = try #require(IdentifierKind(rawValue: row[1]))
      let text = try? StandardIdentifier.text(of: row[2], kind: kind, countryCode: row[0])
      #expect(
        text.map(HashedIdentifier.sha256) ?? "" == row[3], "\(row[1]) of \(row[0]): \(row[2]) became \(text ?? "-")")
    }
  }
}
