@testable import Audiences
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Testing

/// Each rule at its edges, as a value: nothing runs.
@Suite struct RefreshPolicyTests {
  private static let start = Fixtures.now

  private static func date(_ days: Double) -> Date { start.addingTimeInterval(days * 86_400) }

  /// A moment before so many days have passed.
  private static let moment = 0.001 / 86_400

  /// An audience that no rule slows down but those that a test is about.
  private func policy(_ rateDays: Int, _ change: (inout RefreshPolicy) -> Void = { _ in }) -> RefreshPolicy {
    var policy = RefreshPolicy(
      askedAt: Self.start, rateDays: rateDays, isTimeWindowRelative: true, advertiserKind: .sponsoredAds,
      lastRunSeconds: nil, use: .never)
    change(&policy)
    return policy
  }

  private func dsp(_ rateDays: Int, _ use: LineItemUse = .never) -> RefreshPolicy {
    policy(rateDays) {
      $0.advertiserKind = .display
      $0.use = use
    }
  }

  // MARK: DSP audiences that no line item uses

  static let unused: [(days: Double, asked: Int, pace: RefreshPolicy.RefreshInterval)] = [
    (0, 1, .every(days: 1)), (14 - moment, 1, .every(days: 1)), (14, 1, .every(days: 2)),
    (30 - moment, 1, .every(days: 2)), (30, 1, .every(days: 7)), (100 - moment, 1, .every(days: 7)),
    (100, 1, .never), (10_000, 1, .never),
    // No rule makes an audience faster than it was asked for.
    (14, 2, .every(days: 2)), (14, 3, .every(days: 3)), (30, 6, .every(days: 7)), (30, 7, .every(days: 7)),
    (30, 8, .every(days: 8)), (99, 21, .every(days: 21)), (100, 21, .never),
  ]

  @Test(arguments: unused)
  func unusedAudiencesSlowDown(_ days: Double, _ asked: Int, _ pace: RefreshPolicy.RefreshInterval) {
    #expect(dsp(asked).pace(at: Self.date(days)) == pace)
  }

  @Test(arguments: [0.0, 14, 30, 100, 1000], [1, 5, 21])
  func lineItemsKeepTheRequestedRate(_ days: Double, _ asked: Int) {
    #expect(dsp(asked, .now).pace(at: Self.date(days)) == .every(days: asked))
    // Everything else that would slow it down.
    var slow = dsp(asked, .now)
    slow.isTimeWindowRelative = false
    slow.lastRunSeconds = 20_000
    #expect(slow.pace(at: Self.date(days)) == .every(days: asked))
  }

  @Test func daysCountFromTheEndOfTheLastUse() {
    let policy = dsp(1, .until(Self.date(50)))
    #expect(policy.pace(at: Self.date(64 - Self.moment)) == .every(days: 1))
    #expect(policy.pace(at: Self.date(64)) == .every(days: 2))
    #expect(policy.pace(at: Self.date(80)) == .every(days: 7))
    #expect(policy.pace(at: Self.date(150)) == .never)
    // A use that ended before the audience was asked for again says nothing.
    #expect(dsp(1, .until(Self.date(-50))).pace(at: Self.date(13)) == .every(days: 1))
  }

  @Test(arguments: [0.0, 14, 30, 100, 1000])
  func sponsoredAdsHaveNoLineItems(_ days: Double) {
    #expect(policy(1).pace(at: Self.date(days)) == .every(days: 1))
  }

  // MARK: Static windows

  static let fixed: [(days: Double, asked: Int, pace: RefreshPolicy.RefreshInterval)] = [
    (30 - moment, 1, .every(days: 1)), (30, 1, .every(days: 7)), (1000, 1, .every(days: 7)),
    (30, 7, .every(days: 7)), (30, 14, .every(days: 14)),
  ]

  @Test(arguments: fixed)
  func staticWindowsSlowTheirAudienceDown(_ days: Double, _ asked: Int, _ pace: RefreshPolicy.RefreshInterval) {
    #expect(policy(asked) { $0.isTimeWindowRelative = false }.pace(at: Self.date(days)) == pace)
    #expect(policy(asked).pace(at: Self.date(days)) == .every(days: asked))
  }

  // MARK: Long runs

  @Test(arguments: [(nil, 1, 1), (14_400, 1, 1), (14_400.001, 1, 2), (90_000, 1, 2), (90_000, 2, 2), (90_000, 3, 3)])
  func longRunsSlowTheirAudienceDown(_ seconds: Double?, _ asked: Int, _ days: Int) {
    #expect(policy(asked) { $0.lastRunSeconds = seconds }.pace(at: Self.start) == .every(days: days))
  }

  @Test func theLongestIntervalCounts() {
    var policy = dsp(1)
    policy.lastRunSeconds = 20_000
    #expect(policy.pace(at: Self.date(1)) == .every(days: 2))
    #expect(policy.pace(at: Self.date(30)) == .every(days: 7))
    policy.isTimeWindowRelative = false
    policy.use = .until(Self.date(25))
    #expect(policy.pace(at: Self.date(30)) == .every(days: 7))
    #expect(policy.pace(at: Self.date(125)) == .never)
  }

