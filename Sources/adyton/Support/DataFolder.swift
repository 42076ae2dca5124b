import Backup
import Base
import Foundation
import Metadata
import ObjectStorage
import Warehouse

/// A data folder that can't be used.
enum DataFolderError: CodedError, CustomStringConvertible {
  /// Another server has it.
  case inUse(path: String)
  /// The operating system refuses it, as with a folder that the user may not write to.
  case unusable(path: String, errno: Int32)
  /// There are objects of instances, and the store that knows of them is missing.
  case storeMissing(path: String)
  /// A backup is being restored into it, or its restoration was interrupted.
  case unfinishedRestore(path: String)

  var code: String {
    switch self {
    case .inUse: "data_folder_in_use"
    case .unusable: "data_folder_unusable"
    case .storeMissing: "store_missing"
    case .unfinishedRestore: "restore_unfinished"
    }
  }

  var detail: String? {
    switch self {
    case .inUse, .storeMissing, .unfinishedRestore: nil
    case .unusable(_, let number): String(number)
    }
  }

  /// The text for the operator, who has named the folder.
  var description: String {
    switch self {
    case .inUse(let path): "Another server already uses the data folder \(path)."
    case .unusable(let path, let number):
      "The data folder \(path) can't be used: \(String(cString: strerror(number)))."
    case .storeMissing(let path):
      """
      \(path) has objects of instances, but metadata.sqlite is missing or empty. A server that starts anew would lose \
      accounts, clients and workflows. Bring it back with `adyton restore`, or move the folder `objects` away to begin \
      with nothing.
      """
    case .unfinishedRestore(let path):
      """
      The restoration of a backup into \(path) is not finished. Give the command `adyton restore` again: it goes on \
      where it was interrupted.
      """
    }
  }
}

/// The folder that a server keeps everything in: `metadata.sqlite`, and `objects/` and `buckets/` unless they are on
/// S3.
struct DataFolder: Sendable {
  /// The path where the command line names none.
  static let defaultPath = "var/adyton"

  let url: URL

  /// Makes the folder where there is none. It is for its owner only, also if it was open to others, and so is every
  /// file that this process makes from now on.
  ///
  /// - Throws: `DataFolderError.unusable`.
  init(path: String) throws {
    url = URL(filePath: path, directoryHint: .isDirectory)
    umask(0o077)
    do {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      guard let number = SystemErrorNumber.of(error) else { throw error }
      throw Self.unusable(url, errno: number)
    }
    // A database can't be opened in a folder without these rights, and would not say so.
    guard access(url.path(percentEncoded: false), R_OK | W_OK | X_OK) == 0 else {
      throw Self.unusable(url, errno: errno)
    }
    var status = stat()
    guard stat(url.path(percentEncoded: false), &status) == 0 else { throw Self.unusable(url, errno: errno) }
    // What is below a folder that was for its owner only can't have been reached by others.
    guard status.st_mode & Self.rightsOfOthers != 0 else { return }
    guard chmod(url.path(percentEncoded: false), 0o700) == 0 else { throw Self.unusable(url, errno: errno) }
    takeRightsOfOthers()
  }

  private static let rightsOfOthers: mode_t = 0o077

  /// Takes the rights of others from all files and folders of a folder that was open to them. The folder itself keeps
  /// others out by now: a file that is not this user's is no reason to fail.
  private func takeRightsOfOthers() {
    let path = url.path(percentEncoded: false)
    guard let names = FileManager.default.enumerator(atPath: path) else { return }
    for case let name as String in names {
      let entry = url.appending(path: name).path(percentEncoded: false)
      var status = stat()
      guard lstat(entry, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
      if status.st_mode & Self.rightsOfOthers != 0 { _ = chmod(entry, status.st_mode & 0o700) }
    }
  }

  private static func unusable(_ url: URL, errno number: Int32) -> DataFolderError {
    .unusable(path: url.path(percentEncoded: false), errno: number)
  }

  /// The share of the machine that the engine may use in commands: all processors, and half of the memory.
  var engineSettings: EngineSettings {
    let process = ProcessInfo.processInfo
    return EngineSettings(
      threads: min(process.activeProcessorCount, EngineSettings.largestThreadCount),
      memoryLimitBytes: max(Int(process.physicalMemory / 2), EngineSettings.smallestMemoryLimitBytes),
      spillFolder: spillFolder)
  }

  /// The folder for data of queries that does not fit into memory.
  var spillFolder: URL { url.appending(path: "spill", directoryHint: .isDirectory) }

  /// Opens the store, which is made in a folder that has nothing yet.
  ///
  /// - Throws: `DataFolderError.storeMissing`, `DataFolderError.unfinishedRestore`, `MetadataError`.
  func openMetadata() throws -> MetadataStore {
    let path = url.path(percentEncoded: false)
    if !MetadataCopy.isStore(path: storePath) {
      let mark = url.appending(path: RestoreWork.markName).path(percentEncoded: false)
      if FileManager.default.fileExists(atPath: mark) { throw DataFolderError.unfinishedRestore(path: path) }
      if hasObjectsOfInstances { throw DataFolderError.storeMissing(path: path) }
    }
    return try MetadataStore(path: storePath)
  }

  /// The path of the store.
  var storePath: String { url.appending(path: "metadata.sqlite").path(percentEncoded: false) }

  private var hasObjectsOfInstances: Bool {
    let instances = objectsFolder.appending(path: "instances").path(percentEncoded: false)
    return (try? FileManager.default.contentsOfDirectory(atPath: instances).isEmpty) == false
  }

  /// The folder for locks and work in progress where backups are on S3.
  var backupFolder: URL { url.appending(path: "backup", directoryHint: .isDirectory) }

  /// The folder of signals and results.
  var objectsFolder: URL { url.appending(path: "objects", directoryHint: .isDirectory) }

  /// The folder of those that stand for the buckets of customers.
  var bucketsFolder: URL { url.appending(path: "buckets", directoryHint: .isDirectory) }

  /// The folder for copies, locks and work in progress where the objects are on S3.
  var s3Folder: URL { url.appending(path: "s3", directoryHint: .isDirectory) }

  /// Keeps a second server off the folder for as long as this process lives: two job runners would do work twice.
  ///
  /// - Throws: `DataFolderError`: `inUse` when another server has it, `unusable` when the lock can't be taken.
  func lockForServer() throws {
    let path = url.appending(path: "server.lock").path(percentEncoded: false)
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.unusable(url, errno: errno) }
    // The descriptor stays open on purpose: the system takes the lock back when the process ends, however it ends.
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    let failure = errno
    close(descriptor)
    throw failure == EWOULDBLOCK
      ? DataFolderError.inUse(path: url.path(percentEncoded: false)) : Self.unusable(url, errno: failure)
  }
}
