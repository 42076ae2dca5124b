import Foundation
import Synchronization

/// Runs work on a thread with a stack of a known size.
///
/// Compiling walks trees by recursion, as deep as `QueryLimits.nestingMax` allows. Threads differ in their stacks by a
/// factor of 16 between systems, so the caller's may be too small for what the limits promise.
enum DeepStack {
  /// Bytes of the stack. A debug build needs up to 60 KiB for a level of nesting; pages never touched cost nothing.
  static let bytes = 32 * 1024 * 1024

  private final class Box<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
    let done = DispatchSemaphore(value: 0)
  }

  /// What `work` gives. The calling thread waits for it.
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
    let box = Box<Result>()
    let thread = Thread {
      let result = work()
      box.result.withLock { $0 = result }
      box.done.signal()
    }
    thread.stackSize = bytes
    thread.start()
    box.done.wait()
    // The thread signals only after it has stored its result.
    guard let result = box.result.withLock({ $0 }) else { preconditionFailure("work ended without a result") }
    return result
  }
}
