import Foundation
import Testing

@testable import Warehouse

/// Features of a handful of users, counted by hand.
@Suite struct FeatureTableTests {
  /// Events that define a seed are no features. Devices and dayparts, which tell what kind of user somebody is, stay.
  @Test func featuresThatDefineTheSeedAreLeftOut() {
    func sources(besides tables: String...) -> [String] {
      FeatureQuery.all.compactMap { $0.besides(tablesOfSeed: tables)?.source }
    }
    #expect(sources() == FeatureQuery.all.map(\.source))
    #expect(sources(besides: "some_upload", "user_preferences") == sources())
    let shoppers = sources(besides: "conversions_with_relevance")
    #expect(!shoppers.contains("conversions_for_audiences"))
    #expect(!shoppers.contains("amazon_retail_purchases_for_audiences"))
    #expect(shoppers.contains("dsp_clicks_for_audiences"))
    let viewers = FeatureQuery.all.compactMap { $0.besides(tablesOfSeed: ["dsp_views"]) }
      .filter { $0.source == "dsp_impressions_for_audiences" }
    let families = viewers.map { query in if case .categories(let name, _, _) = query.shape { name } else { "" } }
    #expect(families == ["device_type", "daypart"])
  }

  @Test func measuresAndCategoriesBecomeFeatures() async throws {
    var fixture = try LookalikeFixture()
    try await fixture.add(
      .measures([.init("ads", .amount), .init("age", .recency)]),
      "FROM (VALUES (1, 3, 0), (2, 0, 86400), (3, NULL, NULL)) rows(user_id, ads, age)")
    try await fixture.add(
      .categories(family: "device", limit: 2, transform: .amount),
      """
      FROM (VALUES (1, 'Phone', 7), (1, 'TV', 1), (2, 'Phone', 1), (4, 'TV', 1), (4, 'PC', 9), (5, NULL, 1),
        (6, 'it''s', 1)) rows(user_id, category, amount)
      """)
    try await fixture.add(
      .categories(family: "segment", limit: 1, transform: .presence),
      "FROM (VALUES (2, 12, 40), (6, 12, 1), (6, 13, 1)) rows(user_id, category, amount)")
    // The second file of a family counts with the first.
    try await fixture.add(
      .categories(family: "segment", limit: 1, transform: .presence),
      "FROM (VALUES (2, 12, 1), (1, 13, 1)) rows(user_id, category, amount)")
    try await fixture.add(
      .categories(family: "daypart", limit: 1, transform: .share),
      "FROM (VALUES (1, 'night', 1), (1, 'day', 3), (2, 'day', 5), (3, 'night', 0)) rows(user_id, category, amount)")
    let search = try await fixture.search(seed: "FROM (VALUES (2), (9)) rows(user_id)", size: 1)
    let table = try fixture.area.location(of: "table.parquet")
    let files = search.inputs.map(\.file) + [search.seed]
    let warehouse = fixture.warehouse
    let features = try await TrustedSession.with(
      warehouse.settings, files: files, folders: [search.area.folder]
    ) { session in
      try await FeatureTable(session: session, search: search).write(to: table)
    }
    #expect(features.map(\.label) == ["ads", "age", "device: Phone", "device: TV", "segment: 12", "daypart: day"])
    let rows = try await warehouse.rows(
      "SELECT CAST(user_id AS BIGINT), is_seed, "
        + features.map { "round(CAST(\($0.column) AS DOUBLE), 4)" }.joined(separator: ", ") + " FROM data ORDER BY 1",
      of: [table])
    func row(_ user: Int64, _ isSeed: Bool, _ values: Double...) -> [EngineValue] {
      [.integer(user), .boolean(isSeed)] + values.map { .double($0) }
    }
    // User 9 of the seed has no signals, and is not there.
    #expect(
      rows == [
        row(1, false, 1.3863, 1, 2.0794, 0.6931, 0, 0.75), row(2, true, 0, 0.5, 0.6931, 0, 1, 1),
        row(3, false, 0, 0, 0, 0, 0, 0), row(4, false, 0, 0, 0, 0.6931, 0, 0), row(5, false, 0, 0, 0, 0, 0, 0),
        row(6, false, 0, 0, 0, 0, 1, 0),
      ])
  }
}
