package import Catalog
package import FirstPartyData

/// A column of a data set.
package struct DataSetColumn: Codable, Hashable, Sendable {
  /// The types of values, with the names of AMC's guide "Prepare data".
  package enum DataType: String, Codable, Hashable, Sendable, CaseIterable {
    case string = "STRING"
    /// Two digits behind the point.
    case decimal = "DECIMAL"
    /// 32 bits.
    case integer = "INTEGER"
    /// 64 bits.
    case long = "LONG"
    /// In UTC, as `yyyy-MM-ddThh:mm:ssZ`.
    case timestamp = "TIMESTAMP"
    /// As `yyyy-MM-dd`.
    case date = "DATE"
  }

  /// The role of a column, beyond holding values of the advertiser.
  package enum Role: Codable, Hashable, Sendable {
    case plain
    /// Gets the user's key; what files say in it is not read.
    case mainUserID
    /// Gets the kind of the user's identifier; what files say in it is not read.
    case mainUserIDType
    /// The time that periods and time windows go by. A data set that has one holds facts.
    case mainEventTime
    /// The country of the row's person.
    case countryCode
    /// An identifier that the person is found by. Never stored.
    case identifier(IdentifierKind)
    /// A consent signal of the person. Never stored.
    case consent(ConsentKind)
  }

  /// The column's name, in the case that its owner chose; letter case makes no difference between columns.
  package var name: String
  /// The field in the data set's files; it stays for ever, and no other column of the data set ever has it. 0 until the
  /// column belongs to a data set.
  package internal(set) var fieldID = 0
  package var dataType: DataType
  package var kind: ColumnKind
  /// Whether rows may lack a value, and files the column.
  package var isNullable: Bool
  package var role: Role
  /// The owner's words.
  package var description: String?

  package init(
    name: String, dataType: DataType, kind: ColumnKind = .dimension, isNullable: Bool = false, role: Role = .plain,
    description: String? = nil
  ) {
    self.name = name
    self.dataType = dataType
    self.kind = kind
    self.isNullable = isNullable
    self.role = role
    self.description = description
  }

  /// Whether values are kept: identifiers and consent are discarded once they were used.
  package var isStored: Bool {
    switch role {
    case .plain, .mainUserID, .mainUserIDType, .mainEventTime, .countryCode: true
    case .identifier, .consent: false
    }
  }

  /// Whether the values come from files, and not from finding the person.
  package var isRead: Bool {
    switch role {
    case .plain, .mainEventTime, .countryCode, .identifier, .consent: true
    case .mainUserID, .mainUserIDType: false
    }
  }

  package var identifier: IdentifierKind? {
    if case .identifier(let kind) = role { kind } else { nil }
  }

  package var consent: ConsentKind? {
    if case .consent(let kind) = role { kind } else { nil }
  }

  /// How the engine keeps the values.
  package var type: SQLType {
    if role == .mainUserID { return .userKey }
    return switch dataType {
    case .string: .string
    case .decimal: .decimal(precision: Self.decimalPrecision, scale: Self.decimalScale)
    case .integer: .integer
    case .long: .bigint
    case .timestamp: .timestamp
    case .date: .date
    }
  }

  /// The digits of a DECIMAL, and how many of them are behind the point: 18 are what fits into 64 bits.
  package static let decimalPrecision = 18
  package static let decimalScale = 2
}
