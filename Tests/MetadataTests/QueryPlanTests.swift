import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// Lists and limits of an advertiser account read the rows of a page and no others, by the query plans of SQLite.
@Suite struct QueryPlanTests {
  struct Query: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The steps that SQLite takes, in its words.
    let steps: [String]
    let run: @Sendable (ReadTransaction) throws -> Void

    init(_ name: String, _ steps: String..., run: @escaping @Sendable (ReadTransaction) throws -> Void) {
      testDescription = name
      self.steps = steps
      self.run = run
    }
  }

  private static let owner = AdvertisingOwner(accountID: "a", id: "d")

  static let queries = [
    Query(
      "campaigns",
      """
      SEARCH advertisingEntity USING INDEX advertisingEntityByOwner \
      (accountID=? AND ownerID=? AND kind=? AND sequence>?)
      """
    ) {
      _ = try $0.advertisingEntities(
        AdvertisingEntityFilter(), kind: .productsCampaign, owner: Self.owner, after: 7, offset: 5, limit: 10)
    },
    Query(
      "the number of campaigns",
      "SEARCH advertisingEntity USING COVERING INDEX advertisingEntityByOwner (accountID=? AND ownerID=? AND kind=?)"
    ) {
      _ = try $0.advertisingEntityCount(AdvertisingEntityFilter(), kind: .productsCampaign, owner: Self.owner)
    },
    Query(
      "the number of living campaigns",
      "SEARCH advertisingEntity USING COVERING INDEX livingAdvertisingEntity (accountID=? AND ownerID=? AND kind=?)"
    ) {
      _ = try $0.livingAdvertisingEntityCount(kind: .productsCampaign, owner: Self.owner)
    },
    Query(
      "a campaign's name", "SCAN CONSTANT ROW", "SCALAR SUBQUERY 1",
      "SEARCH advertisingEntity USING INDEX livingAdvertisingEntity (accountID=? AND ownerID=? AND kind=? AND name=?)"
    ) {
      _ = try $0.hasAdvertisingEntity(
        named: "n", parentID: nil, kind: .productsCampaign, owner: Self.owner, except: "1")
    },
    Query(
      "targets of line items",
      "SEARCH lineItem USING INDEX advertisingEntityByOwner (accountID=? AND ownerID=? AND kind=? AND sequence>?)",
      "SEARCH lineItemAudience USING INDEX sqlite_autoindex_lineItemAudience_2 (lineItemID=?)"
    ) {
      _ = try $0.currentUses(
        LineItemTargetFilter(), owner: Self.owner, after: LineItemTargetPosition("7.8"), limit: 10)
    },
    Query(
      "audiences of queries",
      "SEARCH advertiserAudience USING INDEX advertiserAudienceByAge "
        + "(accountID=? AND advertiserKind=? AND (createdAt,canonicalID)>(?,?))",
      "SEARCH audience USING INDEX sqlite_autoindex_audience_1 (id=?)"
    ) {
      let query = AdvertiserAudienceQuery(accountID: "a", kind: .display, advertiserID: nil, conditions: [])
      _ = try $0.advertiserAudiences(query, after: (Fixtures.now, "1"), limit: 10)
    },
  ]

  @Test(arguments: queries)
  func statementsFollowAnIndex(_ query: Query) throws {
    let queue = try DatabaseQueue()
    try Migrations.migrator.migrate(queue)
    let steps = try queue.write { database in
      TextFunctions.add(to: database)
      // The first run also reads the schema.
      let transaction = ReadTransaction(access: DatabaseAccess(connection: database))
      try query.run(transaction)
      var statements: [String] = []
      database.trace { if case .statement(let statement) = $0 { statements.append(statement.expandedSQL) } }
      try query.run(transaction)
      database.trace(options: [])
      return try statements.flatMap { statement in
        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)").map { $0["detail"] as String }
      }
    }
    #expect(steps == query.steps)
  }
}
