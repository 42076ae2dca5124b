import CConfinement
public import Foundation
import ObjectStorage

/// The walls around a worker, each as it was found to stand.
public struct WorkerWalls: Codable, Hashable, Sendable {
  /// The things that a worker must not be able to do.
  public enum Wall: String, Codable, CaseIterable, Sendable {
    /// Reading and writing files other than those of its work.
    case files
    /// Opening a socket of any kind.
    case network
    /// Starting a program.
    case programs
    /// Reaching another process.
    case processes
    /// Holding more memory than its limit: the server can see how much it is.
    case memory
  }

  /// Those that stand.
  public var standing: Set<Wall>

  /// Those that this system does not have, in the order of `Wall`.
  public var missing: [Wall] { Wall.allCases.filter { !standing.contains($0) } }
}

/// The attempts that a worker is asked to make, in order to show its walls.
struct WorkerProbe: Codable, Hashable, Sendable {
  /// A folder that the worker may use.
  var folder: String
  /// A file that can be read, beside that folder.
  var outside: String
  var limits: WorkerLimits

  /// Shuts this process in, and tries to get out.
  func tried(parent: pid_t) -> WorkerWalls {
    var limits = adyton_limits(
      memory_bytes: limits.memoryBytes * WorkerLimits.askedShare, cpu_seconds: 0, file_bytes: 0,
      descriptors: WorkerLimits.descriptors)
    guard adyton_thread_count() <= 1, EngineWorker.confine(readable: [], writable: [folder]),
      adyton_limit(&limits) == 0
    else { return WorkerWalls(standing: []) }
    let families = [AF_INET, AF_INET6, AF_UNIX]
    let tries: [(WorkerWalls.Wall, isRefused: Bool)] = [
      (.files, adyton_try_reading(outside) != 0 && adyton_try_making(outside + ".new") != 0),
      (.network, families.allSatisfy { adyton_try_socket($0) != 0 }),
      (.programs, adyton_try_program("/bin/sh") != 0),
      (.processes, adyton_try_signal(parent) != 0),
    ]
    return WorkerWalls(standing: Set(tries.filter(\.isRefused).map(\.0)))
  }
}

extension EngineWorkers {
  /// The longest that a worker may take to try its walls.
  private static let examinationLimit = Duration.seconds(60)

  /// Starts a worker, has it try to get out, and says in the log what it is kept from on this system. Throws
  /// `unavailable` where no worker can be started.
  ///
  /// - Parameters:
  ///   - folder: A folder for files of that time.
  ///   - settings: The settings that work is to have.
  public func examine(in folder: URL, settings: EngineSettings) throws(EngineError) -> WorkerWalls {
    let walls = try tried(in: folder, settings)
    let standing = walls.standing.map(\.rawValue).sorted().joined(separator: " ")
    if walls.missing.isEmpty {
      logger.info("Workers of the engine are shut in.", metadata: ["walls": "\(standing)"])
    } else {
      logger.warning(
        "This system does not shut workers of the engine in completely: see \"Workers\" in docs/operations.md.",
        metadata: [
          "walls": "\(standing)", "missing": "\(walls.missing.map(\.rawValue).joined(separator: " "))",
        ])
    }
    return walls
  }

  private func tried(in folder: URL, _ settings: EngineSettings) throws(EngineError) -> WorkerWalls {
    do {
      let area = try TemporaryFolders(in: folder).make()
      defer { area.discard() }
      let (inside, outside) = (area.folder.appending(path: "inside"), area.folder.appending(path: "outside"))
      try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: false)
      try Data("outside".utf8).write(to: outside)
      let probe = WorkerProbe(
        folder: inside.path(percentEncoded: false), outside: outside.path(percentEncoded: false),
        limits: WorkerLimits(settings))
      let lease = WorkerLease(timeLimit: Self.examinationLimit)
      defer { _ = lease.end() }
      let worker = try take()
      defer { worker.finish() }
      guard lease.begin(worker, memoryLimitBytes: .max) else { throw EngineError(.unavailable) }
      adyton_block_sigpipe()
      let isMemorySeen = worker.measureMemory() > 0
      try worker.channel.send(WorkerFrame(.probe, json: probe))
      while true {
        let frame = try worker.channel.receive()
        guard frame.kind == .walls else { continue }
        var walls = try frame.json(WorkerWalls.self)
        if isMemorySeen { walls.standing.insert(.memory) }
        return walls
      }
    } catch {
      throw EngineError(.unavailable)
    }
  }
}
