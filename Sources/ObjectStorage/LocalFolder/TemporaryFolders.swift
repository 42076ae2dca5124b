import Base
package import Foundation

/// Makes folders for work in progress, each of which is gone when its work ends, in whatever way it ends.
///
/// A folder in use holds a locked file. The operating system gives the lock back when the process ends. An unlocked
/// folder is therefore what a killed process left; the next folder that is made here removes it.
package struct TemporaryFolders: Sendable {
  /// The time within which the maker of a folder has locked it, in seconds. Younger ones are not removed before they
  /// were locked.
  static let lockingSeconds = 60
  private static let namePrefix = "work-"
  private static let lockName = ".lock"
  /// The content of the lock file once its maker has locked it: from then on, a folder that is not locked is abandoned,
  /// however young it is.
  private static let lockedMark = Data("locked".utf8)

  /// The folder that holds the temporary ones.
  package let parent: URL

  /// Makes nothing yet.
  package init(in parent: URL) {
    self.parent = parent
  }

  /// The number of folders that are made at most until one can be locked.
  static let attemptLimit = 10

  /// Makes a folder. Blocks on the disk.
  ///
  /// - Throws: `storage_conflict` when each of several new folders was taken by a process that removes what others
  ///   left; other codes when a folder can't be made.
  package func make() throws(StorageError) -> StagingArea {
    try make { "\(Self.namePrefix)\(RandomIdentifierGenerator.uuid())" }
  }

  /// Makes a folder of the first name whose folder nobody else has locked.
  func make(naming name: () -> String) throws(StorageError) -> StagingArea {
    try FolderFiles.makeFolder(parent)
    removeAbandoned()
    for _ in 1...Self.attemptLimit {
      if let area = try makeLocked(parent.appending(path: name())) { return area }
    }
    throw StorageError(.conflict)
  }

  /// Makes a folder and locks it; nil when another process has the lock, as it does only to remove the folder.
  private func makeLocked(_ folder: URL) throws(StorageError) -> StagingArea? {
    try FolderFiles.makeFolder(folder)
    let descriptor = try FileDescriptor(opening: Self.lockPath(of: folder), flags: O_RDWR | O_CREAT)
    guard try descriptor.tryLock() else { return nil }
    try descriptor.write(Self.lockedMark)
    return StagingArea(folder: folder) {
      try? FileManager.default.removeItem(at: folder)
      descriptor.close()
    }
  }

  /// Removes what ended processes left: at the start of a process, and with every new folder. Failing to is no failure
  /// of the work that comes after; the next one tries again.
  package func removeAbandoned() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path(percentEncoded: false))) ?? []
    for name in names where name.hasPrefix(Self.namePrefix) {
      let folder = parent.appending(path: name)
      if wasLocked(folder) || isOldEnough(folder), isUnlocked(folder) {
        try? FileManager.default.removeItem(at: folder)
      }
    }
  }

  private func isUnlocked(_ folder: URL) -> Bool {
    // Without a lock file, the maker ended between making the folder and the file.
    guard let descriptor = try? FileDescriptor(opening: Self.lockPath(of: folder), flags: O_RDONLY) else { return true }
    return (try? descriptor.tryLock()) ?? false
  }

  private func wasLocked(_ folder: URL) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: Self.lockPath(of: folder))
    return attributes?[.size] as? Int == Self.lockedMark.count
  }

  private func isOldEnough(_ folder: URL) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path(percentEncoded: false))
    guard let changed = attributes?[.modificationDate] as? Date else { return false }
    return -changed.timeIntervalSinceNow > Double(Self.lockingSeconds)
  }

  private static func lockPath(of folder: URL) -> String {
    folder.appending(path: lockName).path(percentEncoded: false)
  }
}
