public import Catalog

/// A query in the words of one engine. Only a dialect makes one, and only from a `ProtectedRelation`.
public struct EmittedQuery: Sendable, Hashable {
  /// One SELECT. It names its inputs by the `name` of `sources`, which the engine must provide.
  public let sql: String
  public let sources: [EmittedSource]
  /// The columns of the result, in order.
  public let columns: [OutputColumn]
}

/// A table that an emitted query reads.
public struct EmittedSource: Sendable, Hashable {
  /// How `EmittedQuery.sql` names it.
  public let name: String
  /// The signals table whose Parquet files stand behind it.
  public let table: String
  /// The days that can hold rows of interest, as days since 1970-01-01, both ends included; nil for all days.
  /// The query itself filters by the exact time; this is for leaving out whole files.
  public let days: ClosedRange<Int>?
  /// Where the rows are, if not in the signals table.
  public let storedRows: StoredRows?
  /// The columns that are read. Where there are no files, an empty table of these columns is used.
  public let columns: [OutputColumn]
}

/// A column of a result or of a table that is read.
public struct OutputColumn: Sendable, Hashable {
  public let name: String
  public let type: SQLType

  package init(name: String, type: SQLType) {
    self.name = name
    self.type = type
  }
}
