import Metadata
import Synchronization

/// The tasks of the jobs that run in this process, so that one of them can be stopped.
final class RunningJobs: Sendable {
  private struct Key: Hashable {
    let kind: JobRecord.Kind
    let subjectID: String
  }

  private struct Run {
    let job: JobRecord
    let task: Task<JobCompletion, any Error>
  }

  private let runs = Mutex<[Key: Run]>([:])

  /// Computes in a task of its own, which ends early when the job is stopped or the caller is cancelled.
  func run(_ job: JobRecord, _ compute: @escaping @Sendable () async throws -> JobCompletion) async throws
    -> JobCompletion
  {
    let key = Key(kind: job.kind, subjectID: job.subjectID)
    // The task has its place here before it begins: whoever stops the job later finds it, and whoever has stopped it
    // before has said so in the store, where the handler looks first.
    let task = runs.withLock { runs in
      let task = Task { try await compute() }
      runs[key] = Run(job: job, task: task)
      return task
    }
    defer {
      runs.withLock { runs in
        if runs[key]?.task == task { runs[key] = nil }
      }
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Stops the job of that subject, if it runs here.
  func stop(kind: JobRecord.Kind, subjectID: String) {
    runs.withLock { $0[Key(kind: kind, subjectID: subjectID)] }?.task.cancel()
  }

  /// Stops this attempt, if it runs here.
  func stop(_ job: JobRecord) {
    let key = Key(kind: job.kind, subjectID: job.subjectID)
    runs.withLock { runs in runs[key].flatMap { $0.job == job ? $0.task : nil } }?.cancel()
  }

  /// The attempts that run here.
  var jobs: [JobRecord] { runs.withLock { $0.values.map(\.job) } }
}
