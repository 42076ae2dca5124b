import Metadata
import Synchronization

/// The tasks of the jobs that run in this process, so that one of them can be stopped.
final class RunningJobs: Sendable {
  private struct Key: Hashable {
    let kind: JobRecord.Kind
    let subjectID: String
  }

  private let tasks = Mutex<[Key: Task<JobCompletion, any Error>]>([:])

  /// Computes in a task of its own, which ends early when the job is stopped or the caller is cancelled.
  func run(_ job: JobRecord, _ compute: @escaping @Sendable () async throws -> JobCompletion) async throws
    -> JobCompletion
  {
    let key = Key(kind: job.kind, subjectID: job.subjectID)
    // The task has its place here before it begins: whoever stops the job later finds it, and whoever has stopped it
    // before has said so in the store, where the handler looks first.
    let task = tasks.withLock { tasks in
      let task = Task { try await compute() }
      tasks[key] = task
      return task
    }
    defer {
      tasks.withLock { tasks in
        if tasks[key] == task { tasks[key] = nil }
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
    tasks.withLock { $0[Key(kind: kind, subjectID: subjectID)] }?.cancel()
  }
}
