import Foundation

/// Calls a function again and again, on a thread made for it, until it is ended.
///
/// It is no timer of Dispatch, whose threads look into files of the process: a worker may not open them, and Dispatch
/// aborts then.
final class Watch: @unchecked Sendable {
  /// The stack of the thread in bytes: there are many watches, and none does much.
  private static let stackSize = 512 << 10

  // Everything below is touched with the condition locked only.
  private let condition = NSCondition()
  private var isOver = false

  /// Begins to call `look`, for the first time after `interval` seconds.
  init(every interval: TimeInterval, _ look: @escaping @Sendable () -> Void) {
    let thread = Thread { [self] in
      while isNotOver(after: interval) { look() }
    }
    thread.name = "adyton.engine.watch"
    thread.stackSize = Self.stackSize
    thread.start()
  }

  /// Ends it. A call that has begun may still be going on.
  func end() {
    condition.lock()
    defer { condition.unlock() }
    isOver = true
    condition.signal()
  }

  private func isNotOver(after interval: TimeInterval) -> Bool {
    let time = Date(timeIntervalSinceNow: interval)
    condition.lock()
    defer { condition.unlock() }
    while !isOver, condition.wait(until: time) {}
    return !isOver
  }
}
