import Dispatch
import Synchronization

/// Runs tasks as a machine with one thread for all of them would: a call that blocks it lets nothing else happen.
package final class OneThread: TaskExecutor {
  private let queue = DispatchQueue(label: "one-thread")

  private init() {}

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }

  /// Whether another task runs on the thread while a task waits for `call`.
  ///
  /// - Parameter call: Given work that ends once the other task has run, or after a minute.
  package static func isFree(
    during call: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) async -> Void
  ) async -> Bool {
    let (thread, gate) = (OneThread(), Gate())
    await withTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: thread) { await call { gate.wait() } }
      group.addTask(executorPreference: thread) { gate.open() }
    }
    return gate.wasOpenedInTime
  }

  private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Atomic(false)

    var wasOpenedInTime: Bool { result.load(ordering: .relaxed) }

    func open() { semaphore.signal() }

    func wait() {
      result.store(semaphore.wait(timeout: .now() + .seconds(60)) == .success, ordering: .relaxed)
    }
  }
}
