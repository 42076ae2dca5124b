public import struct Foundation.Date

/// Where the rows of a data source are when they are not in the signals table of its name: what an instance's
/// advertisers brought.
public struct StoredRows: Hashable, Sendable {
  /// How the rows of the data source follow from those of the files.
  public enum Derivation: Hashable, Sendable {
    /// They are the same.
    case allRows
    /// The members of audiences, from a log of who came and went: for each audience and user the last entry, where it
    /// came and did so at or after the audience's time. Audiences that are not named have no members.
    case currentMembers(since: [String: Date])
  }

  /// The folder of the files and their manifest, below the instance's own: `dataSets/9f3a…`.
  public var folder: String
  /// The field id that each column has in the files. It never changes, so that columns can be renamed and added; a file
  /// without the field holds NULLs.
  public var fieldIDs: [String: Int]
  public var derivation: Derivation
  /// The moment whose rows are meant; nil for the rows as they stand when they are read.
  public var asOf: Date?

  public init(folder: String, fieldIDs: [String: Int], derivation: Derivation = .allRows, asOf: Date? = nil) {
    self.folder = folder
    self.fieldIDs = fieldIDs
    self.derivation = derivation
    self.asOf = asOf
  }
}
