import Base
import Catalog
import CleanRoom
import Foundation
import Queries
import ServerTestSupport
import Testing

@Suite struct ParameterTests {
  private static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

  private static func set(_ values: String, _ declared: String?) throws -> ParameterSet {
    try ParameterSet(
      values: json(values), declared: try InputParameter.list(from: declared.map { try json($0) }))
  }

  // MARK: Without declarations

  @Test func undeclaredValuesKeepTheirTypes() throws {
    let set = try Self.set(#"{"a": 1, "b": 1.50, "c": "x", "d": true, "e": null, "f": [1, "y"]}"#, nil)
    #expect(
      set.values == [
        "a": .integer(1), "b": .decimal("1.5"), "c": .string("x"), "d": .boolean(true), "e": .null,
        "f": .array([.integer(1), .string("y")]),
      ])
    #expect(set.types == nil)
  }

  // MARK: Each type

  /// A type, JSON that reads as a value of it, and the value.
  static let values: [(type: String, json: String, value: ParameterValue)] = [
    (#""STRING""#, #""x""#, .string("x")), (#""STRING""#, #""4""#, .string("4")), (#""STRING""#, #""""#, .string("")),
    (#""BOOLEAN""#, "true", .boolean(true)), (#""BOOLEAN""#, #""FALSE""#, .boolean(false)),
    (#""BYTE""#, "-128", .integer(-128)), (#""BYTE""#, #""127""#, .integer(127)),
    (#""SHORT""#, "32767", .integer(32767)), (#""INTEGER""#, "20", .integer(20)),
    (#""INTEGER""#, #""20""#, .integer(20)), (#""integer""#, #""-2147483648""#, .integer(-2_147_483_648)),
    (#""LONG""#, "9223372036854775807", .integer(.max)), (#""FLOAT""#, "1.5", .decimal("1.5")),
    (#""DOUBLE""#, "2", .decimal("2")), (#""DOUBLE""#, #""1e3""#, .decimal("1e3")),
    (#""DECIMAL""#, #""12345678901234567890.123456789012345678""#, .decimal("12345678901234567890.123456789012345678")),
    (#"{"type": "DECIMAL", "precision": 10}"#, #""1.5""#, .decimal("1.5")),
    (
      #"{"type": "ARRAY", "elementDataType": {"type": "STRING"}, "elementNullable": true}"#, #"["1"]"#,
      .array([.string("1")])
    ),
    (#""DATE""#, #""2024-02-29""#, .string("2024-02-29")),
    (#""TIMESTAMP""#, #""2025-01-01T12:30:00""#, .string("2025-01-01T12:30:00")),
    (#""TIMESTAMP""#, #""2025-01-01 12:30:00.5""#, .string("2025-01-01 12:30:00.5")),
    (#""BINARY""#, #""AP8=""#, .string("AP8=")),
    (#"{"type": "ARRAY", "elementDataType": "STRING"}"#, #"["1", "2"]"#, .array([.string("1"), .string("2")])),
    (#"{"type": "ARRAY", "elementDataType": "LONG"}"#, #"[1, "2"]"#, .array([.integer(1), .integer(2)])),
    (#"{"type": "ARRAY", "elementDataType": "DATE"}"#, #"["2025-01-01"]"#, .array([.string("2025-01-01")])),
    (
      #"{"type": "ARRAY", "elementDataType": "BOOLEAN"}"#, #""[true, false]""#,
      .array([.boolean(true), .boolean(false)])
    ),
    (#"{"type": "ARRAY", "elementDataType": "STRING"}"#, "[]", .array([])),
  ]

  @Test(arguments: values.indices)
  func valuesAreReadByTheirType(_ index: Int) throws {
    let (type, json, value) = Self.values[index]
    let given = try Self.set("{\"p\": \(json)}", "[{\"name\": \"p\", \"dataType\": \(type)}]")
    #expect(given.values == ["p": value])
    let byDefault = try Self.set("{}", "[{\"name\": \"p\", \"dataType\": \(type), \"defaultValue\": \(json)}]")
    #expect(byDefault.values == ["p": value])
  }

  /// A type, and JSON that is no value of it.
  static let misfits: [(type: String, json: String)] = [
    (#""STRING""#, "4"), (#""STRING""#, "true"), (#""STRING""#, #"["a"]"#), (#""BOOLEAN""#, "1"),
    (#""BOOLEAN""#, #""yes""#), (#""BYTE""#, "128"), (#""SHORT""#, "32768"), (#""INTEGER""#, "2147483648"),
    (#""INTEGER""#, #""x""#), (#""INTEGER""#, "1.5"), (#""INTEGER""#, #""""#), (#""LONG""#, #""9223372036854775808""#),
    (#""DOUBLE""#, #""NaN""#), (#""DOUBLE""#, #""inf""#), (#""DOUBLE""#, #""0x10""#), (#""DECIMAL""#, #""1e3""#),
    (#""DECIMAL""#, #""123456789012345678901""#), (#""DECIMAL""#, #""0.1234567890123456789""#),
    (#""DATE""#, #""2025-02-29""#), (#""DATE""#, "20250101"), (#""TIMESTAMP""#, #""noon""#), (#""BINARY""#, #""%""#),
    (#"{"type": "ARRAY", "elementDataType": "LONG"}"#, #"["x"]"#),
    (#"{"type": "ARRAY", "elementDataType": "STRING"}"#, #""a,b""#),
    (#"{"type": "ARRAY", "elementDataType": "STRING"}"#, #"{"a": 1}"#), (#""STRING""#, "{}"),
  ]

  @Test(arguments: misfits.indices)
  func invalidValuesAreRefused(_ index: Int) throws {
    let (type, json) = Self.misfits[index]
    let given = #expect(throws: CleanRoomError.self) {
      try Self.set("{\"p\": \(json)}", "[{\"name\": \"p\", \"dataType\": \(type)}]")
    }
    #expect(given?.message.hasPrefix("parameterValues.p must be a value of the type") == true)
    let byDefault = #expect(throws: CleanRoomError.self) {
      try Self.set("{}", "[{\"name\": \"p\", \"dataType\": \(type), \"defaultValue\": \(json)}]")
    }
    #expect(byDefault?.message == "inputParameters[0].defaultValue is not a value of its dataType.")
  }

  // MARK: Declarations

  @Test func givenValuesReplaceDefaults() throws {
    let declared = #"""
      [{"name": "a", "dataType": "INTEGER", "defaultValue": 20, "column_type": "DIMENSION", "description": "d"},
       {"name": "b", "dataType": "STRING", "defaultValue": "4", "columnType": "METRIC", "displayName": "B"},
       {"name": "c", "dataType": {"elementDataType": "STRING", "type": "ARRAY"}, "defaultValue": ["1", "2"]},
       {"name": "d", "dataType": "DATE"}]
      """#
    let set = try Self.set(#"{"a": 9001, "b": null}"#, declared)
    // A null is given like any other value, and what has no default has no value.
    #expect(set.values == ["a": .integer(9001), "b": .null, "c": .array([.string("1"), .string("2")])])
    #expect(set.types == ["a": .integer, "b": .string, "c": .array(.string), "d": .date])
  }

  @Test func nullIsAValueAlsoAsADefault() throws {
    let declared =
      #"[{"name": "ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": null}]"#
    #expect(try Self.set("{}", declared).values == ["ids": .null])
    #expect(try Self.set(#"{"ids": null}"#, declared).values == ["ids": .null])
    #expect(try Self.set(#"{"ids": ["a"]}"#, declared).values == ["ids": .array([.string("a")])])
    // It is still there when the declaration comes back from the store.
    let list = try #require(try InputParameter.list(from: try Self.json(declared)))
    let stored = try JSONDecoder().decode([InputParameter].self, from: Data(list.storedText.utf8))
    #expect(stored == list && stored[0].defaultValue == .null)
    let without = try #require(try InputParameter.list(from: try Self.json(#"[{"name": "a", "dataType": "LONG"}]"#)))
    let again = try JSONDecoder().decode([InputParameter].self, from: Data(without.storedText.utf8))
    #expect(again == without && again[0].defaultValue == nil)
  }

  /// Declarations or values that are refused, and how the message begins.
  static let refusals: [(values: String, declared: String?, message: String)] = [
    ("[]", nil, "parameterValues must be an object"), (#"{"a": {}}"#, nil, "parameterValues may have"),
    ("{}", "{}", "inputParameters must be an array"), ("{}", "[1]", "inputParameters[0] must be an object"),
    ("{}", #"[{"dataType": "STRING"}]"#, "inputParameters[0].name is missing"),
    ("{}", #"[{"name": "", "dataType": "STRING"}]"#, "inputParameters[0].name is missing"),
    ("{}", #"[{"name": "a"}]"#, "inputParameters[0].dataType is missing"),
    ("{}", #"[{"name": "a", "dataType": "TEXT"}]"#, "inputParameters[0].dataType must be one of"),
    ("{}", #"[{"name": "a", "dataType": "CALENDAR_INTERVAL"}]"#, "inputParameters[0].dataType must be one of"),
    ("{}", #"[{"name": "a", "dataType": {"type": "ARRAY"}}]"#, "inputParameters[0].dataType must be one of"),
    ("{}", #"[{"name": "a", "dataType": {"type": "MAP"}}]"#, "inputParameters[0].dataType must be one of"),
    ("{}", #"[{"name": "a", "dataType": "STRING", "columnType": "X"}]"#, "inputParameters[0].columnType must be"),
    ("{}", #"[{"name": "a", "dataType": "STRING", "default": 1}]"#, "inputParameters[0].default is not known"),
    (
      "{}", #"[{"name": "a", "dataType": "STRING"}, {"name": "a", "dataType": "STRING"}]"#,
      "inputParameters[1].name is the name of another"
    ),
    (#"{"b": 1}"#, #"[{"name": "a", "dataType": "STRING"}]"#, "parameterValues.b is not among the inputParameters"),
  ]

  @Test(arguments: refusals.indices)
  func invalidRequestsAreRefused(_ index: Int) throws {
    let (values, declared, message) = Self.refusals[index]
    let error = #expect(throws: CleanRoomError.self) { try Self.set(values, declared) }
    #expect(error?.code == "invalid_field")
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test func theNumberOfParametersIsLimited() throws {
    let members = (0...100).map { ("p\($0)", JSONValue.integer(1)) }
    #expect(throws: CleanRoomError.self) {
      try ParameterSet(values: .object(Dictionary(members) { $1 }), declared: nil)
    }
    #expect(throws: CleanRoomError.self) {
      try InputParameter.list(
        from: .array(members.map { .object(["name": .string($0.0), "dataType": .string("LONG")]) }))
    }
  }
}
