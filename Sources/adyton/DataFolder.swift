import Foundation
import Metadata
import ObjectStorage
import Warehouse

/// Another server has the data folder.
struct DataFolderInUse: Error, CustomStringConvertible {
  let path: String

  var description: String { "Another server already uses the data folder \(path)." }
}

/// The folder that a server keeps everything in: `metadata.sqlite`, and `objects/` and `buckets/` unless they are on S3.
struct DataFolder: Sendable {
  /// Where it is when the command line does not say.
  static let defaultPath = "var/adyton"

  let url: URL

  /// Makes the folder where there is none, for its owner only.
  init(path: String) throws {
    url = URL(filePath: path, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// What the engine may use in commands: all processors, and half of the memory.
  var engineSettings: EngineSettings {
    let process = ProcessInfo.processInfo
    return EngineSettings(
      threads: min(process.activeProcessorCount, EngineSettings.largestThreadCount),
      memoryLimitBytes: max(Int(process.physicalMemory / 2), EngineSettings.smallestMemoryLimitBytes),
      spillFolder: spillFolder)
  }

  /// Where queries put what does not fit into memory.
  var spillFolder: URL { url.appending(path: "spill", directoryHint: .isDirectory) }

  func openMetadata() throws -> MetadataStore {
    try MetadataStore(path: url.appending(path: "metadata.sqlite").path())
  }

  /// Where signals and results are.
  var objectsFolder: URL { url.appending(path: "objects", directoryHint: .isDirectory) }

  /// Where folders are that stand for the buckets of customers.
  var bucketsFolder: URL { url.appending(path: "buckets", directoryHint: .isDirectory) }

  /// Where copies, locks and work in progress are where the objects are on S3.
  var s3Folder: URL { url.appending(path: "s3", directoryHint: .isDirectory) }

  /// Keeps a second server off the folder for as long as this process lives: two job runners would do work twice.
  ///
  /// - Throws: `DataFolderInUse` when another server has it.
  func lockForServer() throws {
    let descriptor = open(url.appending(path: "server.lock").path(), O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw DataFolderInUse(path: url.path())
    }
    // The descriptor stays open on purpose: the system takes the lock back when the process ends, however it ends.
  }
}
