@testable import Audiences
import Foundation
import Metadata
import Privacy
@testable import Queries
import ServerTestSupport
import TestSupport
import Testing

@testable import CleanRoom

@Suite(.hangLimit)
struct LookalikeTests {
  private static func draft(_ reach: LookalikeReach? = .balanced) -> AudienceDraft {
    var draft = Fixtures.draft()
    draft.kind = .lookalike(reach)
    return draft
  }

  private func finished(_ room: Room, _ draft: AudienceDraft = draft()) async throws -> AudienceRecord {
    let id = try await room.createAudience(draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    return try await room.audience(id)
  }

  @Test func lookalikesAreAudiences() async throws {
    let room = try await Room()
    let audience = try await finished(room)
    #expect(audience.status == .succeeded)
    #expect(audience.lookalikeReach == .balanced)
    #expect(audience.refreshRateDays == 21)
    let request = try #require(room.queries.lookalikes.first)
    #expect(request.seed.purpose == .audience(.display))
    #expect(request.seedSizes == 500...500_000)
    #expect(request.sizing.fullSizes == [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000])
    #expect(request.sizing.index == 2)
    #expect(request.sizing.scale == nil)
    #expect(request.sizing.minimumSize == 2_000)
    #expect(audience.memberCount == request.sizing.target(population: FakeQueryService.usualPopulation))
    let page = try await room.advertiserAudiences.displayAudiences(
      accountID: Fixtures.setup.accountID, advertiserID: nil, filters: [], after: "", limit: 10)
    #expect(page.audiences.count == 1)
  }

  @Test func unfitSeedsFail() async throws {
    for (query, reason) in [
      (
        "few",
        "The seed audience does not reach 500 user_ids, which is the minimum number required for modeling a lookalike audience."
      ),
      (
        "many",
        "The seed audience has more than 500000 user_ids, which is the maximum number allowed for a lookalike audience."
      ),
      ("refused", StatusReason.audienceTableRequired),
    ] {
      let room = try await Room()
      room.queries.answer(queriesWith: "few", .count(499))
      room.queries.answer(queriesWith: "many", .count(500_001))
      room.queries.answer(queriesWith: "refused", .refuse(.audienceTableRequired, message: "no", line: 1, column: 1))
      var draft = Self.draft()
      draft.query = query
      let audience = try await finished(room, draft)
      #expect(audience.status == .failed)
      #expect(audience.statusReason == reason)
      #expect(audience.memberCount == nil)
      let left = try await room.objects.list(under: .init("instances"))
      #expect(left.isEmpty)
    }
  }

  @Test func limitsAndScaleFollowTheSettings() async throws {
    var options = Room.Options()
    options.settings.lookalikeSeedSizes = 10...20
    options.settings.lookalikeScale = 0.001
    let room = try await Room(options)
    room.queries.answer(queriesWith: "SELECT", .count(15))
    let audience = try await finished(room, Self.draft(.mostBroad))
    #expect(audience.memberCount == 5_000)
  }

  @Test func tooFewMembersFail() async throws {
    var options = Room.Options()
    options.settings.lookalikeScale = 0.001
    let room = try await Room(options)
    let audience = try await finished(room, Self.draft(.mostSimilar))
    #expect(audience.status == .failed)
    #expect(audience.statusReason == StatusReason.tooFewUsers(minimum: 2_000))
  }

  @Test(arguments: [(6, false), (7, true), (21, true), (22, false), (0, false)])
  func refreshRatesAreAtLeastSevenDays(_ days: Int, _ isFit: Bool) throws {
    var draft = Self.draft()
    draft.refreshRateDays = days
    if isFit {
      try draft.validate()
    } else {
      #expect(throws: CleanRoomError.invalidField(name: "refreshRateDays", reason: "must be from 7 to 21.")) {
        try draft.validate()
      }
    }
  }

  @Test func updatesChangeNeitherTypeNorReach() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "few", .count(1))
    var draft = Self.draft()
    draft.query = "few"
    let id = try await finished(room, draft).id
    let instanceID = Fixtures.setup.instanceID
    draft.query = "SELECT"
    draft.kind = .ruleBased
    await #expect(throws: CleanRoomError.unchangeableField(name: "audienceType")) {
      try await room.audiences.update(id: id, instanceID: instanceID, to: .replacement(draft))
    }
    draft.kind = .lookalike(.broad)
    await #expect(throws: CleanRoomError.unchangeableField(name: "lookalikeAudienceExpectedReach")) {
      try await room.audiences.update(id: id, instanceID: instanceID, to: .replacement(draft))
    }
    draft.kind = .lookalike(nil)
    let updated = try await room.audiences.update(id: id, instanceID: instanceID, to: .replacement(draft))
    #expect(updated.lookalikeReach == .balanced)
    #expect(updated.status == .pending)
  }

  /// Each target is within the documented range, and the five of an area differ.
  @Test func sizesAreWithinTheDocumentedRanges() {
    for area in LookalikeSizes.Area.allCases {
      let ranges = LookalikeSizes.ranges(in: area)
      #expect(ranges.count == 5)
      #expect(ranges.allSatisfy { $0.documented.contains($0.target) })
      #expect(ranges.map(\.target) == ranges.map(\.target).sorted())
      #expect(Set(ranges.map(\.target)).count == 5)
    }
    #expect(LookalikeSizes.ranges(in: .asia)[0].documented == 200_000...300_000)
    #expect(LookalikeSizes.ranges(in: .europeAndAmericas)[4].documented == 3_000_000...10_000_000)
    #expect(LookalikeSizes.Area(marketplaceID: "ATVPDKIKX0DER") == .europeAndAmericas)
    #expect(LookalikeSizes.Area(marketplaceID: "A1VC38T7YXB528") == .asia)
    #expect(LookalikeSizes.Area(marketplaceID: "unknown") == .europeAndAmericas)
  }

  @Test func featuresLookBackFromTheEndOfTheSeedsWindow() {
    let end = Fixtures.now
    func days(_ count: Double) -> Double {
      let window = EngineQueryService.featureWindow(
        of: .init(start: end.addingTimeInterval(-count * 86_400), end: end))
      #expect(window.end == end)
      return end.timeIntervalSince(window.start) / 86_400
    }
    #expect(days(1) == 30)
    #expect(days(45) == 45)
    #expect(days(400) == 90)
  }
}
