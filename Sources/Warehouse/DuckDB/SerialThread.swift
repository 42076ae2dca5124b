import Foundation

/// The executor of an actor whose work blocks for long: a thread of its own, which does one job after the other.
///
/// Neither Swift's tasks nor Dispatch wait for such work: both count on a handful of threads, and a few queries that
/// take minutes would leave none for timers and files.
final class SerialThread: SerialExecutor {
  /// The stack of the thread in bytes, for the engine's parser and planner: they descend as deep as a query does.
  private static let stackSize = 16 << 20

  private let jobs = JobQueue()

  init(label: String) {
    let thread = Thread { [jobs] in
      while let job = jobs.next() { job() }
    }
    thread.name = label
    thread.stackSize = Self.stackSize
    thread.start()
  }

  deinit { jobs.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    jobs.append { job.runSynchronously(on: executor) }
  }
}

/// The jobs that wait for a thread.
private final class JobQueue: @unchecked Sendable {
  // Everything below is touched with the condition locked only.
  private let condition = NSCondition()
  private var waiting: [@Sendable () -> Void] = []
  private var isClosed = false

  func append(_ job: @escaping @Sendable () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    waiting.append(job)
    condition.signal()
  }

  /// Lets the thread end once there are no jobs.
  func close() {
    condition.lock()
    defer { condition.unlock() }
    isClosed = true
    condition.signal()
  }

  /// The next job, as soon as there is one; nil after the last.
  func next() -> (@Sendable () -> Void)? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty, !isClosed { condition.wait() }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }
}
