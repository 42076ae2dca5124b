import Testing

@testable import FirstPartyData

@Suite struct PrivacyPlatformStringTests {
  /// The examples of the IAB's specification, with their content.
  @Test(arguments: [
    ("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", [2]),
    ("DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", [2, 6]),
    ("DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", [5, 6]),
  ]) func publishedExamples(text: String, sections: [Int]) throws {
    let said = try #require(PrivacyPlatformString(text))
    #expect(said.sectionIDs == sections)
    #expect(said.section(6) == (sections.contains(6) ? "1YNN" : nil))
    #expect((said.section(2) != nil) == sections.contains(2))
  }

  @Test func theEuropeanSectionIsATransparencyString() throws {
    let said = try #require(PrivacyPlatformString("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"))
    let section = try #require(said.section(PrivacyPlatformString.europeanSection))
    #expect(TransparencyString(section, vendor: 793)?.isVendorConsented == false)
  }

  @Test(arguments: [
    "", "~", "DBABMA", "DBABMA~", "DBABMA~a~b", "DBACNYA~a", "CBABMA~a", "DCABMA~a", "DB", "D~a", "DBAB~a", "DBAP__~a",
    "DB__" + String(repeating: "A", count: 600) + "~a", String(repeating: "~", count: 70_000), "DBABMA!~a",
  ]) func brokenStringsAreUnreadable(text: String) {
    #expect(PrivacyPlatformString(text) == nil)
  }

  @Test func fibonacciCodingMatchesTheSpecification() {
    // 2 is 011, 13 is 0000011, 21 is 00000011.
    for (text, number) in [("Y", 2), ("Bg", 13), ("Aw", 21), ("AAAAAAAA", nil)] as [(String, Int?)] {
      var bits = BitReader(Substring(text).utf8)
      #expect(bits?.fibonacciNumber() == number)
    }
  }
}
