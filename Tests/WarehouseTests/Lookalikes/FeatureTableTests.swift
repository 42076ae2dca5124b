import Foundation
import Testing

@testable import Warehouse

/// Features of a handful of users, counted by hand.
@Suite struct FeatureTableTests {
  @Test func figuresAndCategoriesBecomeFeatures() async throws {
    var fixture = try LookalikeFixture()
    try await fixture.add(
      .figures([.init("ads", .amount), .init("age", .recency)]),
      "FROM (VALUES (1, 3, 0), (2, 0, 86400), (3, NULL, NULL)) rows(user_id, ads, age)")
    try await fixture.add(
      .categories(family: "device", limit: 2, measure: .amount),
      """
      FROM (VALUES (1, 'Phone', 7), (1, 'TV', 1), (2, 'Phone', 1), (4, 'TV', 1), (4, 'PC', 9), (5, NULL, 1),
        (6, 'it''s', 1)) rows(user_id, category, amount)
      """)
    try await fixture.add(
      .categories(family: "segment", limit: 1, measure: .presence),
      "FROM (VALUES (2, 12, 40), (6, 12, 1), (6, 13, 1)) rows(user_id, category, amount)")
    // The second file of a family counts with the first.
    try await fixture.add(
      .categories(family: "segment", limit: 1, measure: .presence),
      "FROM (VALUES (2, 12, 1), (1, 13, 1)) rows(user_id, category, amount)")
    let search = try await fixture.search(seed: "FROM (VALUES (2), (9)) rows(user_id)", size: 1)
    let table = try fixture.area.location(of: "table.parquet")
    let files = search.inputs.map(\.file) + [search.seed]
    let warehouse = fixture.warehouse
    let features = try await TrustedSession.with(
      warehouse.settings, files: files, folders: [search.area.folder]
    ) { session in
      try await FeatureTable(session: session, search: search).write(to: table)
    }
    #expect(features.map(\.label) == ["ads", "age", "device: Phone", "device: TV", "segment: 12"])
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
        row(1, false, 1.3863, 1, 2.0794, 0.6931, 0), row(2, true, 0, 0.5, 0.6931, 0, 1), row(3, false, 0, 0, 0, 0, 0),
        row(4, false, 0, 0, 0, 0.6931, 0), row(5, false, 0, 0, 0, 0, 0), row(6, false, 0, 0, 0, 0, 1),
      ])
  }
}
