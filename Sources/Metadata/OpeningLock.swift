import Foundation

/// The lock under which a store is opened. SQLite's own locks don't reach from one step of a migration to the next, nor
/// over the change to WAL mode: a second program would find half of the tables, and fail.
struct OpeningLock {
  /// The end of the name of the lock's file, behind the name of the store.
  static let suffix = "-lock"

  private let descriptor: Int32

  /// Waits until no other program opens the store. A program that ends gives the lock back, however it ends.
  ///
  /// - Throws: `MetadataError.fileSystem`.
  init(for path: String) throws(MetadataError) {
    descriptor = open(path + Self.suffix, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .fileSystem }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        close(descriptor)
        throw .fileSystem
      }
    }
  }

  func release() { close(descriptor) }
}
