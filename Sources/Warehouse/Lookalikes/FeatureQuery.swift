public import Catalog

/// A query that tells something of every user, in AMC SQL: it is bound and protected like an audience query, so that it
/// sees no more than an audience of the same advertiser could.
public struct FeatureQuery: Sendable, Hashable {
  /// The shape of the rows.
  public enum Shape: Sendable, Hashable {
    /// One row a user, whose columns besides `user_id` are features.
    case measures([Measure])
    /// A row for each user and `category`, with an `amount`. The `limit` categories of most users become features.
    /// Queries of the same family are taken together.
    case categories(family: String, limit: Int, transform: Transform)
  }

  /// A column that becomes a feature.
  public struct Measure: Sendable, Hashable {
    public var name: String
    public var transform: Transform

    public init(_ name: String, _ transform: Transform) {
      self.name = name
      self.transform = transform
    }
  }

  /// How a number becomes a feature. Users of whom there is no row have 0.
  public enum Transform: Sendable, Hashable {
    /// ln(1 + x) of a sum: who saw an ad a hundred times is not a hundred times another user.
    case amount
    /// 1 / (1 + days) of the seconds since something last happened: 1 for now, 0 for never.
    case recency
    /// 1 where there is any row.
    case presence
    /// A part of the sum over all categories.
    case share

    /// Whether the feature counts events, and does not only tell what kind of user somebody is.
    var countsEvents: Bool {
      switch self {
      case .amount, .recency: true
      case .presence, .share: false
      }
    }
  }

  /// Events that happen to users or are done by them. A seed is defined by some of them.
  public enum Activity: Sendable, Hashable, CaseIterable {
    case exposure, click, sponsored, shopping

    /// The activities that the rows of a table tell of.
    static func told(by table: String) -> Set<Activity> {
      switch table {
      case "dsp_clicks": [.click]
      case "sponsored_ads_traffic": [.sponsored]
      case "amazon_retail_purchases": [.shopping]
      case _ where table.hasPrefix("dsp_"): [.exposure]
      case _ where table.hasPrefix("conversions"): [.shopping]
      case _ where table.hasPrefix("amazon_attributed_events"): [.click, .shopping]
      default: []
      }
    }
  }

  /// The data source that it reads; the query is left out where an advertiser's audiences cannot read it.
  public var source: String
  public var shape: Shape
  public var sql: String

  /// The query where a seed reads these tables; nil where nothing is left of it.
  ///
  /// Events that a seed is defined by are no features: a model would find the seed by them once more, and by sums and
  /// differences of them those who are as unlike it as can be. What kind of user somebody is stays a feature.
  public func besides(tablesOfSeed tables: some Sequence<String>) -> FeatureQuery? {
    let defining = tables.reduce(into: Set<Activity>()) { $0.formUnion(Activity.told(by: $1)) }
    guard let activity, defining.contains(activity) else { return self }
    switch shape {
    case .measures: return nil
    case .categories(_, _, let transform): return transform.countsEvents ? nil : self
    }
  }

  /// The activity that the query tells of; nil where it tells of no events.
  private var activity: Activity? { Activity.told(by: source.replacing(DataSource.audienceSuffix, with: "")).first }

  /// Whether an audience of that kind of advertiser may read what the query reads.
  public func isReadable(in catalogue: Catalogue, by advertiser: AdvertiserType) -> Bool {
    catalogue.dataSource(named: source)?.advertiserTypes.contains(advertiser) ?? false
  }
}

extension FeatureQuery {
  /// All queries; `docs/lookalikes.md` explains the choice.
  public static let all: [FeatureQuery] = exposure + segments + clicks + sponsored + shopping

  private static let exposure =
    [
      measures(
        of: "dsp_impressions", time: "impression_dt_utc",
        [
          ("impressions", "SUM(impressions)"), ("campaigns", "COUNT(DISTINCT campaign)"),
          ("days", "COUNT(DISTINCT impression_date_utc)"),
        ])
    ]
    + [("campaign", 8), ("product_line", 3), ("line_item_type", 4)].map { column, limit in
      categories(of: "dsp_impressions", column, amount: "impressions", limit: limit)
    }
    + [("device_type", "device_type", 5), ("daypart", daypart("impression_dt_utc"), 4)].map { family, column, limit in
      categories(
        of: "dsp_impressions", column, family: family, amount: "impressions", transform: .share, limit: limit)
    }

