import CThreads
import Foundation
import Synchronization

/// Runs work where the stack is deep enough.
///
/// Compiling walks trees by recursion, as deep as `QueryLimits.nestingMax` allows. Threads differ in their stacks by a
/// factor of 16 between systems, so the caller's may be too small for what the limits promise.
enum LargeStackThread {
  /// Bytes of stack that the deepest query needs, with room to spare: a level of nesting takes up to 60 KiB in a debug
  /// build, and a small part of that in an optimised one.
  #if DEBUG
    static let bytesNeeded = 32 << 20
  #else
    static let bytesNeeded = 6 << 20
  #endif

  private final class Box<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
    let done = DispatchSemaphore(value: 0)
  }

  /// What `work` gives: on this thread if its stack is deep enough, otherwise on one of its own, for which this one
  /// waits.
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
    if adyton_stack_bytes_left() >= bytesNeeded { return work() }
    let box = Box<Result>()
    let thread = Thread {
      let result = work()
      box.result.withLock { $0 = result }
      box.done.signal()
    }
    thread.stackSize = bytesNeeded
    thread.start()
    box.done.wait()
    // The thread signals only after it has stored its result.
    guard let result = box.result.withLock({ $0 }) else { preconditionFailure("work ended without a result") }
    return result
  }
}
