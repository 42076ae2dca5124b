import Synchronization

/// A number that several tasks increase.
final class Counter: Sendable {
  private let value = Mutex(0)

  /// Adds one, unless the limit is reached. Returns whether it did.
  func increment(below limit: Int) -> Bool {
    value.withLock { value in
      guard value < limit else { return false }
      value += 1
      return true
    }
  }

  func decrement() {
    value.withLock { $0 -= 1 }
  }
}
