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
