package import struct Foundation.Date
import Synchronization

/// What time it is. Every service takes one, so that months can pass in a test.
package protocol WallClock: Sendable {
  /// The present moment.
  var now: Date { get }
}

/// The machine's clock.
package struct SystemClock: WallClock {
  package init() {}

  package var now: Date { Date() }
}

/// A clock that stands still until it is moved.
package final class ManualClock: WallClock {
  private let time: Mutex<Date>

  package init(_ start: Date) {
    time = Mutex(start)
  }

  package var now: Date { time.withLock { $0 } }

  /// Moves the clock forward.
  package func advance(bySeconds seconds: Double) {
    time.withLock { $0 = $0.addingTimeInterval(seconds) }
  }
}
