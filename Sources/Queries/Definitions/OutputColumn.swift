package import Base
import Catalog
package import CleanRoom
import Warehouse

/// A declared output column of a workflow. If columns are declared, the query has to give exactly these, in order.
package struct OutputColumn: Sendable, Hashable, Codable {
  /// The largest number of columns of a workflow.
  package static let countLimit = 100

  package var name: String
  package var dataType: ParameterType
  /// The number of all digits of a DECIMAL; nil for any number.
  package var dataTypePrecision: Int?
  /// The number of a DECIMAL's digits behind the point; nil for any number.
  package var dataTypeScale: Int?
  package var columnType: DeclaredColumnKind?
  package var description: String?

  /// Reads the declarations of a request; nil if it has none.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the path of the field.
  package static func list(
    from json: JSONValue?, path: String = "outputColumns"
  ) throws(CleanRoomError) -> [OutputColumn]? {
    guard
      let objects = try JSONFieldReader<CleanRoomError>.objects(of: json, at: path, countLimit: countLimit)
    else { return nil }
    var columns: [OutputColumn] = []
    for fields in objects { columns.append(try OutputColumn(fields)) }
    return columns
  }

  private init(_ object: JSONFieldReader<CleanRoomError>) throws(CleanRoomError) {
    var fields = object
    name = try fields.requiredFilledString("name")
    dataType = try ParameterType(&fields, "dataType")
    dataTypePrecision = try fields.integer("dataTypePrecision", in: 1...38)
    dataTypeScale = try fields.integer("dataTypeScale", in: 0...38)
    columnType = try fields.choice("columnType", DeclaredColumnKind.self)
    description = try fields.string("description")
    try fields.finish()
  }

  /// Whether the column of a query matches this one.
  func fits(_ column: QueryCheck.Column) -> Bool {
    name == column.name && fits(column.type)
  }

  private func fits(_ type: SQLType) -> Bool {
    switch (dataType, type) {
    // A value that is always NULL has every type.
    case (_, .unknown): true
    case (.simple(.decimal), .decimal(let precision, let scale)):
      (dataTypePrecision ?? precision) == precision && (dataTypeScale ?? scale) == scale
    case (.array(of: .decimal), .array(.decimal)): true
    case (.simple(.string), .userKey): true
    default: dataType.sqlType == type
    }
  }

  /// The difference between a query's columns and the declared ones; nil if they match.
  package static func difference(declared: [OutputColumn], actual: [QueryCheck.Column]) -> String? {
    for (index, pair) in zip(declared, actual).enumerated() where !pair.0.fits(pair.1) {
      return "[\(index)] is not what the query puts out there: \(pair.1.name) of the type \(pair.1.type.description)."
    }
    if declared.count == actual.count { return nil }
    return " has \(declared.count) columns where the query puts out \(actual.count)."
  }
}

/// The separators of a workflow's CSV: each is one ASCII character, or nil for the default.
package struct OutputFormat: Sendable, Hashable, Codable {
  package var separatorCharacter: String?
  package var quoteCharacter: String?
  package var escapeCharacter: String?

  /// Reads the format of a request; nil if it has none. Results are always there as CSV and as Parquet, so the name of
  /// one of the two is ignored where reading is lenient.
  package init?(from json: JSONValue?, path: String = "outputFormat") throws(CleanRoomError) {
    guard let json, json != .null else { return nil }
    let reading = RequestReading.current
    if reading.isLenient, case .string(let name) = json, ["CSV", "PARQUET"].contains(name.uppercased()) {
      reading.ignore(path)
      return nil
    }
    var fields = try JSONFieldReader<CleanRoomError>(json, at: path)
    separatorCharacter = try Self.character(&fields, "separatorCharacter")
    quoteCharacter = try Self.character(&fields, "quoteCharacter")
    escapeCharacter = try Self.character(&fields, "escapeCharacter")
    try fields.finish()
    let format = csvFormat
    guard format.separator != format.quote, format.separator != format.escape else {
      throw .invalidField(
        name: fields.path(of: "separatorCharacter"), reason: "must not be the quoteCharacter or the escapeCharacter.")
    }
  }

  private static func character(
    _ fields: inout JSONFieldReader<CleanRoomError>, _ name: String
  ) throws(CleanRoomError) -> String? {
    guard let text = try fields.string(name) else { return nil }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte == UInt8(ascii: "\t") || (0x20..<0x7F).contains(byte)
    else { throw .wrongType(fields.path(of: name), expected: "one visible ASCII character, a space or a tab") }
    return text
  }
}

extension OutputFormat {
  var csvFormat: CSVFormat {
    func character(_ text: String?, _ usual: Character) -> Character { text?.first ?? usual }
    return CSVFormat(
      separator: character(separatorCharacter, ","), quote: character(quoteCharacter, "\""),
      escape: character(escapeCharacter, character(quoteCharacter, "\"")))
  }
}
