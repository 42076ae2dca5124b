import AMCSQL
@testable import Catalog
import Foundation
import Testing

/// Paid features in the catalogue, and the owners of rows.
@Suite struct PaidFeatureTests {
  private static func bind(_ sql: String, subscriptions: Set<String>?) throws {
    var catalogue = Catalogue.standard
    catalogue.subscriptions = subscriptions
    let context = BindingContext(catalogue: catalogue, timeWindow: nil, now: Date(timeIntervalSince1970: 0))
    _ = try Binder.bind(Parser.parse(sql), in: context)
  }

  @Test func tablesOfUnsubscribedFeaturesAreRefusedAtTheirName() throws {
    let sql = "SELECT COUNT(*) AS n\nFROM conversions_all"
    try Self.bind(sql, subscriptions: nil)
    try Self.bind(sql, subscriptions: ["flexible-shopping-insights"])
    let refusal = try #require(throws: QueryRefusal.self) { try Self.bind(sql, subscriptions: ["your-garage"]) }
    #expect(refusal.first.code == .subscriptionRequired)
    #expect(refusal.first.span.start.line == 2 && refusal.first.span.start.column == 6)
    #expect(refusal.first.text.contains("Flexible Shopping Insights"))
    #expect(
      refusal.first.text.contains(
        "adyton admin feature subscribe --instance INSTANCE --feature flexible-shopping-insights"))
  }

  @Test func subscriptionsAreCheckedEverywhereInAQuery() throws {
    for (sql, column) in [
      ("SELECT COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('conversions_all', 'P1D', 'P1D'))", 52),
      ("WITH a AS (SELECT COUNT(*) AS n FROM conversions_all) SELECT n FROM a", 38),
      (
        "SELECT COUNT(*) AS n FROM conversions WHERE user_id IN (SELECT user_id FROM amazon_your_garage)", 77
      ),
    ] {
      let refusal = try #require(throws: QueryRefusal.self, "\(sql)") { try Self.bind(sql, subscriptions: []) }
      #expect(refusal.first.code == .subscriptionRequired, "\(sql)")
      #expect(refusal.first.span.start.column == column, "\(sql)")
    }
  }

  @Test func audienceAndFreeTablesNeedNoSubscription() throws {
    try Self.bind("SELECT user_id FROM conversions_all_for_audiences", subscriptions: [])
    try Self.bind("SELECT user_id FROM dsp_impressions", subscriptions: [])
  }

  @Test func availableDataSourcesFollowFromSubscriptions() {
    var catalogue = Catalogue.standard
    #expect(catalogue.availableDataSources.count == catalogue.dataSources.count)
    catalogue.subscriptions = ["retail-purchases"]
    let names = Set(catalogue.availableDataSources.map(\.name))
    #expect(names.isSuperset(of: ["dsp_clicks", "amazon_retail_purchases", "conversions_all_for_audiences"]))
    #expect(names.isDisjoint(with: ["conversions_all", "segment_metadata", "experian_vehicle_purchases"]))
  }

  @Test func everyPaidTableHasAKnownFeatureAndEveryFeatureATable() {
    let catalogue = Catalogue.standard
    let used = Set(catalogue.dataSources.compactMap(\.paidFeature))
    #expect(used == Set(catalogue.paidFeatures.map(\.name)))
    #expect(catalogue.paidFeatures.count == 9)
    #expect(catalogue.dataSources.filter { $0.paidFeature != nil && !$0.isForAudiences }.count == 25)
  }
}

@Suite struct RowFilterTests {
  private static let display = AdvertiserIdentifier(kind: .display, id: "42", marketplaceID: nil)
  private static let sponsored = AdvertiserIdentifier(kind: .sponsoredAds, id: "ENTITY1", marketplaceID: "M")

  private static func filter(_ table: String, _ advertisers: [AdvertiserIdentifier]) throws -> RowFilter? {
    try #require(Catalogue.standard.dataSource(named: table)).rowFilter(for: advertisers)
  }

  @Test func rowsAreLimitedByTheColumnOfTheirKind() throws {
    let twice = [Self.display, Self.sponsored, Self.display]
    let impressions = try #require(try Self.filter("dsp_impressions", twice))
    #expect(impressions.alternatives.map(\.column) == ["advertiser_id"])
    #expect(impressions.alternatives.map(\.values) == [["42"]])
    let attributed = try #require(try Self.filter("amazon_attributed_events_by_conversion_time", twice))
    #expect(attributed.alternatives.map(\.column) == ["advertiser_id", "entity_id"])
    let twin = try #require(try Self.filter("dsp_impressions_for_audiences", [Self.display]))
    #expect(twin.alternatives.map(\.column) == ["advertiser_id"])
  }

  @Test func tablesOfOtherKindsHaveNoRows() throws {
    #expect(try Self.filter("dsp_impressions", [Self.sponsored]) == RowFilter(alternatives: []))
    #expect(try Self.filter("adserver_traffic", [Self.sponsored]) == RowFilter(alternatives: []))
    #expect(try Self.filter("dsp_impressions", []) == RowFilter(alternatives: []))
  }

  @Test func tablesWithoutAdvertisersAreNotLimited() throws {
    for table in ["conversions", "amazon_your_garage", "segment_metadata"] {
      #expect(try Self.filter(table, [Self.display]) == nil, "\(table)")
    }
  }
}
