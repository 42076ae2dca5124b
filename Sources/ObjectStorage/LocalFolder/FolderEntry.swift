package import Foundation

/// The thing at a path of the local disk. A path that can't be looked at is an error, and no missing one.
package enum FolderEntry: Sendable, Hashable {
  case file(byteCount: Int)
  case folder
  /// Nothing, or neither a file nor a folder.
  case other

  /// Looks at a path.
  ///
  /// - Throws: `storage_denied`, `storage_failed` and other codes of the local disk.
  package init(at url: URL, followingLinks: Bool) throws(StorageError) {
    let path = url.path(percentEncoded: false)
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      let failure = errno
      guard failure == ENOENT || failure == ENOTDIR else { throw StorageError(errno: failure) }
      self = .other
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file(byteCount: Int(status.st_size))
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }

  /// The names in a folder, in no order; none where there is no folder.
  ///
  /// - Throws: `storage_denied`, `storage_failed` and other codes of the local disk.
  package static func names(in folder: URL) throws(StorageError) -> [String] {
    guard let stream = opendir(folder.path(percentEncoded: false)) else {
      let failure = errno
      guard failure == ENOENT || failure == ENOTDIR else { throw StorageError(errno: failure) }
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        let failure = errno
        guard failure == 0 else { throw StorageError(errno: failure) }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
  }
}
