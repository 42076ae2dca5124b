package import struct Foundation.Date
import Synchronization

/// The time. Every service takes a clock, so that months can pass in a test.
package protocol WallClock: Sendable {
  /// The present moment.
  var now: Date { get }
}

/// The machine's clock.
package struct SystemClock: WallClock {
  package init() {}

  package var now: Date { Date() }
}

/// A clock that runs as fast as another, and can be moved forward: months pass for a server while it is tested.
package final class MovableClock: WallClock {
  private let base: any WallClock
  private let offsetSeconds: Mutex<Double>

  /// - Parameter offsetSeconds: Its lead over the other clock, in seconds; negative if it is behind.
  package init(base: any WallClock = SystemClock(), offsetSeconds: Double) {
    self.base = base
    self.offsetSeconds = Mutex(offsetSeconds)
  }

  package var now: Date { base.now.addingTimeInterval(offsetSeconds.withLock { $0 }) }

  /// Its lead over the other clock, in seconds; negative if it is behind.
  package var offset: Double { offsetSeconds.withLock { $0 } }

  /// Moves the clock to an offset, unless the present one is larger.
  package func move(toOffset offset: Double) {
    offsetSeconds.withLock { $0 = max($0, offset) }
  }

  /// The offset with which the clock shows `time` now.
  package func offset(toShow time: Date) -> Double { time.timeIntervalSince(base.now) }
}
