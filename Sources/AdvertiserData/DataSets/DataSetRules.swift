package import CleanRoom
import FirstPartyData
import Warehouse

/// The rules for data sets and their columns.
///
/// Source: AMC's guides "Create dataset", "Manage dataset columns" and "Prepare data".
package enum DataSetRules {
  /// The largest number of characters of a data set's name. AMC documents none.
  package static let nameLengthLimit = 128
  /// The largest number of characters of a column's name. AMC documents none.
  package static let columnNameLengthLimit = 128
  /// The largest number of a data set's columns. AMC documents none.
  package static let columnCountLimit = 500
  /// The largest number of characters of a description. AMC documents none.
  package static let descriptionLengthLimit = 1_000
  /// The largest number of an instance's data sets.
  package static let dataSetCountLimit = 5_000
  /// The names of the columns that are added to data sets with identifiers, if the client has not named them.
  package static let userIDName = "user_id"
  package static let userIDTypeName = "user_id_type"

  /// Accepts one to 128 lower-case letters, digits and underscores, except `list`, which is part of the paths of lists.
  static func checkName(_ name: String) throws(CleanRoomError) {
    let isShaped = name.utf8.allSatisfy { byte in isLowercaseLetter(byte) || isDigit(byte) || byte == underscore }
    guard (1...nameLengthLimit).contains(name.utf8.count), isShaped else {
      throw .invalidField(
        name: "dataSetId", reason: "must have 1 to \(nameLengthLimit) lower-case letters, digits and underscores.")
    }
    guard name != "list" else { throw .invalidField(name: "dataSetId", reason: "can't be list.") }
  }

  static func checkDescription(_ text: String?, path: String = "") throws(CleanRoomError) {
    guard (text?.count ?? 0) <= descriptionLengthLimit else {
      throw .invalidField(
        name: "\(path)description", reason: "may have at most \(descriptionLengthLimit) characters.")
    }
  }

  /// A country's two letters in upper case, of a code or a name.
  package static func countryCode(_ text: String) throws(CleanRoomError) -> String {
    if let code = CountryCode.standardised(text) { return code }
    let code = text.uppercased()
    guard code.utf8.count == 2, code.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
      throw .invalidField(name: "countryCode", reason: "must be a country, as in US: a code or a name.")
    }
    return code
  }

  /// The columns of a new data set: the requested ones, and those that resolution fills.
  static func columns(_ asked: [DataSetColumn]) throws(CleanRoomError) -> [DataSetColumn] {
    guard (1...columnCountLimit).contains(asked.count) else {
      throw .invalidField(name: "columns", reason: "must be 1 to \(columnCountLimit) columns.")
    }
    for (index, column) in asked.enumerated() { try check(column, path: "columns[\(index)].") }
    for (index, column) in asked.enumerated() {
      try checkFits(column, beside: Array(asked[..<index]), path: "columns[\(index)].")
    }
    return try withUserColumns(asked)
  }

  /// Adds the columns that resolution fills to data sets with identifiers, if the client has not named them.
  private static func withUserColumns(_ asked: [DataSetColumn]) throws(CleanRoomError) -> [DataSetColumn] {
    let hasIdentifiers = asked.contains { $0.identifier != nil }
    var columns = asked
    for (role, name) in [(DataSetColumn.Role.mainUserID, userIDName), (.mainUserIDType, userIDTypeName)] {
      let isNamed = asked.contains { $0.role == role }
      guard hasIdentifiers else {
        if isNamed {
          throw .invalidField(
            name: "columns", reason: "have a main user column and no identifier that it could be filled by.")
        }
        continue
      }
      if isNamed { continue }
      guard !asked.contains(where: { $0.name.lowercased() == name }) else {
        throw .invalidField(
          name: "columns", reason: "have \(name), which is added where identifiers are: give it another name.")
      }
      columns.append(
        DataSetColumn(
          name: name, dataType: .string, isNullable: true, role: role,
          description: role == .mainUserID ? "The resolved user." : "The kind of the resolved user's identifier."))
    }
    return columns
  }

  /// The rules for a single column.
  static func check(_ column: DataSetColumn, path: String) throws(CleanRoomError) {
    try checkColumnName(column.name, field: "\(path)name")
    try checkDescription(column.description, path: path)
    let types = dataTypes(of: column.role)
    guard types.contains(column.dataType) else {
      let names = types.map(\.rawValue).joined(separator: " or ")
      throw .invalidField(name: "\(path)dataType", reason: "must be \(names) in a column of this purpose.")
    }
    if column.role == .mainUserID || column.role == .mainUserIDType, column.kind == .metric {
      throw .invalidField(name: "\(path)columnType", reason: "must be DIMENSION in a main user column.")
    }
  }

  static func checkColumnName(_ name: String, field: String) throws(CleanRoomError) {
    let isShaped = name.utf8.allSatisfy { byte in
      isLowercaseLetter(byte | 0x20) || isDigit(byte) || byte == underscore
    }
    guard (1...columnNameLengthLimit).contains(name.utf8.count), isShaped else {
      throw .invalidField(
        name: field, reason: "must have 1 to \(columnNameLengthLimit) letters, digits and underscores.")
    }
  }

  /// The rules for a column beside others: names differ in more than letter case, and each purpose has one column.
  static func checkFits(
    _ column: DataSetColumn, beside others: [DataSetColumn], path: String
  ) throws(CleanRoomError) {
    guard !others.contains(where: { $0.name.lowercased() == column.name.lowercased() }) else {
      throw .invalidField(name: "\(path)name", reason: "is the name of another column.")
    }
    guard column.role != .plain, let other = others.firstIndex(where: { $0.role == column.role }) else { return }
    throw .invalidField(
      name: String(path.dropLast()), reason: "has the purpose that columns[\(other)] has; there can be one of each.")
  }

  private static func dataTypes(of role: DataSetColumn.Role) -> [DataSetColumn.DataType] {
    switch role {
    case .plain: DataSetColumn.DataType.allCases
    case .mainEventTime: [.timestamp, .date]
    case .mainUserID, .mainUserIDType, .countryCode, .identifier, .consent: [.string]
    }
  }

  private static let underscore = UInt8(ascii: "_")
  private static func isLowercaseLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
