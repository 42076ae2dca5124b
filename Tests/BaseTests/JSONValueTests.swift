import Base
import Foundation
import Testing

@Suite struct JSONValueTests {
  @Test func everyKindOfValueIsRead() throws {
    let text = #"{"a": null, "b": true, "c": -5, "d": 1.25, "e": "x", "f": [1, "y"], "g": {}}"#
    let value = try JSONValue(parsing: Data(text.utf8))
    #expect(
      value
        == .object([
          "a": .null, "b": .boolean(true), "c": .integer(-5), "d": .decimal(1.25), "e": .string("x"),
          "f": .array([.integer(1), .string("y")]), "g": .object([:]),
        ]))
  }

  @Test func textRoundTripsWithOrderedKeys() throws {
    let value = try JSONValue(parsing: Data(#"{"b": "a/b", "a": [1.5, false]}"#.utf8))
    #expect(try value.text == #"{"a":[1.5,false],"b":"a/b"}"#)
  }

  /// It was `null` before, which is a value that nobody gave.
  @Test func unwritableValuesAreAnError() {
    #expect(throws: EncodingError.self) { try JSONValue.object(["a": .decimal(.nan)]).text }
    let deep = (0..<2_000).reduce(JSONValue.null) { value, _ in .array([value]) }
    #expect(throws: EncodingError.self) { try deep.text }
  }

  @Test(arguments: [
    "", "{", "}", "nul", "{\"a\"}", "[1;]", "\"\\ud800\"", "1e999", "\u{FEFF}{\"a\":", "{\"a\": 01}", "'a'",
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONValue.Failure.notJSON) { try JSONValue(parsing: Data(text.utf8)) }
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    #expect(throws: JSONValue.Failure.notJSON) { try JSONValue(parsing: Data([0x22, 0xFF, 0xFE, 0x22])) }
  }

  /// U+2200 has the byte of a quote in UTF-16: a scan of bytes takes the brackets behind it for text.
  @Test(arguments: [
    String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16, .utf32, .utf32LittleEndian, .utf32BigEndian,
  ])
  func otherEncodingsAreRefusedSoThatTheyHideNoDepth(_ encoding: String.Encoding) throws {
    let depth = 500
    let hidden = "[\"\u{2200}\"," + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "]"
    for text in [hidden, "{\"a\": 1}"] {
      let data = try #require(text.data(using: encoding))
      #expect(throws: JSONValue.Failure.notJSON) { try JSONValue(parsing: data) }
    }
  }

  @Test func depthHasALimit() throws {
    let limit = JSONValue.depthLimit
    let atLimit = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(throws: Never.self) { try JSONValue(parsing: Data(atLimit.utf8)) }
    #expect(throws: JSONValue.Failure.tooDeep) { try JSONValue(parsing: Data("[\(atLimit)]".utf8)) }
    let bomb = String(repeating: "{\"a\":", count: 100_000)
    #expect(throws: JSONValue.Failure.tooDeep) { try JSONValue(parsing: Data(bomb.utf8)) }
    // Brackets in strings are text.
    #expect(throws: Never.self) { try JSONValue(parsing: Data("\"\(String(repeating: "[", count: 99))\\\"[\"".utf8)) }
  }

  @Test(arguments: [#""\u0000""#, #"{"a": ["\u0000"]}"#, #"{"\u0000": 1}"#])
  func theCharacterNULIsRefused(_ text: String) {
    #expect(throws: JSONValue.Failure.nulCharacter) { try JSONValue(parsing: Data(text.utf8)) }
  }
}
