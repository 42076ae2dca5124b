import Foundation
import Testing

@testable import Migration

@Suite struct JSONNodeTests {
  @Test func whatIsReadIsWrittenAgain() throws {
    let text = """
      {
        "z": 1.50,
        "a": [
          -0,
          1e+9,
          true,
          null,
          "é \\u2028 \\" \\\\ \\n \\u0001 😀"
        ],
        "a": {},
        "empty": []
      }
      """
    let node = try JSONReader.read(Array(text.utf8))
    #expect(node.text == text.replacing("\\u2028", with: "\u{2028}"))
    #expect(try JSONReader.read(Array(node.text.utf8)) == node)
    #expect(try JSONReader.read(Array(#""\ud83d\ude00\/""#.utf8)) == .string("😀/"))
  }

  /// Half of a surrogate pair stands for no character, and takes nothing behind it along.
  @Test(arguments: [
    (#""\ud83d""#, "\u{FFFD}"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\\u""#, "\u{FFFD}\\u"),
    (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ude00x""#, "\u{FFFD}x"),
  ])
  func aLoneSurrogateIsReplaced(_ text: String, _ expected: String) throws {
    #expect(try JSONReader.read(Array(text.utf8)) == .string(expected))
  }

  @Test(arguments: [
    #""\u+041""#, #""\u-041""#, #""\u004""#, #""\u 041""#, #""\ud83d\u+e00""#, #""\u00４1""#, #""\ud83d\"#,
    "", "{", "[1 2]", "{\"a\" 1}", "{a: 1}", "01", "1.", "+1", "tru", "\"\u{1}\"", "\"\\x\"", "[1]]", "[,]", "{,}",
    "[1,,]",
    String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(Array(text.utf8)) }
  }

  @Test func invalidUTF8IsRefusedAndLinesAreCounted() {
    #expect(throws: JSONReader.Malformed(line: 2)) { try JSONReader.read([0x0A, 0x22, 0xFF, 0x22]) }
  }

  @Test func commasBehindTheLastElementAreRemembered() throws {
    var reader = JSONReader(Array("{\"a\": [1,\n],\n}".utf8))
    #expect(try reader.document() == .object([.init("a", .array([.number("1")]))]))
    #expect(reader.trailingCommaLines == [2, 3])
  }
}
