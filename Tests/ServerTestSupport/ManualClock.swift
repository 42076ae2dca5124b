package import Base
package import struct Foundation.Date
import Synchronization

/// A clock that stands still until a test moves it.
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
