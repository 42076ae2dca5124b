import Foundation

/// The blocking half of `LocalFolderStorage`: plain calls on files.
struct FolderFiles: Sendable {
  /// The absolute path of the folder, with no symbolic link in it.
  let root: URL

  /// Makes the folder if there is none, and removes what ended processes left in it. Throws `storage_invalid_key` when
  /// its path has one of `*?[]{}`, which an engine would read as a pattern.
  init(preparing folder: URL) throws(StorageError) {
    try Self.makeFolder(folder)
    guard let path = PathResolution.realPath(of: folder) else { throw StorageError(.failed) }
    guard !path.contains(where: { "*?[]{}".contains($0) }) else { throw StorageError(.invalidKey) }
    root = URL(filePath: path, directoryHint: .isDirectory)
    temporaries.removeAbandoned()
  }

  var temporaries: TemporaryFolders { TemporaryFolders(in: root.appending(path: ".staging")) }

  func url(of key: ObjectKey) -> URL { root.appending(path: key.value) }

  static func makeFolder(_ folder: URL) throws(StorageError) {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageError(cocoa: error)
    }
  }

  /// The length of a file; nil where there is none. A file that can't be looked at is no missing one.
  static func byteCount(of url: URL) throws(StorageError) -> Int? {
    switch try FolderEntry(at: url, followingLinks: true) {
    case .file(let byteCount): byteCount
    case .folder, .other: nil
    }
  }

  func read(_ key: ObjectKey, range: Range<Int>) throws(StorageError) -> Data {
    let file = url(of: key)
    guard let byteCount = try Self.byteCount(of: file) else { throw StorageError(.notFound) }
    return try Self.bytes(of: file, range.clamped(to: 0..<byteCount))
  }

  /// Bytes of a file; fewer where it ends before.
  static func bytes(of file: URL, _ range: Range<Int>) throws(StorageError) -> Data {
    try FileDescriptor(opening: file.path(percentEncoded: false), flags: O_RDONLY).bytes(range)
  }

  /// Writes a temporary file and then gives the complete file the object's name in one step. Returns whether the
  /// object is the new one.
  func write(_ data: Data, to key: ObjectKey, replacing: Bool) throws(StorageError) -> Bool {
    let area = try temporaries.make()
    defer { area.discard() }
    let temporary = try area.file("object").url
    let descriptor = try FileDescriptor(opening: temporary.path(percentEncoded: false), flags: O_WRONLY | O_CREAT)
    try descriptor.write(data)
    try descriptor.synchronize()
    return try place(temporary, at: url(of: key), replacing: replacing)
  }

  func move(_ file: URL, to key: ObjectKey) throws(StorageError) {
    let path = file.path(percentEncoded: false)
    guard chmod(path, 0o600) == 0 else { throw StorageError(errno: errno) }
    try FileDescriptor(opening: path, flags: O_RDONLY).synchronize()
    _ = try place(file, at: url(of: key), replacing: true)
  }

  func delete(_ key: ObjectKey) throws(StorageError) {
    let file = url(of: key)
    guard unlink(file.path(percentEncoded: false)) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return }
      throw StorageError(errno: errno)
    }
    removeEmptyFolders(from: file.deletingLastPathComponent())
  }

  /// The objects below a prefix. Names that are no keys are left out. A folder that can't be read is an error, and no
  /// empty one.
  func list(under prefix: ObjectKey) throws(StorageError) -> [StoredObject] {
    var found: [StoredObject] = []
    var folders = [prefix]
    while let next = folders.popLast() {
      for name in try FolderEntry.names(in: url(of: next)) {
        guard let key = try? next.appending(name) else { continue }
        switch try FolderEntry(at: url(of: key), followingLinks: true) {
        case .file(let byteCount): found.append(StoredObject(key: key, byteCount: byteCount))
        case .folder: folders.append(key)
        case .other: break
        }
      }
    }
    return found.sorted { $0.key < $1.key }
  }

  /// The number of tries to give a file its name while others remove the folders that it goes to.
  static let placeAttemptLimit = 100

  /// Gives a finished file its name. A folder that a deletion removed in between is made again.
  private func place(_ file: URL, at target: URL, replacing: Bool) throws(StorageError) -> Bool {
    let folder = target.deletingLastPathComponent()
    let source = file.path(percentEncoded: false)
    let destination = target.path(percentEncoded: false)
    var highest = folder
    for attempt in 1...Self.placeAttemptLimit {
      highest = firstMissing(above: folder)
      // A folder above it can be removed while this one is made, so that making it is tried again as well.
      do throws(StorageError) {
        try Self.makeFolder(folder)
      } catch {
        guard attempt < Self.placeAttemptLimit else { throw error }
        continue
      }
      let failed = replacing ? rename(source, destination) : link(source, destination)
      if failed == 0 { break }
      if !replacing, errno == EEXIST { return false }
      guard errno == ENOENT, attempt < Self.placeAttemptLimit else { throw StorageError(errno: errno) }
    }
    try synchronizeFolders(from: folder, to: highest)
    return true
  }

  /// The highest folder on the way to `folder` that got a new entry once `folder` exists: the one above the first that
  /// is missing, or `folder` itself when none is.
  private func firstMissing(above folder: URL) -> URL {
    var current = folder
    while current.path.count > root.path.count, !FileManager.default.fileExists(atPath: current.path) {
      current = current.deletingLastPathComponent()
    }
    return current
  }

  /// A name is durable once its folder is, and so is every folder that was made for it.
  private func synchronizeFolders(from folder: URL, to highest: URL) throws(StorageError) {
    var current = folder
    while current.path.count >= highest.path.count {
      try FileDescriptor(opening: current.path(percentEncoded: false), flags: O_RDONLY).synchronize()
      current = current.deletingLastPathComponent()
    }
  }

  private func removeEmptyFolders(from folder: URL) {
    var current = folder
    while current.path.count > root.path.count, rmdir(current.path(percentEncoded: false)) == 0 {
      current = current.deletingLastPathComponent()
    }
  }
}

extension StorageError {
  /// The code that an error of Foundation stands for.
  init(cocoa error: any Error) {
    if let known = error as? StorageError {
      self = known
      return
    }
    if let number = SystemErrorNumber.of(error) {
      self.init(errno: number)
    } else {
      self.init(.failed)
    }
  }
}