  /// Segments as they were when an ad was shown; and those of today, where the instance has them.
  private static let segments =
    [segment(of: "dsp_impressions_by_user_segments", "behavior_segment_id")]
    + ["amer", "eu", "apac"].flatMap { region in
      ["inmarket", "lifestyle"].map { kind in segment(of: "audience_segments_\(region)_\(kind)", "segment_id") }
    }

  private static let clicks = [measures(of: "dsp_clicks", time: "click_dt_utc", [("clicks", "SUM(clicks)")])]

  private static let sponsored =
    [
      measures(
        of: "sponsored_ads_traffic", time: "event_dt_utc",
        [("sponsored_impressions", "SUM(impressions)"), ("sponsored_clicks", "SUM(clicks)")])
    ]
    + [("ad_product_type", 4), ("campaign", 6)].map { column, limit in
      categories(
        of: "sponsored_ads_traffic", column, family: "sponsored_\(column)", amount: "impressions", limit: limit)
    }

  private static let shopping = [
    measures(
      of: "conversions", time: "event_dt_utc",
      [
        ("conversions", "SUM(conversions)"), ("sales", "SUM(total_product_sales)"), ("units", "SUM(total_units_sold)"),
      ]),
    categories(of: "conversions", "event_subtype", amount: "conversions", limit: 5),
    categories(of: "conversions", "tracked_item", amount: "conversions", limit: 8),
    measures(
      of: "amazon_retail_purchases", time: "purchase_dt_utc",
      [
        ("purchases", "COUNT(purchase_id)"), ("purchased_units", "SUM(purchase_units_sold)"),
        ("purchased_value", "SUM(unit_price * purchase_units_sold)"),
      ]),
  ]

  /// Amounts, and how long ago the last event was.
  private static func measures(
    of table: String, time: String, _ amounts: [(name: String, expression: String)]
  ) -> FeatureQuery {
    let recency = "\(table)_recency"
    let columns = amounts.map { "\($0.expression) AS \($0.name)" }.joined(separator: ", ")
    let source = table + DataSource.audienceSuffix
    return FeatureQuery(
      source: source, shape: .measures(amounts.map { Measure($0.name, .amount) } + [Measure(recency, .recency)]),
      sql: """
        SELECT user_id, \(columns),
          SECONDS_BETWEEN(MAX(\(time)), BUILT_IN_PARAMETER('TIME_WINDOW_END')) AS \(recency)
        FROM \(source) GROUP BY user_id
        """)
  }

  private static func categories(
    of table: String, _ category: String, family: String? = nil, amount: String, transform: Transform = .amount,
    limit: Int
  ) -> FeatureQuery {
    let source = table + DataSource.audienceSuffix
    return FeatureQuery(
      source: source, shape: .categories(family: family ?? category, limit: limit, transform: transform),
      sql: "SELECT user_id, category, SUM(amount) AS amount FROM ("
        + "SELECT user_id, \(category) AS category, \(amount) AS amount FROM \(source)) events "
        + "GROUP BY user_id, category")
  }

  private static func segment(of table: String, _ column: String) -> FeatureQuery {
    let source = table + DataSource.audienceSuffix
    return FeatureQuery(
      source: source, shape: .categories(family: "segment", limit: 12, transform: .presence),
      sql: "SELECT user_id, \(column) AS category, COUNT(user_id) AS amount FROM \(source) GROUP BY user_id, \(column)")
  }

  private static func daypart(_ time: String) -> String {
    "CASE WHEN HOUR(\(time)) < 6 THEN 'night' WHEN HOUR(\(time)) < 12 THEN 'morning' "
      + "WHEN HOUR(\(time)) < 18 THEN 'afternoon' ELSE 'evening' END"
  }
}
