/// The sensitivity of a column's values, in rising order, with AMC's names.
///
/// Source: AMC's guide "Data aggregation thresholds".
public enum AggregationThreshold: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
  case none = "NONE"
  case low = "LOW"
  case medium = "MEDIUM"
  case high = "HIGH"
  case veryHigh = "VERY_HIGH"
  case `internal` = "INTERNAL"

  private var rank: Int {
    switch self {
    case .none: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .veryHigh: 4
    case .internal: 5
    }
  }

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  /// Whether values can't be compared with literals: those of HIGH and VERY_HIGH can't.
  public var forbidsLiterals: Bool { self == .high || self == .veryHigh }

  /// Whether values may ever be part of a result.
  public var isEverShown: Bool { self < .veryHigh }
}

/// The kind of a column: a description or a measure.
public enum ColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
  case dimension = "DIMENSION"
  case metric = "METRIC"
}

/// A column of a data source.
public struct Column: Hashable, Sendable {
  public var name: String
  public var type: SQLType
  public var kind: ColumnKind
  public var threshold: AggregationThreshold

  public init(name: String, type: SQLType, kind: ColumnKind, threshold: AggregationThreshold) {
    self.name = name
    self.type = type
    self.kind = kind
    self.threshold = threshold
  }
}

/// A table that queries can name: event-level signals, or descriptions of them.
public struct DataSource: Hashable, Sendable {
  /// The content of a row.
  public enum Grain: String, Sendable, Hashable, Codable {
    /// One event of one user at one time; time windows apply.
    case userEvent = "USER_EVENT"
    /// One fact about one user, without a time: windows do not apply.
    case userFact = "USER_FACT"
    /// Part of an event of a user whose key is in another table.
    case eventDetail = "EVENT_DETAIL"
    /// No user at all: names and descriptions.
    case reference = "REFERENCE"
  }

  /// The origin of the signals, with the published API's names.
  public enum Owner: String, Sendable, Hashable, Codable {
    case amazon = "AMAZON"
    /// An advertiser uploaded them.
    case customer = "CUSTOMER"
  }

  /// Rows and values that an audience query does not see, in contrast to measurement.
  public struct AudienceRules: Hashable, Sendable {
    /// Rows with a value in this column are left out (AMC: rows with a `deal_id`).
    public var rowsWithoutColumn: String?
    /// Columns whose sensitive ASINs are NULL.
    public var columnsWithoutSensitiveASINs: [String] = []
    /// Only rows whose `user_id_type` is this one (AMC: `adUserId`).
    public var userIDType: String?

    public init() {}
  }

  /// The suffix of a table for audiences behind the name of its base table.
  package static let audienceSuffix = "_for_audiences"

  /// The name that queries use.
  public var name: String
  /// The signals table that contains the rows: the same as `name`, except for `_for_audiences` tables.
  public var baseName: String
  public var grain: Grain
  public var columns: [Column] {
    didSet { columnIndex = Self.index(columns) }
  }
  /// The UTC time stamp that time windows apply to; nil if the table has none.
  public var eventTimeColumn: String?
  /// `user_id`; nil if rows have no user.
  public var userColumn: String?
  /// The column with the kind of the user's identifier, if it is not `user_id_type`.
  public var userTypeColumn: String?
  /// Set on `_for_audiences` tables only.
  public var audienceRules: AudienceRules?
  /// The advertiser types whose audiences may read this table; empty for measurement tables.
  public var advertiserTypes: Set<AdvertiserType>
  /// The name of the paid feature that the table belongs to; nil for tables of every instance.
  public var paidFeature: String?
  /// The columns with the owners of rows; empty if no advertiser is behind a row.
  public var advertiserColumns: [AdvertiserColumn]
  public var owner: Owner
  /// The location of the rows, if they are not in the signals table `baseName`.
  public var storedRows: StoredRows?
  /// The most that one user adds to an aggregation in noise mode.
  public var contributionBounds = ContributionBounds.uploaded
  /// The index of each column in `columns`, by its name in lower case.
  package private(set) var columnIndex: [String: Int]

  public init(
    name: String, baseName: String, grain: Grain, columns: [Column], eventTimeColumn: String?, userColumn: String?,
    audienceRules: AudienceRules? = nil, advertiserTypes: Set<AdvertiserType> = [], paidFeature: String? = nil,
    advertiserColumns: [AdvertiserColumn] = [], owner: Owner = .amazon, storedRows: StoredRows? = nil
  ) {
    self.name = name
    self.baseName = baseName
    self.grain = grain
    self.columns = columns
    self.eventTimeColumn = eventTimeColumn
    self.userColumn = userColumn
    self.audienceRules = audienceRules
    self.advertiserTypes = advertiserTypes
    self.paidFeature = paidFeature
    self.advertiserColumns = advertiserColumns
    self.owner = owner
    self.storedRows = storedRows
    self.columnIndex = Self.index(columns)
  }

  private static func index(_ columns: [Column]) -> [String: Int] {
    Dictionary(
      columns.enumerated().map { ($0.element.name.lowercased(), $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  public var isForAudiences: Bool { audienceRules != nil }

  /// The column with the name, letter case aside.
  public func column(named name: String) -> Column? {
    columnIndex[name.lowercased()].map { columns[$0] }
  }
}

/// The kind of account that an audience goes to.
public enum AdvertiserType: String, Sendable, Hashable, Codable, CaseIterable {
  case display = "DISPLAY"
  case sponsoredAds = "SPONSORED_ADS"
}
