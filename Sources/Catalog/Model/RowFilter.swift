/// Where a data source says whose a row is.
public struct AdvertiserColumn: Hashable, Sendable {
  /// The kind of the advertisers.
  public var kind: AdvertiserIdentifier.Kind
  /// The column with the advertiser's id.
  public var column: String

  public init(kind: AdvertiserIdentifier.Kind, column: String) {
    self.kind = kind
    self.column = column
  }
}

/// Which rows of a data source are read, as the clean room decides and not the query: its values are no literals of
/// the query, and say nothing about a user.
public struct RowFilter: Hashable, Sendable {
  /// One way for a row to be read: its column has one of these values.
  public struct Alternative: Hashable, Sendable {
    public var column: String
    /// In rising order, without duplicates.
    public var values: [String]
  }

  /// A row is read where one of them holds; where there are none, no row is.
  public var alternatives: [Alternative]

  public init(alternatives: [Alternative]) {
    self.alternatives = alternatives
  }
}

extension DataSource {
  /// The filter that leaves the rows of these advertisers; nil where all rows stay.
  ///
  /// A data source behind whose rows no advertiser stands is not limited; one that has none of these kinds of advertisers
  /// gives no rows.
  public func rowFilter(for advertisers: [AdvertiserIdentifier]) -> RowFilter? {
    guard !advertiserColumns.isEmpty else { return nil }
    let alternatives = advertiserColumns.compactMap { entry -> RowFilter.Alternative? in
      let ids = Set(advertisers.filter { $0.kind == entry.kind }.map(\.id))
      return ids.isEmpty ? nil : RowFilter.Alternative(column: entry.column, values: ids.sorted())
    }
    return RowFilter(alternatives: alternatives)
  }
}