  // MARK: Rate 0

  @Test(arguments: [AdvertiserKind.display, .sponsoredAds], [LineItemUse.never, .now, .until(start)])
  func audiencesWithoutARateAreDeactivatedAfterThirtyDays(_ kind: AdvertiserKind, _ use: LineItemUse) {
    let policy = policy(0) {
      $0.advertiserKind = kind
      $0.use = use
      $0.isTimeWindowRelative = false
    }
    #expect(policy.pace(at: Self.date(0)) == .never)
    #expect(policy.pace(at: Self.date(30 - Self.moment)) == .never)
    #expect(policy.pace(at: Self.date(30)) == .deactivated)
  }

  // MARK: Turns

  private func audience(_ rateDays: Int, _ change: (inout AudienceRecord) -> Void = { _ in }) -> AudienceRecord {
    var audience = AudienceRecord(
      id: "a", instanceID: "i", advertiserID: "d", advertiserKind: .sponsoredAds, name: "n", audienceDescription: nil,
      query: "SELECT", timeWindowStart: Self.date(-9), timeWindowEnd: Self.date(-1), isTimeWindowRelative: true,
      refreshRateDays: rateDays, inputParameters: nil, parameterValues: "{}", createdAt: Self.start)
    audience.status = .succeeded
    change(&audience)
    return audience
  }

  private func decision(_ audience: AudienceRecord, _ days: Double) -> RefreshPolicy.Decision {
    RefreshPolicy.decision(about: audience, use: .never, at: Self.date(days))
  }

  @Test func refreshesAreDueAtEachRate() {
    let audience = audience(3)
    #expect(decision(audience, 0) == .wait)
    #expect(decision(audience, 3 - Self.moment) == .wait)
    #expect(decision(audience, 3) == .refresh(turn: Self.date(3)))
    // Late by part of a turn, or by several: the latest is taken, once.
    #expect(decision(audience, 5.9) == .refresh(turn: Self.date(3)))
    #expect(decision(audience, 31) == .refresh(turn: Self.date(30)))
    let refreshed = self.audience(3) { $0.refreshedFor = Self.date(30) }
    #expect(decision(refreshed, 32.9) == .wait)
    #expect(decision(refreshed, 33) == .refresh(turn: Self.date(33)))
  }

  @Test func failuresAreRetriedAfterADelayOrWhenNextDue() {
    let failed = audience(3) {
      $0.triedFor = Self.date(3)
      $0.refreshFailureCount = 1
      $0.retryAt = Self.date(3.5)
    }
    #expect(decision(failed, 3.4) == .wait)
    #expect(decision(failed, 3.5) == .refresh(turn: Self.date(3)))
    let late = audience(1) {
      $0.triedFor = Self.date(3)
      $0.refreshFailureCount = 9
      $0.retryAt = Self.date(4.9)
    }
    #expect(decision(late, 3.99) == .wait)
    #expect(decision(late, 4) == .refresh(turn: Self.date(4)))
  }

  @Test func failedRefreshesAreRetriedAfterSlowingDown() {
    let failed = audience(1) {
      $0.isTimeWindowRelative = false
      $0.refreshedFor = Self.date(28)
      $0.triedFor = Self.date(29)
      $0.refreshFailureCount = 7
      $0.retryAt = Self.date(30)
    }
    #expect(decision(failed, 30) == .refresh(turn: Self.date(29)))
  }

  @Test(arguments: [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (7, 24), (1_000_000, 24)])
  func retryDelaysGrowUpToADay(_ failures: Int, _ hours: Double) {
    #expect(RefreshPolicy.retrySeconds(failureCount: failures) == hours * 3600)
  }

  @Test func deletedPeopleMakeAnAudienceDue() {
    let stale = audience(21) { $0.userDeletionCount = 1 }
    #expect(decision(stale, 0.5) == .refresh(turn: Self.start))
    let unrefreshed = audience(0) { $0.userDeletionCount = 1 }
    #expect(decision(unrefreshed, 0.5) == .refresh(turn: Self.start))
    #expect(decision(unrefreshed, 30) == .deactivate)
    let settled = audience(0) {
      $0.userDeletionCount = 1
      $0.coveredUserDeletionCount = 1
    }
    #expect(decision(settled, 0.5) == .wait)
  }

  // MARK: The window

  static let shifts: [(rate: Int, turn: Double, days: Int)] = [
    (7, 0, 0), (7, 7, 7), (7, 14, 14), (1, 36, 36),
    // A turn that the decay has moved off the rate: the window is less than the rate older.
    (3, 34, 33), (21, 41.9, 21), (21, 42, 42),
  ]

  @Test(arguments: shifts)
  func theWindowMovesByWholeRates(_ rate: Int, _ turn: Double, _ days: Int) {
    #expect(RefreshPolicy.windowShiftDays(of: audience(rate), turn: Self.date(turn)) == days)
    #expect(
      RefreshPolicy.windowShiftDays(of: audience(rate) { $0.isTimeWindowRelative = false }, turn: Self.date(turn)) == 0)
  }
}
