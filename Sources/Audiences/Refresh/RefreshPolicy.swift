package import Metadata

package import struct Foundation.Date

/// The refresh interval of an audience, and the action that is due at a moment: the rules alone, without a store.
///
/// Days are 86,400 seconds. A rule that applies "after" some days applies as soon as they have passed. No rule makes an
/// interval shorter than requested: of all that apply, the longest counts. A line item that uses the audience suspends
/// them all.
///
/// Source: AMC's guide "Rule-based audiences", on `refreshRateDays`; `docs/decisions` has what it leaves open.
package struct RefreshPolicy: Sendable, Hashable {
  /// The refresh interval of an audience.
  package enum RefreshInterval: Sendable, Hashable {
    case every(days: Int)
    /// The audience stays as it is.
    case never
    /// The audience loses its members.
    case deactivated
  }

  /// The action that is due for an audience with members.
  package enum Decision: Sendable, Hashable {
    case wait
    /// `turn` is the time at which the refresh was due: the latest of those that were missed.
    case refresh(turn: Date)
    case deactivate
  }

  /// A step in which the intervals of unused or static audiences get longer.
  struct Decay: Sendable, Hashable {
    var afterDays: Int
    var pace: RefreshInterval
  }

  package static let secondsPerDay = 86_400.0
  /// The intervals of a DSP audience that no line item uses, counted from its request, or from the end of the last use.
  /// Source: the guide.
  static let unusedDecay = [
    Decay(afterDays: 14, pace: .every(days: 2)), Decay(afterDays: 30, pace: .every(days: 7)),
    Decay(afterDays: 100, pace: .never),
  ]
  /// The intervals of an audience whose time window does not move. Source: the guide.
  static let staticDecay = [Decay(afterDays: 30, pace: .every(days: 7))]
  /// The duration of a run, in seconds, above which the interval gets longer: four hours. Source: the guide.
  package static let longRunSeconds = 4 * 3600.0
  /// The interval after such a run. Source: the guide.
  static let longRunPace = RefreshInterval.every(days: 2)
  /// The number of days after which an audience that is never refreshed is deactivated. Source: the guide.
  package static let deactivationAfterDays = 30
  /// The time after which a failed refresh is tried again, in seconds: an hour, and twice as long each time …
  package static let firstRetrySeconds = 3600.0
  /// … up to a day.
  package static let longestRetrySeconds = 86_400.0

  package var askedAt: Date
  /// 0…21; 0 for an audience that is never refreshed.
  package var rateDays: Int
  package var isTimeWindowRelative: Bool
  package var advertiserKind: AdvertiserKind
  /// The duration of its last run; nil if unknown.
  package var lastRunSeconds: Double?
  package var use: LineItemUse

  // MARK: How often

  /// The interval at a moment.
  package func pace(at now: Date) -> RefreshInterval {
    guard rateDays > 0 else {
      return Self.hasPassed(days: Self.deactivationAfterDays, since: askedAt, at: now) ? .deactivated : .never
    }
    let asked = RefreshInterval.every(days: rateDays)
    guard use != .now else { return asked }
    return [asked, unusedPace(at: now), staticPace(at: now), longRunPace].compactMap(\.self).reduce(asked, Self.slower)
  }

  /// Sponsored ads have no line items, so it is unknown whether an audience of theirs is used.
  private func unusedPace(at now: Date) -> RefreshInterval? {
    switch advertiserKind {
    case .sponsoredAds, .adServer: return nil
    case .display: break
    }
    switch use {
    case .now: return nil
    case .never: return Self.pace(of: Self.unusedDecay, since: askedAt, at: now)
    case .until(let end): return Self.pace(of: Self.unusedDecay, since: max(end, askedAt), at: now)
    }
  }

  private func staticPace(at now: Date) -> RefreshInterval? {
    isTimeWindowRelative ? nil : Self.pace(of: Self.staticDecay, since: askedAt, at: now)
  }

  private var longRunPace: RefreshInterval? {
    lastRunSeconds.flatMap { $0 > Self.longRunSeconds ? Self.longRunPace : nil }
  }

  private static func pace(of decay: [Decay], since start: Date, at now: Date) -> RefreshInterval? {
    decay.last { hasPassed(days: $0.afterDays, since: start, at: now) }?.pace
  }

  private static func hasPassed(days: Int, since start: Date, at now: Date) -> Bool {
    now.timeIntervalSince(start) >= Double(days) * secondsPerDay
  }

  private static func slower(_ left: RefreshInterval, _ right: RefreshInterval) -> RefreshInterval {
    switch (left, right) {
    case (.deactivated, _), (_, .deactivated): .deactivated
    case (.never, _), (_, .never): .never
    case (.every(let one), .every(let other)): .every(days: max(one, other))
    }
  }

  // MARK: When

  /// The time after a failure until the next try, in seconds.
  ///
  /// - Parameter failureCount: The number of failures in a row, at least 1.
  package static func retrySeconds(failureCount: Int) -> Double {
    // 2^5 hours are more than a day already; larger numbers could not be computed.
    let doublings = min(max(failureCount - 1, 0), 5)
    return min(firstRetrySeconds * Double(1 << doublings), longestRetrySeconds)
  }

  /// The action that is due for an audience with members and without a running job.
  package static func decision(about audience: AudienceRecord, use: LineItemUse, at now: Date) -> Decision {
    switch RefreshPolicy(of: audience, use: use).pace(at: now) {
    case .deactivated: return .deactivate
    case .never: return audience.mustRefresh ? retry(of: audience, orTurn: audience.refreshedFor, at: now) : .wait
    case .every(let days):
      let turn = lastTurn(since: audience.refreshedFor, everyDays: days, at: now)
      guard turn != nil || audience.mustRefresh || audience.retryAt != nil else { return .wait }
      return retry(of: audience, orTurn: turn ?? audience.refreshedFor, at: now)
    }
  }

  /// A failed refresh waits for its next try; a later due one does not.
  private static func retry(of audience: AudienceRecord, orTurn turn: Date, at now: Date) -> Decision {
    guard let triedFor = audience.triedFor, let retryAt = audience.retryAt, turn <= triedFor else {
      return .refresh(turn: turn)
    }
    return now >= retryAt ? .refresh(turn: triedFor) : .wait
  }

  /// The last due time after `start`, until now; nil if there is none yet.
  ///
  /// Missed refreshes run once, and the next one is due when it would have been anyway.
  private static func lastTurn(since start: Date, everyDays days: Int, at now: Date) -> Date? {
    let interval = Double(days) * secondsPerDay
    let count = (now.timeIntervalSince(start) / interval).rounded(.down)
    return count >= 1 ? start.addingTimeInterval(count * interval) : nil
  }

  // MARK: The time window

  /// The days by which a moving window has moved at a due time: a whole number of the requested rate, as AMC documents,
  /// however seldom the audience is refreshed. The window stays as old as it was, or is older by less than the rate.
  package static func windowShiftDays(of audience: AudienceRecord, turn: Date) -> Int {
    guard audience.isTimeWindowRelative, audience.refreshRateDays > 0 else { return 0 }
    let rate = Double(audience.refreshRateDays)
    let count = (turn.timeIntervalSince(audience.askedAt) / (rate * secondsPerDay)).rounded(.down)
    return max(0, Int(count)) * audience.refreshRateDays
  }
}

extension RefreshPolicy {
  /// The rules for a stored audience.
  init(of audience: AudienceRecord, use: LineItemUse) {
    self.init(
      askedAt: audience.askedAt, rateDays: audience.refreshRateDays,
      isTimeWindowRelative: audience.isTimeWindowRelative, advertiserKind: audience.advertiserKind,
      lastRunSeconds: audience.lastRunSeconds, use: use)
  }
}
