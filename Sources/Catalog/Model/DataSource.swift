/// How sensitive a column's values are, in rising order, with AMC's names.
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

  /// Whether values may meet literals in a comparison: not for HIGH and VERY_HIGH.
  public var forbidsLiterals: Bool { self == .high || self == .veryHigh }

  /// Whether values may ever be part of a result.
  public var isEverShown: Bool { self < .veryHigh }
}

/// Whether a column describes or measures.
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

/// A table that queries can name: event-level signals, or what describes them.
public struct DataSource: Hashable, Sendable {
  /// What stands behind a row.
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

  /// Who brought the signals, with the published API's names.
  public enum Owner: String, Sendable, Hashable, Codable {
    case amazon = "AMAZON"
    /// An advertiser uploaded them.
    case customer = "CUSTOMER"
  }

  /// What rows and values an audience query does not see, next to measurement.
  public struct AudienceRules: Hashable, Sendable {
    /// Rows with this column set are left out (AMC: rows with a `deal_id`).
    public var rowsWithoutColumn: String?
    /// Columns whose sensitive ASINs read as NULL.
    public var columnsWithoutSensitiveASINs: [String] = []
    /// Only rows whose `user_id_type` is this one (AMC: `adUserId`).
    public var userIDType: String?

    public init() {}
  }

  /// What the name of a table for audiences has behind that of its base table.
  package static let audienceSuffix = "_for_audiences"

  /// The name that queries use.
  public var name: String
  /// The signals table that holds the rows: the same as `name`, but for `_for_audiences` tables.
  public var baseName: String
  public var grain: Grain
  public var columns: [Column] {
    didSet { columnIndex = Self.index(columns) }
  }
  /// The UTC time stamp that time windows apply to; nil when the table has none.
  public var eventTimeColumn: String?
  /// `user_id`, or nil where no user stands in a row.
  public var userColumn: String?
  /// What kind of identifier stands behind the user of a row, where that is not `user_id_type`.
  public var userTypeColumn: String?
  /// Set on `_for_audiences` tables only.
  public var audienceRules: AudienceRules?
  /// The advertiser types whose audiences may read this table; empty for measurement tables.
  public var advertiserTypes: Set<AdvertiserType>
  /// The name of the paid feature that it belongs to; nil for tables that every instance has.
  public var paidFeature: String?
  /// Whose rows these are; empty where no advertiser stands behind a row.
  public var advertiserColumns: [AdvertiserColumn]
  public var owner: Owner
  /// Set where the rows are not in the signals table `baseName`.
  public var storedRows: StoredRows?
  /// The place of each column in `columns`, by its name in lower case.
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

  /// The column of that name, letter case aside.
  public func column(named name: String) -> Column? {
    columnIndex[name.lowercased()].map { columns[$0] }
  }
}

/// The kind of account that an audience goes to.
public enum AdvertiserType: String, Sendable, Hashable, Codable, CaseIterable {
  case display = "DISPLAY"
  case sponsoredAds = "SPONSORED_ADS"
}
