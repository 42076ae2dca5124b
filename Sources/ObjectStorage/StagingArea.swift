import Base
public import struct Foundation.Data
public import struct Foundation.URL

/// A private folder on the local disk for files on their way into a storage.
///
/// The folder is removed by `discard()`, when the last reference goes, or, after a crash, by the next staging.
public final class StagingArea: Sendable {
  /// The folder, which exists and is empty at first.
  public let folder: URL
  private let removal: @Sendable () -> Void

  /// An area in that folder; `removal` deletes it and may be called more than once.
  public init(folder: URL, removal: @escaping @Sendable () -> Void) {
    self.folder = folder
    self.removal = removal
  }

  deinit { removal() }

  /// A file of that name, which need not exist yet. Throws `storage_invalid_key` unless the name is one valid part
  /// of a key, or several joined by slashes.
  public func file(_ name: String) throws(StorageError) -> StagedFile {
    let checked = try ObjectKey(name)
    return StagedFile(area: self, url: folder.appending(path: checked.value))
  }

  /// The location for an engine to write a file of that name.
  public func location(of name: String) throws(StorageError) -> EngineLocation {
    EngineLocation(path: try file(name).url.path(percentEncoded: false))
  }

  /// Makes a folder of that name in the area, with those above it.
  ///
  /// - Throws: `storage_invalid_key` for a name that is none, `storage_full`, `storage_failed`.
  public func makeFolder(_ name: String) async throws(StorageError) {
    let url = try file(name).url
    try await BlockingWork.run { () throws(StorageError) in try FolderFiles.makeFolder(url) }
  }

  /// Removes the folder with all that has not been published.
  public func discard() { removal() }
}

/// A file in a staging area, which it keeps alive.
public struct StagedFile: Sendable {
  /// The area that the file is in.
  public let area: StagingArea
  /// Its path on the local disk.
  public let url: URL

  /// Writes the file, replacing an existing one. It is certain to be on the disk only once it is published.
  ///
  /// - Throws: `storage_full`, `storage_failed` and other codes of the local disk.
  public func write(_ data: Data) async throws(StorageError) {
    try await BlockingWork.run { [url] () throws(StorageError) in
      do { try data.write(to: url) } catch { throw StorageError(cocoa: error) }
    }
  }

  /// The whole file.
  ///
  /// - Throws: `storage_not_found`, `storage_failed` and other codes of the local disk.
  public func read() async throws(StorageError) -> Data {
    try await BlockingWork.run { [url] () throws(StorageError) in
      do { return try Data(contentsOf: url) } catch { throw StorageError(cocoa: error) }
    }
  }
}

/// The right to work on a key alone, until it is released or dropped.
public final class StorageLock: Sendable {
  private let unlock: @Sendable () -> Void

  /// A lock that `unlock` gives back; it may be called more than once.
  public init(unlock: @escaping @Sendable () -> Void) {
    self.unlock = unlock
  }

  deinit { unlock() }

  /// Lets the next one in.
  public func release() { unlock() }
}
