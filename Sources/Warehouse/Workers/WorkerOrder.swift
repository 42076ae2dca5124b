import FirstPartyData
import Foundation
import ObjectStorage

/// All that a worker is told before its first statement: what it may use, and what its statements may do.
struct WorkerOrder: Codable, Hashable, Sendable {
  var threads: Int
  var memoryLimitBytes: Int
  var spillLimitBytes: Int
  var spillFolder: String
  /// Files that may be read.
  var files: [String]
  /// Folders in which files may be read and written.
  var folders: [String]
  var keepsJoinOrder: Bool
  var isTrusted: Bool
  var consent: ConsentPolicy?
  var limits: WorkerLimits

  init(_ settings: EngineSettings, access: SessionAccess, spillFolder: URL) {
    threads = settings.threads
    memoryLimitBytes = settings.memoryLimitBytes
    spillLimitBytes = settings.spillLimitBytes
    self.spillFolder = spillFolder.path(percentEncoded: false)
    files = access.files.map(\.path)
    folders = access.folders.map { $0.path(percentEncoded: false) }
    keepsJoinOrder = access.keepsJoinOrder
    isTrusted = access.isTrusted
    consent = access.consent
    limits = WorkerLimits(settings)
  }

  /// The settings of the worker's database. Its time limit is kept by the server, which ends the worker.
  var settings: EngineSettings {
    EngineSettings(
      threads: threads, memoryLimitBytes: memoryLimitBytes,
      spillFolder: URL(filePath: spillFolder, directoryHint: .isDirectory), spillLimitBytes: spillLimitBytes,
      timeLimit: nil)
  }

  var access: SessionAccess {
    SessionAccess(
      files: files.map { EngineLocation(path: $0) },
      folders: folders.map { URL(filePath: $0, directoryHint: .isDirectory) },
      keepsJoinOrder: keepsJoinOrder, isTrusted: isTrusted, consent: consent)
  }
}

/// The hard limits of a worker's process. The engine keeps to those of `EngineSettings` by itself, as far as it counts;
/// these hold whatever it does.
struct WorkerLimits: Codable, Hashable, Sendable {
  /// The most open files.
  static let descriptors: UInt64 = 4096
  /// The largest file that a worker may write where it may spill less than that, in bytes.
  static let smallestFileLimit: UInt64 = 32 << 30

  /// How many times as much memory a worker may ask for as it may hold. The engine asks for far more than it touches.
  static let askedShare: UInt64 = 32

  /// The memory that may be held, in bytes. The server sees to that.
  var memoryBytes: UInt64
  /// Time of all processors together, in seconds; 0 for no limit.
  var cpuSeconds: UInt64
  /// The size of a file, in bytes.
  var fileBytes: UInt64

  init(_ settings: EngineSettings) {
    memoryBytes = UInt64(settings.hardMemoryLimitBytes)
    fileBytes = max(UInt64(settings.spillLimitBytes), Self.smallestFileLimit)
    cpuSeconds =
      settings.timeLimit.map { limit in
        // The server ends a worker by the clock. This is for one whose server does not.
        UInt64(limit.components.seconds + 60) * UInt64(settings.threads + 1)
      } ?? 0
  }
}

extension EngineSettings {
  /// The most memory that a worker may hold, in bytes. It is more than the engine's limit, as the engine does not count
  /// all that it allocates: results of functions, for instance, and what operators take beside their buffers.
  public var hardMemoryLimitBytes: Int {
    memoryLimitBytes + memoryLimitBytes / 2 + 256 << 20
  }
}
