import CConfinement
import FirstPartyData
import Foundation
import Synchronization

/// The other side of `EngineWorkers`: this process as a worker.
public enum EngineWorker {
  /// The first argument of a program that is to become a worker. The second one is the process that started it.
  public static let command = "engine-worker"

  /// The stack of the thread that statements run on, in bytes; see `SerialThread`.
  private static let stackSize = 16 << 20

  /// Makes this process a worker, and never returns, if its arguments say so. It has to be called on the main thread
  /// before any other thread is started: the walls stand around the thread that builds them and those that it starts.
  public static func runIfAsked(_ arguments: [String] = CommandLine.arguments) {
    guard arguments.count == 3, arguments[1] == command, let parent = pid_t(arguments[2]) else { return }
    adyton_leave_signals_to_parent()
    warmUp()
    #if os(Linux)
      // Each worker is a copy of this process, and goes on from here.
      guard adyton_copy_on_demand(parent) == 0 else { exit(1) }
    #endif
    guard adyton_enter_worker(parent) == 0 else { exit(1) }
    let channel = WorkerChannel(reading: STDIN_FILENO, writing: STDOUT_FILENO)
    do {
      try channel.send(WorkerFrame(.ready))
      let frame = try channel.receive()
      switch frame.kind {
      case .order: try obey(try frame.json(WorkerOrder.self), channel)
      case .probe: try channel.send(WorkerFrame(.walls, json: try frame.json(WorkerProbe.self).tried(parent: parent)))
      default: break
      }
    } catch {}
    // The server is gone or wants nothing more. Whatever still runs is of no use to anybody.
    _exit(0)
  }

  /// Touches once what takes time at its first use, while nobody waits: the engine, and files of the program.
  private static func warmUp() {
    _ = try? DuckDBConnection(options: [("threads", "1")])
    _ = FirstPartyResources.folder
  }

  /// Shuts the process in for good, and then does what it is told until the pipe ends.
  private static func obey(_ order: WorkerOrder, _ channel: WorkerChannel) throws {
    guard shutIn(order) else {
      return try channel.send(WorkerFrame(.failed, text: EngineError.Code.unavailable.rawValue))
    }
    let statements = WorkerStatements(order, channel)
    let thread = Thread { statements.run() }
    thread.stackSize = stackSize
    thread.start()
    // This thread does nothing but listen, so that it notices at once when the server ends.
    while true { statements.append(try channel.receive()) }
  }

  private static func shutIn(_ order: WorkerOrder) -> Bool {
    // Threads that exist already would stay outside of the walls.
    guard adyton_thread_count() <= 1 else { return false }
    adyton_report_memory()
    var limits = adyton_limits(
      memory_bytes: order.limits.memoryBytes * WorkerLimits.askedShare, cpu_seconds: order.limits.cpuSeconds,
      file_bytes: order.limits.fileBytes, descriptors: WorkerLimits.descriptors)
    guard confine(readable: order.files, writable: order.folders + [order.spillFolder]) else { return false }
    return adyton_limit(&limits) == 0
  }

  /// Leaves these files and folders to the process, with the program's own resources, and no others.
  static func confine(readable: [String], writable: [String]) -> Bool {
    let readable = readable + [FirstPartyResources.folder.path(percentEncoded: false)]
    return withPaths(readable) { readable in
      withPaths(writable) { writable in
        withUnsafePointer(to: readable) { readable in
          withUnsafePointer(to: writable) { writable in adyton_confine(readable, writable) == 0 }
        }
      }
    }
  }

  private static func withPaths<Result>(_ texts: [String], _ use: (adyton_paths) -> Result) -> Result {
    let pointers = texts.map { UnsafePointer(strdup($0)) }
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    return pointers.withUnsafeBufferPointer { use(adyton_paths(paths: $0.baseAddress, count: $0.count)) }
  }
}
