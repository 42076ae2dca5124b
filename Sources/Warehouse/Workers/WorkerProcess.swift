import CConfinement
import Dispatch
import Foundation
import Synchronization

/// A worker as its server sees it: a process with two pipes. It serves one session, and is ended by being killed,
/// whether it is at work or not: it has nothing to put in order.
final class WorkerProcess: Sendable {
  /// How a process ended.
  struct End: Equatable, Sendable {
    /// The signal that ended it, or 0.
    var signal: Int32
    /// Its exit code where no signal ended it.
    var exitCode: Int32
  }

  let processID: pid_t
  let channel: WorkerChannel
  private let end = Mutex<End?>(nil)
  private let peak = Mutex<UInt64>(0)

  /// A worker that `start` starts with two descriptors as its standard input and output.
  init(_ start: (_ input: Int32, _ output: Int32) throws(EngineError) -> pid_t) throws(EngineError) {
    let (orders, answers) = (try Pipe(), try Pipe())
    processID = try start(orders.reading, answers.writing)
    channel = WorkerChannel(reading: answers.takeReading(), writing: orders.takeWriting())
  }

  deinit {
    if end.withLock({ $0 }) == nil {
      Self.end(processID)
    }
    close(channel.reading)
    close(channel.writing)
  }

  /// Whether the process has ended, by itself or by somebody else.
  var hasEnded: Bool { end.withLock { $0 != nil || adyton_has_ended(processID) } }

  /// The memory that the process holds for itself now, in bytes; 0 where it has ended, or the system does not tell.
  func measureMemory() -> UInt64 {
    let bytes = end.withLock { $0 == nil ? adyton_private_bytes(processID) : 0 }
    peak.withLock { $0 = max($0, bytes) }
    return bytes
  }

  /// The most memory that `measureMemory` has found, in bytes. What the system tells of a process that has ended is no
  /// use: Linux counts the memory of the program that started it.
  var peakBytes: UInt64 { peak.withLock { $0 } }

  /// Ends the process at once. What is written to it or read from it then fails.
  func kill() {
    end.withLock { end in
      // An ended process has given its number back, which may be somebody else's by now.
      if end == nil { _ = Foundation.kill(processID, SIGKILL) }
    }
  }

  /// Ends the process if it has not ended by itself, and waits for that.
  @discardableResult func finish() -> End {
    kill()
    return waitForEnd()
  }

  /// Waits for the end of the process.
  func waitForEnd() -> End {
    if let known = end.withLock({ $0 }) { return known }
    _ = adyton_await_end(processID)
    return end.withLock { end in
      if let end { return end }
      let found = Self.reap(processID)
      end = found
      return found
    }
  }

  /// Ends a process that nobody waits for. Taking down gigabytes of memory takes the system a while.
  func retire() {
    Self.undertaker.async { self.finish() }
  }

  private static let undertaker = DispatchQueue(label: "adyton.engine.retired", attributes: .concurrent)

  /// Ends a child of this process that nobody has waited for.
  static func end(_ processID: pid_t) {
    _ = Foundation.kill(processID, SIGKILL)
    _ = reap(processID)
  }

  private static func reap(_ processID: pid_t) -> End {
    var status: Int32 = 0
    guard adyton_wait(processID, &status) == 0 else { return End(signal: 0, exitCode: -1) }
    let signal = status & 0x7f
    return End(signal: signal, exitCode: signal == 0 ? status >> 8 & 0xff : 0)
  }

  /// The ends of a pipe, which are closed unless they are taken.
  private final class Pipe {
    private(set) var reading: Int32 = -1
    private(set) var writing: Int32 = -1

    init() throws(EngineError) {
      guard adyton_pipe(&reading, &writing) == 0 else { throw EngineError(.unavailable) }
    }

    deinit {
      if reading >= 0 { close(reading) }
      if writing >= 0 { close(writing) }
    }

    func takeReading() -> Int32 {
      defer { reading = -1 }
      return reading
    }

    func takeWriting() -> Int32 {
      defer { writing = -1 }
      return writing
    }
  }
}
