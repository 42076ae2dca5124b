import CConfinement
import Foundation
public import Logging
import Synchronization

/// The workers of a server: processes of the same program in which the engine runs, one for each session.
///
/// A worker has its own memory, limits and view of files, and is killed when its session is over, so that nothing that
/// happens in it reaches the server or another session. Starting one takes longer than a short query, so a few are kept
/// warm: they exist, have shut themselves in, and wait for their order. They are copies of a process that is the same
/// program too; see `WorkerSource`.
///
///     let workers = EngineWorkers(warmCount: 4, logger: logger)
///     settings.workers = workers
///     let walls = try await workers.examine(in: spillFolder)
public final actor EngineWorkers: Hashable {
  /// The most warm workers.
  public static let largestWarmCount = 64
  /// How often a session takes another worker because the one that it took had ended while it waited.
  static let attemptLimit = 3

  /// This program, also where its file was replaced since it was started.
  public static var ownProgram: String {
    #if os(Linux)
      "/proc/self/exe"
    #else
      Bundle.main.executablePath ?? CommandLine.arguments[0]
    #endif
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  nonisolated let logger: Logger
  private let program: WorkerProgram
  private let warmCount: Int
  /// Workers end with the thread that started them, so that this one lives as long as they may.
  private let thread = SerialThread(label: "adyton.engine.workers")
  private var warm: [WorkerProcess] = []
  private var taken: [TakenWorker] = []
  private var source: WorkerSource?
  private let tally = Mutex(Figures())

  /// Workers of a program that becomes one when it is started with `EngineWorker.command`. None is started yet.
  public init(program: String = EngineWorkers.ownProgram, warmCount: Int = 4, logger: Logger) {
    self.program = WorkerProgram(path: program)
    self.warmCount = min(max(warmCount, 0), Self.largestWarmCount)
    self.logger = logger
  }

  public static func == (left: EngineWorkers, right: EngineWorkers) -> Bool { left === right }
  public nonisolated func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

  /// Starts workers until there are as many warm ones as there should be.
  public func warmUp() {
    while warm.count < warmCount, let worker = try? start() { warm.append(worker) }
  }

  /// The processes of the warm workers.
  var warmProcessIDs: [Int32] { warm.map(\.processID) }

  #if os(Linux)
    /// The process that workers are copies of; nil before the first one.
    var sourceProcessID: Int32? { source?.processID }
  #endif

  /// Ends the warm workers. Those at work go on.
  public func coolDown() {
    for worker in warm { worker.retire() }
    warm = []
  }

  /// A worker that belongs to the caller; throws `unavailable` where none can be started.
  func take() throws(EngineError) -> WorkerProcess {
    warm.removeAll(where: \.hasEnded)
    let worker = warm.isEmpty ? try start() : warm.removeFirst()
    taken.removeAll { $0.worker == nil }
    taken.append(TakenWorker(worker: worker))
    // After the caller has its own.
    Task { self.warmUp() }
    return worker
  }

  /// The memory of each worker that is there now.
  public func memory() -> WorkerMemory {
    WorkerMemory(
      warm: warm.filter { !$0.hasEnded }.map { $0.measureMemory() },
      running: taken.compactMap(\.worker).filter { !$0.hasEnded }.map { $0.measureMemory() })
  }

  private func start() throws(EngineError) -> WorkerProcess {
    let worker = try makeWorker()
    count { $0.started += 1 }
    return worker
  }

  private func makeWorker() throws(EngineError) -> WorkerProcess {
    if let source {
      if let worker = try? source.makeWorker() { return worker }
      // What makes workers may have been ended by somebody: another takes its place.
      self.source = nil
    }
    let source = try WorkerSource(program)
    self.source = source
    return try source.makeWorker()
  }

  // MARK: Figures

  /// The counts of workers and sessions since the server started.
  public struct Figures: Sendable, Hashable {
    /// Processes that were started.
    public var started = 0
    /// Sessions that run.
    public var running = 0
    /// Sessions that were served.
    public var served = 0
    /// Sessions that were ended by the death of their worker.
    public var ended = 0
    /// Sessions that ended for want of memory, whether the engine or the system refused it.
    public var outOfMemory = 0
    /// Sessions that were killed at their time limit.
    public var timedOut = 0
    /// The most memory that a worker has held, in bytes.
    public var peakBytes: UInt64 = 0
  }

  /// The counts until now.
  public nonisolated var figures: Figures { tally.withLock { $0 } }

  nonisolated func count(_ change: (inout Figures) -> Void) { tally.withLock { change(&$0) } }
}
