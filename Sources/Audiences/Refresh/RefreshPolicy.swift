package import Metadata

package import struct Foundation.Date

/// How often an audience is refreshed, and what is to be done about it at a moment: the rules alone, without a store.
///
/// Days are 86,400 seconds. A rule that applies "after" some days applies as soon as they have passed. No rule makes an
/// audience faster than it was asked for: of all that apply the slowest counts. A line item that uses the audience holds
/// them all off.
///
/// Source: AMC's guide "Rule-based audiences", on `refreshRateDays`; what it leaves open is in `docs/decisions`.
package struct RefreshPolicy: Sendable, Hashable {
  /// How often an audience is refreshed.
  package enum RefreshInterval: Sendable, Hashable {
    case every(days: Int)
    /// It stays as it is.
    case never
    /// It loses its members.
    case deactivated
  }

  /// What is to be done about an audience that has members.
  package enum Decision: Sendable, Hashable {
    case wait
    /// `turn` is when the refresh was due: the latest time of those that were missed.
    case refresh(turn: Date)
    case deactivate
  }

  /// A step of the slowing of audiences that no line item uses.
  struct Decay: Sendable, Hashable {
    var afterDays: Int
    var pace: RefreshInterval
  }

  package static let secondsPerDay = 86_400.0
  /// How a DSP audience slows down that no line item uses; counted from when it was asked for, or from the end of the last
  /// use. Source: the guide.
  static let unusedDecay = [
    Decay(afterDays: 14, pace: .every(days: 2)), Decay(afterDays: 30, pace: .every(days: 7)),
    Decay(afterDays: 100, pace: .never),
  ]
  /// How an audience slows down whose time window does not move. Source: the guide.
  static let staticDecay = [Decay(afterDays: 30, pace: .every(days: 7))]
  /// A run that takes longer, in seconds, slows its audience down: four hours. Source: the guide.
  package static let longRunSeconds = 4 * 3600.0
  /// The pace after such a run. Source: the guide.
  static let longRunPace = RefreshInterval.every(days: 2)
  /// An audience that is never refreshed is deactivated after so many days. Source: the guide.
  package static let deactivationAfterDays = 30
  /// When a failed refresh is tried again, in seconds: after an hour, and each time after twice as long …
  package static let firstRetrySeconds = 3600.0
  /// … up to a day.
  package static let longestRetrySeconds = 86_400.0

  package var askedAt: Date
  /// 0…21; 0 for an audience that is never refreshed.
  package var rateDays: Int
  package var isTimeWindowRelative: Bool
  package var advertiserKind: AdvertiserKind
  /// How long its last run took; nil where that is not known.
  package var lastRunSeconds: Double?
  package var use: LineItemUse

  package init(
    askedAt: Date, rateDays: Int, isTimeWindowRelative: Bool, advertiserKind: AdvertiserKind, lastRunSeconds: Double?,
    use: LineItemUse
  ) {
    self.askedAt = askedAt
    self.rateDays = rateDays
    self.isTimeWindowRelative = isTimeWindowRelative
    self.advertiserKind = advertiserKind
    self.lastRunSeconds = lastRunSeconds
    self.use = use
  }

  // MARK: How often

  /// The pace at a moment.
  package func pace(at now: Date) -> RefreshInterval {
    guard rateDays > 0 else {
      return Self.hasPassed(days: Self.deactivationAfterDays, since: askedAt, at: now) ? .deactivated : .never
    }
    let asked = RefreshInterval.every(days: rateDays)
    guard use != .now else { return asked }
    return [asked, unusedPace(at: now), staticPace(at: now), longRunPace].compactMap(\.self).reduce(asked, Self.slower)
  }

  /// Sponsored ads have no line items, so that nothing can be said of an audience of theirs that is not used.
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

  /// How long after a failure a refresh is tried again, in seconds.
  ///
  /// - Parameter failureCount: How many have failed in a row, at least 1.
  package static func retrySeconds(failureCount: Int) -> Double {
    // 2^5 hours are more than a day already; more would only make numbers that cannot be computed.
    let doublings = min(max(failureCount - 1, 0), 5)
    return min(firstRetrySeconds * Double(1 << doublings), longestRetrySeconds)
  }

  /// What is to be done about an audience that has members and no run under way.
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

  /// A turn that was tried and failed waits for its time; a later one does not.
  private static func retry(of audience: AudienceRecord, orTurn turn: Date, at now: Date) -> Decision {
    guard let triedFor = audience.triedFor, let retryAt = audience.retryAt, turn <= triedFor else {
      return .refresh(turn: turn)
    }
    return now >= retryAt ? .refresh(turn: triedFor) : .wait
  }

  /// The last of the turns that follow the one at `start`, until now; nil where none has come yet.
  ///
  /// Turns that were missed are made up for once, and the next one comes when it would have come anyway.
  private static func lastTurn(since start: Date, everyDays days: Int, at now: Date) -> Date? {
    let interval = Double(days) * secondsPerDay
    let count = (now.timeIntervalSince(start) / interval).rounded(.down)
    return count >= 1 ? start.addingTimeInterval(count * interval) : nil
  }

  // MARK: The time window

  /// How many days a window that moves has moved by a turn: a whole number of the asked rate, as AMC documents, however
  /// seldom the audience is refreshed. So it stays as old as it was, but for less than the rate.
  package static func windowShiftDays(of audience: AudienceRecord, turn: Date) -> Int {
    guard audience.isTimeWindowRelative, audience.refreshRateDays > 0 else { return 0 }
    let rate = Double(audience.refreshRateDays)
    let count = (turn.timeIntervalSince(audience.askedAt) / (rate * secondsPerDay)).rounded(.down)
    return max(0, Int(count)) * audience.refreshRateDays
  }
}

extension RefreshPolicy {
  /// The rules for an audience of the store.
  init(of audience: AudienceRecord, use: LineItemUse) {
    self.init(
      askedAt: audience.askedAt, rateDays: audience.refreshRateDays,
      isTimeWindowRelative: audience.isTimeWindowRelative, advertiserKind: audience.advertiserKind,
      lastRunSeconds: audience.lastRunSeconds, use: use)
  }
}
