import CleanRoom
import Catalog
import Metadata

import struct Foundation.Date

/// One run of an audience's query: the first one, or that of a refresh.
struct AudienceRun: Sendable, Hashable {
  /// The due time of the run; the time of the request for the first run.
  var turn: Date
  /// The days by which the window has moved since the audience was requested.
  var windowShiftDays: Int
  var window: TimeWindow
  /// The number of times that people had been deleted from the query's data before the run began.
  var userDeletionCount: Int
  /// The start, by the clock.
  var startedAt: Date

  init(of audience: AudienceRecord, startedAt: Date) {
    switch audience.status {
    case .succeeded: turn = audience.triedFor ?? audience.refreshedFor
    case .pending, .running, .failed, .deactivated: turn = audience.askedAt
    }
    windowShiftDays = RefreshPolicy.windowShiftDays(of: audience, turn: turn)
    let seconds = Double(windowShiftDays - audience.windowShiftDays) * RefreshPolicy.secondsPerDay
    window = TimeWindow(
      start: audience.timeWindowStart.addingTimeInterval(seconds),
      end: audience.timeWindowEnd.addingTimeInterval(seconds))
    userDeletionCount = audience.userDeletionCount
    self.startedAt = startedAt
  }

  func seconds(until now: Date) -> Double { max(0, now.timeIntervalSince(startedAt)) }
}

extension AudienceRecord {
  /// Records a successful run, whose members and window the audience now has.
  mutating func succeed(_ run: AudienceRun, at now: Date) {
    status = .succeeded
    statusReason = nil
    lastRefreshedAt = now
    lastRunSeconds = run.seconds(until: now)
    refreshedFor = run.turn
    timeWindowStart = run.window.start
    timeWindowEnd = run.window.end
    windowShiftDays = run.windowShiftDays
    triedFor = nil
    retryAt = nil
    refreshFailureCount = 0
    coveredUserDeletionCount = run.userDeletionCount
  }

  /// Records a failed run: an audience without members has failed, one with members keeps them.
  mutating func fail(_ reason: String, at now: Date) {
    switch status {
    case .pending, .running, .failed:
      status = .failed
      statusReason = reason
    case .succeeded:
      statusReason = StatusReason.refreshFailed(reason)
      refreshFailureCount += 1
      retryAt = now.addingTimeInterval(RefreshPolicy.retrySeconds(failureCount: refreshFailureCount))
    case .deactivated: break
    }
  }
}
