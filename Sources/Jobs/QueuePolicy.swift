import Metadata

/// Which job is next, when one can be started.
///
/// Instances take turns: the one whose last turn is longest ago goes first, so that one with a thousand jobs makes
/// another wait for one job, not for a thousand. Within an instance the job that has waited longest goes first. A kind of
/// job of which an instance, or its account, runs as many as it may is passed over until one of them ends.
struct QueuePolicy: Sendable {
  /// How many jobs of each kind an instance may run at once.
  var instanceLimits: [JobRecord.Kind: Int]
  /// How many jobs of each kind the instances of an account may run at once.
  var accountLimits: [JobRecord.Kind: Int]

  init(_ settings: QueueSettings) {
    instanceLimits = [
      .execution: settings.maximumExecutionsPerInstance, .audience: settings.maximumAudiencesPerInstance,
      .upload: settings.maximumUploadsPerInstance,
      // They change what others read, one after the other.
      .userDeletion: 1, .audienceRecords: 1, .audienceExport: 1,
      .instanceCreation: 1, .instanceRemoval: 1, .advertiserUpdate: 1,
    ]
    accountLimits = [.execution: settings.maximumExecutionsPerAccount]
  }

  /// The id of the next job; nil where none may start.
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
