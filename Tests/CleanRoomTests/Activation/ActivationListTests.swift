import Base
import CleanRoom
import Foundation
import GRDB
import ServerTestSupport
import Testing

@testable import Activation
@testable import Metadata

/// Lists of an advertiser account read only the rows of a page, and a request counts once what it may not exceed.
@Suite struct ActivationListTests {
  private static let advertiserID = Fixtures.setup.displayAdvertiserID

  private let room: Room
  private let sponsored: SponsoredScope
  private let scope: DSPScope

  init() async throws {
    room = try await Room()
    sponsored = try await room.store.read { snapshot in
      SponsoredScope(
        profile: try #require(try snapshot.profile(id: Fixtures.setup.profileID)),
        account: try #require(try snapshot.find(AccountRecord.self, id: Fixtures.setup.accountID)))
    }
    scope = DSPScope(account: sponsored.account, advertiserID: Self.advertiserID)
  }

  /// Breaks stored rows, as only another program could: reading one of them fails.
  private func breakRows(_ sql: String) async throws {
    let queue = try DatabaseQueue(path: room.folder.file("metadata.sqlite"))
    try await queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func campaigns(_ count: Int) throws -> [JSONValue] {
    try (0..<count).map { index in
      try JSONValue(
        parsing: Data(
          """
          {"name": "Campaign \(index)", "state": "PAUSED", "targetingType": "AUTO",
            "budget": {"budget": 5, "budgetType": "DAILY"}}
          """.utf8))
    }
  }

  private var entities: AdvertisingEntityService {
    AdvertisingEntityService(store: room.store, clock: room.clock, identifiers: room.identifiers)
  }

  private var lineItemTargets: LineItemTargetService {
    LineItemTargetService(store: room.store, clock: room.clock, identifiers: room.identifiers)
  }

  private func addLineItems(_ count: Int) async throws {
    try await room.store.write { [owner = scope.owner] transaction in
      for index in 1...count {
        try transaction.insert(
          AdvertisingEntityRecord(
            id: "\(index)", kind: .dspLineItem, owner: owner, name: "n", createdAt: Fixtures.now))
        var use = LineItemAudienceRecord(lineItemID: "\(index)", canonicalID: "77", addedAt: Fixtures.now)
        use.targetID = "\(100 - index)"
        use.definition = #"{"state":"ENABLED"}"#
        try transaction.save(use)
      }
    }
  }

  @Test func aPageOfCampaignsIsAllThatIsRead() async throws {
    for outcome in try await entities.create(campaigns(6), kind: .productsCampaign, in: sponsored) {
      _ = try outcome.get()
    }
    try await breakRows("UPDATE advertisingEntity SET state = 'BROKEN' WHERE sequence > 3")
    let page = try await entities.entities(
      .productsCampaign, matching: AdvertisingEntityFilter(), in: sponsored, limit: 2)
    #expect(page.entities.map(\.name) == ["Campaign 0", "Campaign 1"])
    #expect(page.matchCount == 6)
    #expect(page.nextSequence == page.entities.last?.sequence)
  }

  @Test func campaignsAreCountedOnceForARequest() async throws {
    let counts = Statements()
    try await room.store.pool.writeWithoutTransaction { database in
      database.trace { if case .statement(let statement) = $0 { counts.add(statement.sql) } }
    }
    for outcome in try await entities.create(campaigns(20), kind: .productsCampaign, in: sponsored) {
      _ = try outcome.get()
    }
    #expect(counts.all.filter { $0.contains("COUNT(") }.count == 1)
    #expect(counts.all.filter { $0.hasPrefix("INSERT") }.count == 20)
  }

  /// Statements that were run. Only the connection that runs them adds to it.
  private final class Statements: @unchecked Sendable {
    private(set) var all: [String] = []
    func add(_ sql: String) { all.append(sql) }
  }

  @Test func theLastCampaignsThatFitAreMadeAndNoMore() async throws {
    try await room.store.write { [owner = sponsored.owner] transaction in
      for index in 0..<AdvertisingEntityService.countLimit - 1 {
        try transaction.insert(
          AdvertisingEntityRecord(
            id: "\(index)", kind: .productsCampaign, owner: owner, name: "\(index)", createdAt: Fixtures.now))
      }
    }
    let outcomes = try await entities.create(campaigns(3), kind: .productsCampaign, in: sponsored)
    let limit = FieldError(.quota(limit: AdvertisingEntityService.countLimit), at: "[1]")
    #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, false])
    guard case .failure(let failure) = outcomes[1] else { return }
    #expect(failure.problems == [limit])
  }

  @Test func aPageOfLineItemsIsAllThatIsRead() async throws {
    try await addLineItems(6)
    try await breakRows("UPDATE advertisingEntity SET state = 'BROKEN' WHERE sequence > 3")
    let page = try await entities.entities(.dspLineItem, matching: AdvertisingEntityFilter(), in: scope, limit: 2)
    #expect(page.entities.map(\.id) == ["1", "2"])
    #expect(page.nextSequence == page.entities.last?.sequence)
  }

  @Test func aPageOfTargetsIsAllThatIsRead() async throws {
    try await addLineItems(6)
    try await breakRows("UPDATE lineItemAudience SET definition = 'broken' WHERE lineItemID > '4'")
    var filter = LineItemTargetFilter()
    filter.states = ["ENABLED"]
    let (first, next) = try await lineItemTargets.targets(
      matching: filter, types: nil, in: scope, after: nil, limit: 2)
    #expect(first.map(\.lineItemID) == ["1", "2"])
    let position = try #require(next.flatMap { LineItemTargetPosition("\($0)") })
    let (second, _) = try await lineItemTargets.targets(
      matching: filter, types: nil, in: scope, after: position, limit: 1)
    #expect(second.map(\.lineItemID) == ["3"])
  }

  @Test func targetsOfALineItemComeByAudience() async throws {
    try await addLineItems(2)
    try await room.store.write { transaction in
      for id in ["78", "9", "76"] {
        var use = LineItemAudienceRecord(lineItemID: "1", canonicalID: id, addedAt: Fixtures.now)
        use.targetID = "1\(id)"
        try transaction.save(use)
      }
      var ended = LineItemAudienceRecord(lineItemID: "2", canonicalID: "76", addedAt: Fixtures.now)
      (ended.targetID, ended.removedAt) = ("5", Fixtures.now)
      try transaction.save(ended)
    }
    var seen: [String] = []
    var position: LineItemTargetPosition?
    repeat {
      let (page, next) = try await lineItemTargets.targets(
        matching: LineItemTargetFilter(), types: nil, in: scope, after: position, limit: 2)
      seen += page.map { "\($0.lineItemID) \($0.canonicalID)" }
      position = next
    } while position != nil
    #expect(seen == ["1 76", "1 77", "1 78", "1 9", "2 77"])
  }

  @Test func aPageOfDisplayTargetsIsAllThatIsRead() async throws {
    try await room.store.write { [owner = sponsored.owner] transaction in
      for index in 1...6 {
        try transaction.insert(
          AdvertisingEntityRecord(
            id: "\(index)", kind: .displayTarget, owner: owner, parentID: "1", state: .enabled,
            createdAt: Fixtures.now))
      }
    }
    try await breakRows("UPDATE advertisingEntity SET state = 'BROKEN' WHERE sequence > 4")
    let page = try await entities.entities(
      .displayTarget, matching: AdvertisingEntityFilter(), in: sponsored, offset: 1, limit: 2)
    #expect(page.entities.map(\.id) == ["2", "3"])
    #expect(try await entities.audienceNames(of: page.entities, in: sponsored) == [:])
  }
}
