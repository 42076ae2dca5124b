import Metadata

/// The choice of the next job.
///
/// Instances take turns: the one with the longest time since its last turn is next. An instance with a thousand jobs
/// therefore makes another wait for one job, not for a thousand. Within an instance, the job that has waited longest is
/// next. If an instance, or its account, runs as many jobs of a kind as it may, that kind is skipped until one of them
/// ends.
struct QueuePolicy: Sendable {
  /// The largest number of jobs of each kind that an instance may run at once.
  var instanceLimits: [JobRecord.Kind: Int]
  /// The largest number of jobs of each kind that the instances of an account may run at once.
  var accountLimits: [JobRecord.Kind: Int]

  init(_ settings: QueueSettings) {
    instanceLimits = [
      .execution: settings.maximumExecutionsPerInstance, .audience: settings.maximumAudiencesPerInstance,
      .upload: settings.maximumUploadsPerInstance,
      // They change shared data, one after the other.
      .userDeletion: 1, .audienceRecords: 1, .audienceExport: 1,
      .instanceCreation: 1, .instanceRemoval: 1, .advertiserUpdate: 1, .sandboxRenewal: 1,
    ]
    accountLimits = [.execution: settings.maximumExecutionsPerAccount]
  }

  /// The id of the next job; nil if none may start.
  func nextJobID(in state: QueueState) -> Int64? {
    let candidates = state.firstWaiting.filter { isAllowed($0.key, in: state) }
    return candidates.min { left, right in
      let turns = (state.turns[left.key.instanceID] ?? 0, state.turns[right.key.instanceID] ?? 0)
      return turns.0 == turns.1 ? left.value < right.value : turns.0 < turns.1
    }?.value
  }

  private func isAllowed(_ lane: QueueLane, in state: QueueState) -> Bool {
    if let limit = instanceLimits[lane.kind], state.runningCounts[lane] ?? 0 >= limit { return false }
    guard let limit = accountLimits[lane.kind] else { return true }
    let ofAccount = state.runningCounts.filter { $0.key.accountID == lane.accountID && $0.key.kind == lane.kind }
    return ofAccount.values.reduce(0, +) < limit
  }
}
