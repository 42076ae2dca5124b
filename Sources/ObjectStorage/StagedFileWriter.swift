import Base
package import Foundation

/// Writes a staged file piece by piece.
package struct StagedFileWriter: Sendable {
  private let descriptor: FileDescriptor

  /// Makes the file, in place of an existing one. Blocks on the disk.
  ///
  /// - Throws: `storage_full`, `storage_failed` and other codes of the local disk.
  package init(_ file: StagedFile) throws(StorageError) {
    let path = file.url.path(percentEncoded: false)
    descriptor = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
  }

  /// Writes bytes behind those that are there.
  package func write(_ data: Data) async throws(StorageError) {
    try await BlockingWork.run { [descriptor] () throws(StorageError) in try descriptor.write(data) }
  }

  /// Closes the file. Publishing it makes it durable.
  package func close() { descriptor.close() }
}

extension StagedFile {
  /// Moves the file to a path outside of any storage, on the same file system, for its owner only and durably. Blocks
  /// on the disk.
  ///
  /// - Throws: `storage_full`, `storage_failed` and other codes of the local disk.
  package func place(at target: URL) throws(StorageError) {
    let path = url.path(percentEncoded: false)
    let folder = target.deletingLastPathComponent()
    guard chmod(path, 0o600) == 0 else { throw StorageError(errno: errno) }
    try FileDescriptor(opening: path, flags: O_RDONLY).synchronize()
    try FolderFiles.makeFolder(folder)
    guard rename(path, target.path(percentEncoded: false)) == 0 else { throw StorageError(errno: errno) }
    try FileDescriptor(opening: folder.path(percentEncoded: false), flags: O_RDONLY).synchronize()
  }
}
