import Base
import CleanRoom
import Warehouse

/// Reads the format of the files of an upload.
enum UploadFormatRequests {
  /// One of `csvDataFormat`, `jsonDataFormat` and `parquetDataFormat`.
  static func format(_ members: [String: JSONValue]) throws -> UploadFormat {
    var fields = FieldReader(members, path: "fileFormat.")
    var formats: [UploadFormat] = []
    if let options = try fields.object("csvDataFormat") { formats.append(.csv(try csv(options))) }
    if let value = fields.value("jsonDataFormat") {
      try requireLines(value)
      formats.append(.jsonLines)
    }
    if let value = fields.value("parquetDataFormat") {
      try requireName("PARQUET_DATA_FORMAT", value, path: "fileFormat.parquetDataFormat")
      formats.append(.parquet)
    }
    try fields.finish()
    guard let format = formats.first, formats.count == 1 else {
      throw CleanRoomError.invalidField(
        name: "fileFormat", reason: "must have one of csvDataFormat, jsonDataFormat and parquetDataFormat.")
    }
    return format
  }

  private static func csv(_ members: [String: JSONValue]) throws -> CSVShape {
    let path = "fileFormat.csvDataFormat."
    var fields = FieldReader(members, path: path)
    let delimiter = try fields.string("fieldDelimiter")
    let record = try fields.string("recordDelimiter")
    let quote = try fields.string("quoteCharacter")
    let escape = try fields.string("quoteEscapeCharacter")
    let comment = try fields.string("commentCharacter")
    try fields.finish()
    do throws(InvalidCSVShape) {
      return try CSVShape(
        fieldDelimiter: delimiter, recordDelimiter: record, quoteCharacter: quote, quoteEscapeCharacter: escape,
        commentCharacter: comment)
    } catch {
      throw CleanRoomError.invalidField(name: path + error.option, reason: "can't be used. \(error.message)")
    }
  }

  /// The published API has DOCUMENT beside LINES; AMC's guide takes no other files than those with a row a line.
  private static func requireLines(_ value: JSONValue) throws {
    if case .string("DOCUMENT") = value {
      throw CleanRoomError.unavailable(feature: "fileFormat.jsonDataFormat DOCUMENT")
    }
    try requireName("LINES", value, path: "fileFormat.jsonDataFormat")
  }

  /// The name that the published API has, or the empty object that AMC's guides have.
  private static func requireName(_ name: String, _ value: JSONValue, path: String) throws(RequestError) {
    guard value == .string(name) || value == .object([:]) else {
      throw .wrongType(path, expected: "\(name), or an empty object")
    }
  }
}
