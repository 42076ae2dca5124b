public import struct Foundation.Date

/// The location of a data source's rows outside the signals tables: data that an instance's advertisers brought.
public struct StoredRows: Hashable, Sendable {
  /// The derivation of the data source's rows from those of the files.
  public enum Derivation: Hashable, Sendable {
    /// The rows of the files.
    case allRows
    /// The members of audiences, from a log of entries: for each audience and user the last entry, if it is a CREATE at
    /// or after the audience's time. Audiences that are not named have no members.
    case currentMembers(since: [String: Date])
  }

  /// The folder of the files and their manifest, below the instance's own: `dataSets/9f3a…`.
  public var folder: String
  /// The field id of each column in the files. It never changes, so columns can be renamed and added. In a file without
  /// the field, the column is NULL.
  public var fieldIDs: [String: Int]
  public var derivation: Derivation
  /// The moment whose rows are read; nil for the present rows.
  public var asOf: Date?

  public init(folder: String, fieldIDs: [String: Int], derivation: Derivation = .allRows, asOf: Date? = nil) {
    self.folder = folder
    self.fieldIDs = fieldIDs
    self.derivation = derivation
    self.asOf = asOf
  }
}
