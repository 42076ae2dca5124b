import Catalog
import CleanRoom
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

  @Test func textComesBackWithItsKeysInOrder() throws {
    let value = try JSONValue(parsing: Data(#"{"b": "a/b", "a": [1.5, false]}"#.utf8))
    #expect(value.text == #"{"a":[1.5,false],"b":"a/b"}"#)
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

@Suite struct ParameterValuesTests {
  private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

  @Test func valuesKeepTheirTypes() throws {
    let values = try ParameterValues.parse(
      values: json(#"{"a": 1, "b": 1.50, "c": "x", "d": true, "e": null, "f": [1, "y"]}"#), definitions: nil)
    #expect(
      values == [
        "a": .integer(1), "b": .decimal("1.5"), "c": .string("x"), "d": .boolean(true), "e": .null,
        "f": .array([.integer(1), .string("y")]),
      ])
  }

  @Test func defaultsStandWhereNoValueIs() throws {
    let definitions = try json(
      #"""
      [{"name": "a", "dataType": "INTEGER", "defaultValue": "5"},
       {"name": "b", "dataType": "DECIMAL", "defaultValue": "1.5"},
       {"name": "c", "dataType": "BOOLEAN", "defaultValue": "TRUE"},
       {"name": "d", "dataType": "STRING", "defaultValue": "x"},
       {"name": "e", "dataType": "INTEGER", "defaultValue": "no number"}, {"name": "f", "dataType": "STRING"},
       {"name": "g", "dataType": {"type": "ARRAY"}, "defaultValue": "[]"}]
      """#)
    let values = try ParameterValues.parse(values: json(#"{"d": "given"}"#), definitions: definitions)
    #expect(
      values == [
        "a": .integer(5), "b": .decimal("1.5"), "c": .boolean(true), "d": .string("given"),
        "e": .string("no number"), "g": .string("[]"),
      ])
  }

  @Test(
    arguments: [
      (#"[]"#, nil), (#"{"a": {}}"#, nil), (#"{"a": [[{}]]}"#, nil), (#"{}"#, #"{}"#), (#"{}"#, #"[1]"#),
      (#"{}"#, #"[{"dataType": "STRING"}]"#), (#"{}"#, #"[{"name": ""}]"#),
      (#"{}"#, #"[{"name": "a", "defaultValue": 1}]"#),
    ] as [(String, String?)])
  func whatIsNoParameterIsRefused(_ values: String, _ definitions: String?) throws {
    let values = try json(values)
    let definitions = try definitions.map { try json($0) }
    let error = #expect(throws: CleanRoomError.self) {
      try ParameterValues.parse(values: values, definitions: definitions)
    }
    #expect(error?.code == "invalid_field")
  }

  @Test func thereAreAtMostAHundred() throws {
    let members = (0...100).map { ("p\($0)", JSONValue.integer(1)) }
    let object = JSONValue.object(Dictionary(members) { $1 })
    #expect(throws: CleanRoomError.self) { try ParameterValues.parse(values: object, definitions: nil) }
    let definitions = JSONValue.array(members.map { .object(["name": .string($0.0)]) })
    #expect(throws: CleanRoomError.self) {
      try ParameterValues.parse(values: .object([:]), definitions: definitions)
    }
  }
}
