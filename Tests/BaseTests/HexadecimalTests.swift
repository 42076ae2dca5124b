import Base
import Testing

@Suite struct HexadecimalTests {
  @Test func bytesRoundTrip() {
    let bytes = [UInt8](0...255)
    let text = Hexadecimal.text(of: bytes)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(Hexadecimal.bytes(of: text) == bytes)
    #expect(Hexadecimal.bytes(of: text.uppercased()) == bytes)
    #expect(Hexadecimal.bytes(of: "") == [])
  }

  @Test(arguments: ["0", "abc", "0x", "+1", " 1", "1 ", "g0", "é", "００"])
  func otherTextsAreRefused(_ text: String) {
    #expect(Hexadecimal.bytes(of: text) == nil)
  }

  @Test func aSecretHasItsPrefixAndItsLength() {
    struct Sevens: SecretGenerator {
      func bytes(count: Int) -> [UInt8] { Array(repeating: 7, count: count) }
    }
    #expect(Sevens().secret(prefix: "code.", byteCount: 3) == "code.070707")
    #expect(Sevens().secret().count == 64)
  }
}
