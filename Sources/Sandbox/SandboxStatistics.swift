/// What a sandbox came to.
public struct SandboxStatistics: Sendable, Hashable, Codable {
  /// A table of it.
  public struct Table: Sendable, Hashable, Codable {
    /// The table's name.
    public var name: String
    /// Its rows.
    public var rowCount: Int
    /// The length of its files.
    public var byteCount: Int
    /// How many files it has.
    public var fileCount: Int
  }

  /// All tables, in the order in which they were made.
  public var tables: [Table] = []
  /// How many people and devices the identity graph knows.
  public var peopleCount = 0
  /// How long the generation took, in seconds.
  public var seconds = 0.0

  /// The rows of all tables.
  public var rowCount: Int { tables.reduce(0) { $0 + $1.rowCount } }
  /// Rows made in a second.
  public var rowsPerSecond: Double { seconds > 0 ? Double(rowCount) / seconds : 0 }
}
