/// The column of a data source with the owner of a row.
public struct AdvertiserColumn: Hashable, Sendable {
  /// The kind of the advertisers.
  public var kind: AdvertiserIdentifier.Kind
  /// The column with the advertiser's id.
  public var column: String
}

/// The rows of a data source that are read, by decision of the clean room and not of the query. Its values are no
/// literals of the query, and say nothing about a user.
public struct RowFilter: Hashable, Sendable {
  /// A condition on a column: it has one of these values.
  public struct Alternative: Hashable, Sendable {
    public var column: String
    /// In rising order, without duplicates.
    public var values: [String]
  }

  /// The conditions, of which one must hold. Without any, no row is read.
  public var alternatives: [Alternative]
}

extension DataSource {
  /// The filter for the rows of these advertisers; nil if all rows stay.
  ///
  /// A data source without owners of rows is not limited. One with owners of other kinds only gives no rows.
  public func rowFilter(for advertisers: [AdvertiserIdentifier]) -> RowFilter? {
    guard !advertiserColumns.isEmpty else { return nil }
    let alternatives = advertiserColumns.compactMap { entry -> RowFilter.Alternative? in
      let ids = Set(advertisers.filter { $0.kind == entry.kind }.map(\.id))
      return ids.isEmpty ? nil : RowFilter.Alternative(column: entry.column, values: ids.sorted())
    }
    return RowFilter(alternatives: alternatives)
  }
}
