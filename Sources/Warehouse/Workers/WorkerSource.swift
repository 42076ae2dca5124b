import CConfinement
import Foundation

/// A way to new workers.
///
/// Starting the program and warming the engine up takes some thirty milliseconds. On Linux that is done once, by a
/// process that then copies itself for each worker, within a millisecond or two. Elsewhere the program is started for
/// each of them.
final class WorkerSource {
  #if os(Linux)
    let processID: pid_t
    /// The end of the socket over which copies are asked for.
    private let socket: Int32

    /// Starts that process; throws `unavailable` where it can't be started.
    init(_ program: WorkerProgram) throws(EngineError) {
      var (here, there): (Int32, Int32) = (-1, -1)
      guard adyton_socket_pair(&here, &there) == 0 else { throw EngineError(.unavailable) }
      defer { close(there) }
      do {
        processID = try program.start(input: there, output: there)
      } catch {
        close(here)
        throw error
      }
      socket = here
    }

    deinit {
      close(socket)
      WorkerProcess.end(processID)
    }

    /// A new worker; throws `unavailable` where the system has no room for one, or the process that makes them has
    /// ended.
    func makeWorker() throws(EngineError) -> WorkerProcess {
      try WorkerProcess { input, output throws(EngineError) in
        var copy: pid_t = 0
        guard adyton_ask_for_copy(socket, input, output, &copy) == 0 else { throw EngineError(.unavailable) }
        return copy
      }
    }
  #else
    private let program: WorkerProgram

    /// A source that starts this program each time.
    init(_ program: WorkerProgram) { self.program = program }

    /// A new worker; throws `unavailable` where the system has no room for one.
    func makeWorker() throws(EngineError) -> WorkerProcess {
      try WorkerProcess(program.start)
    }
  #endif
}

/// A program that becomes a worker when it is started with `EngineWorker.command`.
struct WorkerProgram: Sendable {
  let path: String

  /// Starts it with these descriptors as its standard input and output; throws `unavailable` where that can't be done.
  func start(input: Int32, output: Int32) throws(EngineError) -> pid_t {
    var process: pid_t = 0
    let arguments = ["adyton", EngineWorker.command, String(getpid())]
    let failure = Self.withCStrings(arguments) { arguments in
      Self.withCStrings(Self.environment) { environment in
        adyton_spawn(path, arguments, environment, input, output, &process)
      }
    }
    guard failure == 0 else { throw EngineError(.unavailable) }
    return process
  }

  /// The variables that a worker needs to start; no secrets of the server's environment.
  private static var environment: [String] {
    let own = ProcessInfo.processInfo.environment
    let kept = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH"].compactMap { name in
      own[name].map { "\(name)=\($0)" }
    }
    // A backtrace would be another program's work, and could show data.
    return kept + ["TZ=UTC", "SWIFT_BACKTRACE=enable=no"]
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ use: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    var pointers = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { use($0.baseAddress) }
  }
}
