/// A column of signals that an advertiser uploaded.
public struct UploadedColumn: Hashable, Sendable {
  public var name: String
  public var type: SQLType
  public var kind: ColumnKind
  /// HIGH, unless decided otherwise.
  public var threshold: AggregationThreshold

  public init(name: String, type: SQLType, kind: ColumnKind, threshold: AggregationThreshold = .high) {
    self.name = name
    self.type = type
    self.kind = kind
    self.threshold = threshold
  }
}

extension DataSource {
  /// A data source that an advertiser uploaded to an instance. Only this instance's queries can name it.
  ///
  /// - Parameters:
  ///   - userColumn: The column with user ids, whatever its declared type: it becomes a user key, which no query can
  ///     show. nil for data about no users.
  ///   - userTypeColumn: The column with the kind of a user's identifier; audiences take `adUserId` only.
  ///   - eventTimeColumn: The UTC time that time windows apply to; nil for data without times.
  ///   - storedRows: The location of the rows; nil for the signals table with the name.
  public static func uploaded(
    name: String, columns: [UploadedColumn], userColumn: String?, userTypeColumn: String? = nil,
    eventTimeColumn: String?, storedRows: StoredRows? = nil
  ) -> DataSource {
    let own = columns.map { column in
      let isUser = column.name == userColumn
      return Column(
        name: column.name, type: isUser ? .userKey : column.type, kind: column.kind,
        threshold: isUser ? .veryHigh : column.threshold)
    }
    let grain: Grain =
      switch (userColumn, eventTimeColumn) {
      case (.some, .some): .userEvent
      case (.some, nil): .userFact
      case (nil, _): .reference
      }
    var source = DataSource(
      name: name, baseName: name, grain: grain, columns: own, eventTimeColumn: eventTimeColumn, userColumn: userColumn,
      owner: .customer, storedRows: storedRows)
    source.userTypeColumn = userTypeColumn
    return source
  }
}
