import Foundation

/// Runs work on a thread whose stack is as small as those of many servers and test runners.
package enum SmallStack {
  /// Bytes of the stack: what secondary threads have on macOS.
  package static let bytes = 512 * 1024

  /// The result of `work`, run to its end on such a thread.
  package static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.stackSize = bytes
      thread.start()
    }
  }
}
