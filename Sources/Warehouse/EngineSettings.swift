public import struct Foundation.URL

/// The resources of one run of the engine. Runs at the same time each have this much.
public struct EngineSettings: Sendable, Hashable {
  /// The fewest bytes that a run can work with.
  public static let smallestMemoryLimitBytes = 64 << 20
  /// The most threads that a run can be given.
  public static let largestThreadCount = 256

  /// How many threads run a query.
  public var threads: Int
  /// How much memory a query may hold, in bytes.
  public var memoryLimitBytes: Int
  /// Where a query puts what does not fit into memory. Each run has a folder of its own in there.
  public var spillFolder: URL
  /// How much a query may put there, in bytes.
  public var spillLimitBytes: Int
  /// How long a query may run; nil for as long as it takes.
  public var timeLimit: Duration?
  /// The limits of loads and uploads.
  package var loading = LoadLimits()
  /// The workers that runs take place in; nil for this process, as in commands.
  public var workers: EngineWorkers?

  /// Settings of these values, two threads and 2 GiB of memory if not said otherwise. Nothing is checked before the
  /// engine is made.
  public init(
    threads: Int = 2, memoryLimitBytes: Int = 2 << 30, spillFolder: URL, spillLimitBytes: Int = 32 << 30,
    timeLimit: Duration? = .seconds(4 * 3600), workers: EngineWorkers? = nil
  ) {
    self.threads = threads
    self.memoryLimitBytes = memoryLimitBytes
    self.spillFolder = spillFolder
    self.spillLimitBytes = spillLimitBytes
    self.timeLimit = timeLimit
    self.workers = workers
  }

  /// The problem with these values, in words for the operator; nil if there is none.
  public var problem: String? {
    if !(1...Self.largestThreadCount).contains(threads) {
      return "The engine takes from 1 to \(Self.largestThreadCount) threads."
    }
    if memoryLimitBytes < Self.smallestMemoryLimitBytes {
      return "The engine needs at least \(Self.smallestMemoryLimitBytes >> 20) MiB of memory."
    }
    if spillLimitBytes < 0 {
      return "The engine's disk space for spilling cannot be negative."
    }
    if let timeLimit, timeLimit <= .zero {
      return "The engine's time limit must be longer than nothing."
    }
    return nil
  }
}

/// Settings that no engine can run with.
public struct InvalidEngineSettings: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of this failure.
  public let code = "engine_invalid_settings"
  /// The problem, in one sentence.
  public let message: String

  /// Code and message.
  public var description: String { "\(code): \(message)" }
}
