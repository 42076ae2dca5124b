import Base
import Testing

@Suite struct IdentifierGeneratorTests {
  @Test func identifiersAreRandomUUIDsOfVersion4() {
    let identifiers = (0..<1_000).map { _ in RandomIdentifierGenerator().uuid() }
    #expect(Set(identifiers).count == identifiers.count)
    for identifier in identifiers {
      #expect(identifier.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }
  }
}
