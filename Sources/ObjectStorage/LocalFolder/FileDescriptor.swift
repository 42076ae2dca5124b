import Foundation
import Synchronization

/// The few calls of the operating system that Foundation has no durable or typed form of.
final class FileDescriptor: Sendable {
  private let number: Mutex<Int32>

  /// Opens a file; created files are for the owner only.
  init(opening path: String, flags: Int32) throws(StorageError) {
    let opened = open(path, flags | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw StorageError(errno: errno) }
    number = Mutex(opened)
  }

  deinit { close() }

  func close() {
    number.withLock { number in
      if number >= 0 { _ = Foundation.close(number) }
      number = -1
    }
  }

  /// Waits until what was written is on the disk.
  func synchronize() throws(StorageError) {
    guard number.withLock({ fsync($0) }) == 0 else { throw StorageError(errno: errno) }
  }

  /// Takes the file's lock for this descriptor alone. Returns false when another one has it.
  func tryLock() throws(StorageError) -> Bool {
    if number.withLock({ flock($0, LOCK_EX | LOCK_NB) }) == 0 { return true }
    guard errno == EWOULDBLOCK || errno == EINTR else { throw StorageError(errno: errno) }
    return false
  }

  /// Writes all of the bytes at the current place.
  func write(_ data: Data) throws(StorageError) {
    var offset = 0
    while offset < data.count {
      let written = number.withLock { number in
        data.withUnsafeBytes { bytes in
          Foundation.write(number, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        }
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw StorageError(errno: errno) }
      offset += written
    }
  }
}

extension StorageError {
  /// The code that an error number of the operating system stands for.
  init(errno number: Int32) {
    switch number {
    case ENOENT, ENOTDIR: self.init(.notFound)
    case ENOSPC, EDQUOT, EFBIG: self.init(.full)
    case EACCES, EPERM, EROFS: self.init(.denied)
    default: self.init(.failed)
    }
  }
}
