import Base
import Foundation

extension FolderFiles {
  /// The time between two looks at a lock that someone else has.
  static let lockInterval = Duration.milliseconds(20)

  /// The purposes of locks; each has its own file.
  enum LockPurpose: String {
    /// The work of those who ask for the key.
    case work = ".lock"
    /// One conditional write.
    case write = ".write-lock"
  }

  /// Takes a key's lock, trying again until it is free; throws `storage_cancelled`.
  func lock(_ key: ObjectKey, for purpose: LockPurpose = .work) async throws(StorageError) -> StorageLock {
    while true {
      let taken = try await BlockingWork.run { () throws(StorageError) in try tryLock(key, for: purpose) }
      if let taken { return taken }
      do {
        try await Task.sleep(for: Self.lockInterval)
      } catch {
        throw StorageError(.cancelled)
      }
    }
  }

  /// Takes the lock of a key, or returns nil when someone else has it.
  private func tryLock(_ key: ObjectKey, for purpose: LockPurpose) throws(StorageError) -> StorageLock? {
    // A folder for each key, as one key can be the beginning of another.
    let folder = root.appending(path: ".locks").appending(path: key.value)
    try Self.makeFolder(folder)
    let path = folder.appending(path: purpose.rawValue).path(percentEncoded: false)
    let descriptor = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT)
    guard try descriptor.tryLock() else { return nil }
    return StorageLock { descriptor.close() }
  }
}
