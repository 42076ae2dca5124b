/// Where a data source says whose a row is.
public struct AdvertiserColumn: Hashable, Sendable {
  /// The kind of the advertisers.
  public var kind: AdvertiserIdentifier.Kind
  /// The column with the advertiser's id; nil where all rows are of advertisers of this kind, and no column says of whom.
  public var column: String?

  public init(kind: AdvertiserIdentifier.Kind, column: String?) {
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
  /// A data source behind whose rows no advertiser stands is not limited. One that tells the kind of its advertisers but
  /// not who they are gives all rows or none, by whether one of that kind is asked for.
  public func rowFilter(for advertisers: [AdvertiserIdentifier]) -> RowFilter? {
    guard !advertiserColumns.isEmpty else { return nil }
    var alternatives: [RowFilter.Alternative] = []
    for entry in advertiserColumns {
      let ids = Set(advertisers.filter { $0.kind == entry.kind }.map(\.id))
      guard !ids.isEmpty else { continue }
      guard let column = entry.column else { return nil }
      alternatives.append(.init(column: column, values: ids.sorted()))
    }
    return RowFilter(alternatives: alternatives)
  }
}
