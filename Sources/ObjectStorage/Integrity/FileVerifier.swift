import Base
package import Foundation
import Synchronization

/// When objects are compared with their checksums as they are read.
public enum ReadVerification: String, Sendable, CaseIterable {
  /// Each time. Costs reading the whole file, also where a query needs two of its columns.
  case always
  /// The first time that the process reads a file, when the file has changed, and once a day. In between, a file
  /// counts as unchanged while its inode, length and times of change do.
  case changed
  /// Never: only lengths are compared.
  case never
}

/// The purpose for which an object is read.
public enum ObjectUse: Sendable {
  /// A query's answer. `ReadVerification` decides how the object is checked.
  case query
  /// Writing the same data again. Always compared with the checksum: damage would get a new, right one otherwise.
  case rewriting
}

/// Compares files with what was written, and remembers which ones it has compared.
final class FileVerifier: Sendable {
  /// The time after which an unchanged file is compared again: a disk can lose bits without anybody writing.
  static let lifetime = Duration.seconds(86_400)
  /// The most files that are remembered. Beyond it, all are forgotten, and compared again.
  static let memoryLimit = 200_000
  /// How long ago a file must have changed to be remembered, in nanoseconds. The times of files go in steps of some
  /// milliseconds: one that is written to right after its check may keep its time.
  static let settledNanoseconds: Int64 = 100_000_000

  private struct Verified {
    let sha256: String
    let identity: FileIdentity
    let at: ContinuousClock.Instant
  }

  private let mode: ReadVerification
  private let now: @Sendable () -> ContinuousClock.Instant
  private let wallNanoseconds: @Sendable () -> Int64
  private let verified = Mutex<[String: Verified]>([:])

  /// - Parameter wallNanoseconds: The time as the times of files have it, in nanoseconds since 1970.
  init(
    _ mode: ReadVerification, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    wallNanoseconds: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1e9) }
  ) {
    (self.mode, self.now, self.wallNanoseconds) = (mode, now, wallNanoseconds)
  }

  /// Checks a file. Blocks on the disk.
  ///
  /// - Throws: `storage_corrupt` with the damage, also where the file is missing or can't be read.
  func check(_ path: String, of key: ObjectKey, is expected: ExpectedObject, for use: ObjectUse) throws(StorageError) {
    do throws(StorageError) {
      try check(path, key, expected, use)
    } catch {
      switch error.code {
      case .notFound: throw StorageError(damage: ObjectDamage(.missing, of: key))
      case .failed: throw StorageError(damage: ObjectDamage(.unreadable, of: key))
      default: throw error
      }
    }
  }

  private func check(
    _ path: String, _ key: ObjectKey, _ expected: ExpectedObject, _ use: ObjectUse
  ) throws(StorageError) {
    let file = try FileDescriptor(opening: path, flags: O_RDONLY)
    defer { file.close() }
    let identity = try file.identity()
    if let byteCount = expected.byteCount, byteCount != identity.byteCount {
      throw StorageError(damage: ObjectDamage(.length, of: key))
    }
    guard let sha256 = expected.sha256, needsContent(path, identity, sha256, use) else { return }
    let digest = try file.digest()
    guard digest.sha256 == sha256 else { throw StorageError(damage: ObjectDamage(.content, of: key)) }
    remember(path, Verified(sha256: sha256, identity: identity, at: now()))
  }

  func needsContent(_ path: String, _ identity: FileIdentity, _ sha256: String, _ use: ObjectUse) -> Bool {
    switch use {
    case .rewriting: return true
    case .query: break
    }
    switch mode {
    case .always: return true
    case .never: return false
    case .changed:
      guard let known = verified.withLock({ $0[path] }) else { return true }
      return known.sha256 != sha256 || known.identity != identity || known.at.duration(to: now()) >= Self.lifetime
    }
  }

  private func remember(_ path: String, _ file: Verified) {
    guard file.identity.changedAt < wallNanoseconds() - Self.settledNanoseconds else { return }
    verified.withLock { verified in
      if verified.count >= Self.memoryLimit { verified.removeAll() }
      verified[path] = file
    }
  }
}

/// The attributes that change when a file does: it was replaced, written to, or given other attributes.
struct FileIdentity: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64
  var byteCount: Int
  /// The times of the last change of content and of attributes, in nanoseconds. The latter can't be set by anybody.
  var modifiedAt: Int64
  var changedAt: Int64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    byteCount = Int(status.st_size)
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    modifiedAt = Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec)
    changedAt = Int64(changed.tv_sec) * 1_000_000_000 + Int64(changed.tv_nsec)
  }
}

extension FileDescriptor {
  /// The bytes that are read at a time.
  private static let readByteCount = 1 << 20

  /// The file as it is now.
  func identity() throws(StorageError) -> FileIdentity {
    var status = stat()
    _ = try call { fstat($0, &status) == 0 ? 0 : -1 }
    guard status.st_mode & S_IFMT == S_IFREG else { throw StorageError(.notFound) }
    return FileIdentity(status)
  }

  /// The digest of the bytes from here to the end.
  func digest() throws(StorageError) -> ObjectDigest {
    var running = RunningDigest()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readByteCount, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try call { read($0, buffer.baseAddress, buffer.count) } ?? 0
      guard count > 0 else { return running.digest }
      running.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

extension ObjectDigest {
  /// The digest of a file of the local disk as it is now.
  ///
  /// - Throws: `storage_not_found`, `storage_failed` and other codes of the local disk.
  package static func ofFile(at url: URL) async throws(StorageError) -> ObjectDigest {
    try await BlockingWork.run { () throws(StorageError) in
      try FileDescriptor(opening: url.path(percentEncoded: false), flags: O_RDONLY).digest()
    }
  }
}

extension StagedFile {
  /// The digest of the file as it is now; see `ObjectDigest.ofFile`.
  package func digest() async throws(StorageError) -> ObjectDigest { try await ObjectDigest.ofFile(at: url) }
}
