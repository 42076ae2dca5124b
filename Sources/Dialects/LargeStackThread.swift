import CThreads
import Foundation

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

  /// The result of `work`: on this thread if its stack is deep enough, otherwise on a new one. The caller waits for
  /// that one without keeping a thread of the pool.
  static func run<Result: Sendable>(
    bytes: Int = bytesNeeded, _ work: @escaping @Sendable () -> Result
  ) async -> Result {
    if adyton_stack_bytes_left() >= bytes { return work() }
    return await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.stackSize = bytes
      thread.start()
    }
  }
}
