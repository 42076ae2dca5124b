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

/// A clock that goes as fast as another, and that can be moved forward: months pass for a server while it is tested.
package final class MovableClock: WallClock {
  private let base: any WallClock
  private let offsetSeconds: Mutex<Double>

  /// - Parameter offsetSeconds: How far it is ahead of the other, or behind where it is less than 0.
  package init(base: any WallClock = SystemClock(), offsetSeconds: Double) {
    self.base = base
    self.offsetSeconds = Mutex(offsetSeconds)
  }

  package var now: Date { base.now.addingTimeInterval(offsetSeconds.withLock { $0 }) }

  /// How far it is ahead of the other clock, or behind where it is less than 0, in seconds.
  package var offset: Double { offsetSeconds.withLock { $0 } }

  /// Moves the clock to an offset, unless that is behind the present one.
  package func move(toOffset offset: Double) {
    offsetSeconds.withLock { $0 = max($0, offset) }
  }

  /// The offset with which the clock shows `time` now.
  package func offset(toShow time: Date) -> Double { time.timeIntervalSince(base.now) }
}
