package import Foundation

/// The room on the local disk.
package struct LocalDisk: Sendable, Hashable {
  /// The bytes that this process may still write.
  package let freeByteCount: Int
  /// The size of the disk, in bytes.
  package let byteCount: Int

  package init(freeByteCount: Int, byteCount: Int) {
    (self.freeByteCount, self.byteCount) = (freeByteCount, byteCount)
  }

  /// The disk with a file or folder. Blocks on the disk.
  ///
  /// - Throws: `storage_failed` and other codes of the local disk.
  package init(of url: URL) throws(StorageError) {
    var status = statvfs()
    guard statvfs(url.path(percentEncoded: false), &status) == 0 else { throw StorageError(errno: errno) }
    let blockByteCount = UInt64(status.f_frsize)
    self.init(
      freeByteCount: Self.product(UInt64(status.f_bavail), blockByteCount),
      byteCount: Self.product(UInt64(status.f_blocks), blockByteCount))
  }

  /// The bytes that may be written while `reserve` stays free, or a twentieth of a smaller disk.
  ///
  /// - Throws: `storage_full` if less than that is free already: there may be room again later.
  package func room(leaving reserve: Int) throws(StorageError) -> Int {
    let rest = freeByteCount - min(reserve, byteCount / Self.reserveShare)
    guard rest > 0 else { throw StorageError(.full) }
    return rest
  }

  private static let reserveShare = 20

  private static func product(_ left: UInt64, _ right: UInt64) -> Int {
    let (product, overflows) = left.multipliedReportingOverflow(by: right)
    return overflows ? .max : Int(clamping: product)
  }
}
