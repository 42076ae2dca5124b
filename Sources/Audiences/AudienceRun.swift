import Catalog
import Metadata

import struct Foundation.Date

/// One run of an audience's query: the first one, or that of a refresh.
struct AudienceRun: Sendable, Hashable {
  /// The turn that is taken; the time of asking for the first run.
  var turn: Date
  /// How far the window has moved by then since the audience was asked for, in days.
  var windowShiftDays: Int
  var window: TimeWindow
  /// How many times people had been deleted from what the query reads before it began.
  var userDeletionCount: Int
  /// By the clock.
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
