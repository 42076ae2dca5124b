import Foundation
import ObjectStorage

@testable import Warehouse

/// Files as queries have written them, and a search over them.
struct LookalikeFixture {
  let warehouse: TestWarehouse
  let area: StagingArea
  var inputs: [LookalikeSearch.Input] = []

  init() throws {
    warehouse = try TestWarehouse()
    area = try TemporaryFolders(in: warehouse.folder.appending(path: "areas")).make()
  }

  /// Writes rows of a statement as a file of the area.
  @discardableResult
  func write(_ name: String, _ select: String) async throws -> EngineLocation {
    let location = try area.location(of: name)
    try await TrustedSession.with(warehouse.settings, folders: [area.folder]) { session in
      try await session.execute("COPY (\(select)) TO '\(location.path)' (FORMAT parquet)")
    }
    return location
  }

  mutating func add(_ shape: FeatureQuery.Shape, _ select: String) async throws {
    let file = try await write("input-\(inputs.count).parquet", select)
    inputs.append(
      LookalikeSearch.Input(query: FeatureQuery(source: "test", shape: shape, sql: ""), file: file))
  }

  /// A search for users that `seed` does not contain.
  func search(seed: String, size: Int, minimumSeedSize: Int = 1) async throws -> LookalikeSearch {
    LookalikeSearch(
      seed: try await write("seed.parquet", seed), inputs: inputs, minimumSeedSize: minimumSeedSize,
      sizing: LookalikeSizing(fullSizes: [size], index: 0, scale: 1, minimumSize: 1), area: area,
      output: try area.location(of: "members.parquet"))
  }

  /// The keys that a search has written, in the order of the file.
  func members(_ search: LookalikeSearch) async throws -> [Int] {
    try await warehouse.rows("SELECT user_id FROM data", of: [search.output]).compactMap { $0.first?.integer }
  }

  /// 4,000 users. Those whose number is a multiple of 4 like lamps, and every tenth of the others does. The seed is
  /// those of users 0 to 399 whose number is a multiple of 4.
  static func lamps() async throws -> (LookalikeFixture, LookalikeSearch) {
    var fixture = try LookalikeFixture()
    try await fixture.add(
      .measures([.init("ads", .amount), .init("age", .recency)]),
      "SELECT n AS user_id, 1 + hash(n) % 5 AS ads, 86400 * (hash(n, 1) % 9) AS age FROM range(4000) users(n)")
    try await fixture.add(
      .categories(family: "likes", limit: 3, transform: .amount),
      """
      SELECT n AS user_id, CASE WHEN n % 4 = 0 OR n % 10 = 1 THEN 'lamps' ELSE 'tents' END AS category, 2 AS amount
      FROM range(4000) users(n)
      """)
    let search = try await fixture.search(
      seed: "SELECT n AS user_id FROM range(400) users(n) WHERE n % 4 = 0", size: 900)
    return (fixture, search)
  }
}
