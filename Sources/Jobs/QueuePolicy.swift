import Metadata

import struct Foundation.Date

/// The choice of the next job.
///
/// - Instances take turns: the one with the longest time since its last turn is next. An instance with a thousand jobs
///   therefore makes another wait for one job, not for a thousand.
/// - Within an instance, audiences are next while a refresh among them is near its turn, and then the job that has
///   waited longest. Among audiences, too, the one that has waited longest is first: refreshes must not keep new ones
///   waiting.
/// - If an instance, or its account, runs as many jobs of a kind as it may, that kind is skipped until one of them
///   ends.
/// - Where there is more than one instance, none has all places: one always stays for the others. Administrative jobs
///   are no matter of that: they are few, and some of them stop the jobs that they would wait for.
/// - Jobs that take long never have all places together. Nobody knows beforehand that a job will, so one that does
///   gives way, once, when others wait and such jobs have all places.
struct QueuePolicy: Sendable {
  /// The largest number of jobs of each kind that an instance may run at once.
  var instanceLimits: [JobRecord.Kind: Int]
  /// The largest number of jobs of each kind that the instances of an account may run at once.
  var accountLimits: [JobRecord.Kind: Int]
  /// The number of jobs that run at once.
  var places: Int
  private let longSeconds: Double
  private let nearTurnSeconds: Double

  init(_ settings: QueueSettings) {
    instanceLimits = [
      .execution: settings.maximumExecutionsPerInstance, .audience: settings.maximumAudiencesPerInstance,
      .upload: settings.maximumUploadsPerInstance,
      // They change shared data, one after the other.
      .userDeletion: 1, .audienceRecords: 1, .audienceExport: 1,
      .instanceCreation: 1, .instanceRemoval: 1, .advertiserUpdate: 1, .sandboxRenewal: 1,
    ]
    accountLimits = [.execution: settings.maximumExecutionsPerAccount]
    places = settings.maximumConcurrentJobs
    longSeconds = settings.longJobTime / .seconds(1)
    nearTurnSeconds = settings.nearTurnTime / .seconds(1)
  }

  /// The times by which jobs are told apart.
  func times(at now: Date) -> QueueTimes {
    QueueTimes(
      longSince: now.addingTimeInterval(-longSeconds), nearTurnsSince: now.addingTimeInterval(-nearTurnSeconds))
  }

  // MARK: The next job

  private struct Candidate {
    let id: Int64
    let lane: QueueLane
    let isNearTurn: Bool
  }

  /// The id of the next job; nil if none may start.
  func nextJobID(in state: QueueState) -> Int64? {
    var candidates = state.firstWaiting.map { Candidate(id: $0.value, lane: $0.key, isNearTurn: false) }
    candidates += state.firstNearTurn.map { lane, id in
      Candidate(id: min(id, state.firstWaiting[lane] ?? id), lane: lane, isNearTurn: true)
    }
    if state.longRunningCount < placesForLongJobs {
      candidates += state.firstLong.map { Candidate(id: $0.value, lane: $0.key, isNearTurn: false) }
    }
    return candidates.filter { isAllowed($0.lane, in: state) }.min { left, right in
      let turns = (state.turns[left.lane.instanceID] ?? 0, state.turns[right.lane.instanceID] ?? 0)
      if turns.0 != turns.1 { return turns.0 < turns.1 }
      return left.isNearTurn == right.isNearTurn ? left.id < right.id : left.isNearTurn
    }?.id
  }

  /// All places but one, where there are several.
  private var placesForLongJobs: Int { max(places - 1, 1) }

  private func isAllowed(_ lane: QueueLane, in state: QueueState) -> Bool {
    if let limit = instanceLimits[lane.kind], state.runningCounts[lane] ?? 0 >= limit { return false }
    if state.isShared, places > 1, !Self.isAdministrative(lane.kind) {
      let ofInstance = state.runningCounts.filter { $0.key.instanceID == lane.instanceID }
      guard ofInstance.values.reduce(0, +) < places - 1 else { return false }
    }
    guard let limit = accountLimits[lane.kind] else { return true }
    let ofAccount = state.runningCounts.filter { $0.key.accountID == lane.accountID && $0.key.kind == lane.kind }
    return ofAccount.values.reduce(0, +) < limit
  }

  private static func isAdministrative(_ kind: JobRecord.Kind) -> Bool {
    switch kind {
    case .instanceCreation, .instanceRemoval, .advertiserUpdate, .sandboxRenewal: true
    case .execution, .audience, .upload, .userDeletion, .audienceRecords, .audienceExport: false
    }
  }

  // MARK: Giving way

  /// The running job that would give way if another one waits: nil while a place is free, or will be soon.
  ///
  /// Of those that take long and have not given way, it is the one that started last: least work is lost.
  func jobToGiveWay(among running: [JobRecord], at now: Date) -> JobRecord? {
    guard places > 1, running.count >= places else { return nil }
    let longSince = times(at: now).longSince
    guard running.allSatisfy({ $0.hasGivenWay || $0.updatedAt <= longSince }) else { return nil }
    return running.filter { !$0.hasGivenWay && Self.givesWay($0.kind) }
      .max { ($0.updatedAt, $0.id ?? 0) < ($1.updatedAt, $1.id ?? 0) }
  }

  /// Whether another job would start if this one gave way.
  func hasReason(_ job: JobRecord, toGiveWayIn state: QueueState) -> Bool {
    var state = state
    state.runningCounts[job.lane, default: 1] -= 1
    state.longRunningCount -= 1
    // Jobs that are known to be long are no reason: they would be the next to take long.
    state.firstLong = [:]
    return nextJobID(in: state) != nil
  }

  /// Queries give way. Other jobs change data, and are limited in other ways.
  private static func givesWay(_ kind: JobRecord.Kind) -> Bool {
    switch kind {
    case .execution, .audience: true
    case .upload, .userDeletion, .audienceRecords, .audienceExport, .instanceCreation, .instanceRemoval,
      .sandboxRenewal, .advertiserUpdate:
      false
    }
  }
}
