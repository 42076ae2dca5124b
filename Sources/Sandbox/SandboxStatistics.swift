/// The size of a sandbox that was made, and the time that it took.
public struct SandboxStatistics: Sendable, Hashable, Codable {
  /// The size of one table.
  public struct Table: Sendable, Hashable, Codable {
    /// The table's name.
    public var name: String
    /// The number of rows.
    public var rowCount: Int
    /// The length of the files, in bytes.
    public var byteCount: Int
    /// The number of files.
    public var fileCount: Int
  }

  /// All tables, in the order in which they were made.
  public var tables: [Table] = []
  /// The number of people and devices that the identity graph knows.
  public var peopleCount = 0
  /// The duration of the generation, in seconds.
  public var seconds = 0.0

  /// The number of rows of all tables.
  public var rowCount: Int { tables.reduce(0) { $0 + $1.rowCount } }
  /// The number of rows made in a second.
  public var rowsPerSecond: Double { seconds > 0 ? Double(rowCount) / seconds : 0 }
}
