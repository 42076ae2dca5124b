import Foundation

/// Runs work on a thread whose stack is as small as those of many servers and test runners.
package enum SmallStack {
  /// Bytes of the stack: what secondary threads have on macOS.
  package static let bytes = 512 * 1024

  /// The result of `work`, all of whose own parts run on such threads.
  package static func run<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
    await withTaskExecutorPreference(SmallStackExecutor()) { await work() }
  }
}

/// Gives each part of a task a new thread.
private final class SmallStackExecutor: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    let thread = Thread { job.runSynchronously(on: executor) }
    thread.stackSize = SmallStack.bytes
    thread.start()
  }
}
