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
    _ = try call { Int(fsync($0)) }
  }

  /// Takes the file's lock for this descriptor alone. Returns false when another one has it.
  func tryLock() throws(StorageError) -> Bool {
    try call(refusedWith: EWOULDBLOCK) { Int(flock($0, LOCK_EX | LOCK_NB)) } != nil
  }

  /// Writes all of the bytes, from where the last write ended.
  func write(_ data: Data) throws(StorageError) {
    var offset = 0
    while offset < data.count {
      let written = try call { number in
        data.withUnsafeBytes { bytes in
          Foundation.write(number, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        }
      }
      guard let written, written > 0 else { throw StorageError(.failed) }
      offset += written
    }
  }

  /// The bytes of a range; fewer where the file ends before.
  func bytes(_ range: Range<Int>) throws(StorageError) -> Data {
    var data = Data(count: range.count)
    var count = 0
    while count < range.count {
      let read = try call { number in
        data.withUnsafeMutableBytes { bytes in
          pread(number, bytes.baseAddress?.advanced(by: count), bytes.count - count, off_t(range.lowerBound + count))
        }
      }
      guard let read, read > 0 else { break }
      count += read
    }
    return data.prefix(count)
  }

  /// Makes a call on the open file, again when a signal interrupts it. Returns nil when it fails with `refusal`.
  ///
  /// The error number is read while nothing else can run on this thread that would change it: giving a mutex back may.
  func call(
    refusedWith refusal: Int32? = nil, _ work: (Int32) -> Int
  ) throws(StorageError) -> Int? {
    while true {
      let (result, failure) = number.withLock { number in
        let result = work(number)
        return (result, result < 0 ? errno : 0)
      }
      switch failure {
      case 0: return result
      case EINTR: continue
      case refusal: return nil
      default: throw StorageError(errno: failure)
      }
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
    case EMFILE, ENFILE, ENOMEM: self.init(.exhausted)
    default: self.init(.failed)
    }
  }
}
