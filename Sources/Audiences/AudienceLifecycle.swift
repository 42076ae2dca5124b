import CleanRoom
import Metadata

import struct Foundation.Date

/// Every change of an audience's state.
///
///     PENDING ──begin──▶ RUNNING ──succeed──▶ SUCCEEDED ──deactivate──▶ DEACTIVATED
///        ▲                │   │                 │   ▲
///        ├──── requeue ───┘   └──fail──▶ FAILED │   │ a refresh: succeed, or fail and keep the members
///        └───────────── restart ───────────┘    └───┘
///
/// An audience whose advertiser leaves the instance is deactivated by `WriteTransaction.deactivateAudiences`, from any
/// state.
extension AudienceRecord {
  /// A job has begun. A refresh does not change the status: the account's members are those of a completed query.
  mutating func begin(attempt: Int) {
    attemptCount = max(attemptCount, attempt)
    if status == .pending { status = .running }
  }

  /// The job waits again.
  mutating func requeue() {
    if status == .running { status = .pending }
  }

  /// A run has succeeded. The audience now has its members and its window.
  mutating func succeed(_ run: AudienceRun, memberCount: Int, membersPrefix: String, at now: Date) {
    status = .succeeded
    statusReason = nil
    self.memberCount = memberCount
    self.membersPrefix = membersPrefix
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

  /// A run has failed. An audience without members has failed as well; one with members keeps them.
  ///
  /// - Parameter run: nil for an abandoned job.
  mutating func fail(_ run: AudienceRun?, _ reason: String, at now: Date) {
    if let run { lastRunSeconds = run.seconds(until: now) }
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

  /// A failed audience has a new configuration. It waits for its first members like a new one.
  mutating func restart(at now: Date) {
    status = .pending
    statusReason = nil
    updatedAt = now
    askedAt = now
    refreshedFor = now
  }

  /// A refresh was queued for a turn.
  mutating func tryRefresh(turn: Date) {
    triedFor = turn
  }

  /// The time of an audience that is never refreshed has ended. Nobody is a member any longer; a job removes the files.
  mutating func deactivate(at now: Date) {
    deactivate(
      reason: StatusReason.deactivated, folder: InstanceFolders.audience(id: id, instanceID: instanceID), at: now)
  }

  /// The files of a deactivated audience are gone. They stay on record until then.
  mutating func forgetMembers() {
    membersPrefix = nil
  }
}

extension JobRecord {
  /// A job for an audience. Its attempts are numbered after those of earlier jobs.
  static func next(of audience: AudienceRecord, accountID: String, at now: Date) -> JobRecord {
    var job = JobRecord(
      kind: .audience, subjectID: audience.id, instanceID: audience.instanceID, accountID: accountID, createdAt: now)
    job.attempt = audience.attemptCount
    return job
  }
}
