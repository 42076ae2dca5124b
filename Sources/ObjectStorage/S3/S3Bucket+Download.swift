import Base
import Foundation

extension S3Bucket {
  /// The bytes of an object that one request asks for, and asks for again when it fails.
  static let downloadPieceByteCount = 16 << 20

  /// Writes an object of a known length into a new file of the local disk. Throws `storage_conflict` when another one
  /// takes its place meanwhile.
  func download(_ key: String, byteCount: Int, to file: URL) async throws(StorageError) {
    let path = file.path(percentEncoded: false)
    let descriptor = try await BlockingWork.run { () throws(StorageError) in
      try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    }
    defer { descriptor.close() }
    var version: String?
    for start in stride(from: 0, to: byteCount, by: Self.downloadPieceByteCount) {
      let range = start..<min(start + Self.downloadPieceByteCount, byteCount)
      let found = try await get(key, range: range)
      let piece = found.data
      guard version == nil || version == found.tag else { throw StorageError(.conflict) }
      version = found.tag
      // The object was replaced meanwhile, or the service does not know ranges.
      guard piece.count == range.count else { throw StorageError(.corrupt) }
      try await BlockingWork.run { () throws(StorageError) in try descriptor.write(piece) }
    }
  }
}
