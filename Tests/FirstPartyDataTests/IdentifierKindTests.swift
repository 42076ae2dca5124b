import FirstPartyData
import Testing

@Suite struct IdentifierKindTests {
  @Test func namesMatchTheGuide() {
    let hashed = IdentifierKind.allCases.filter(\.isHashed).map(\.rawValue)
    #expect(hashed == ["FIRST_NAME", "LAST_NAME", "EMAIL", "PHONE", "ADDRESS", "CITY", "STATE", "ZIP"])
    #expect(IdentifierKind.allCases.filter { !$0.isHashed }.map(\.rawValue) == ["MAID", "LIVERAMP", "EXPERIAN"])
  }
}
