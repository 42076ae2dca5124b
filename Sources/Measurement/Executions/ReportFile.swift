package import ObjectStorage

package import struct Foundation.Data

/// A file of an execution's result, to be read piece by piece.
package struct ReportFile: Sendable {
  /// The number of bytes in memory at a time.
  package static let pieceByteCount = 1 << 20

  /// The length of the file, in bytes.
  package let byteCount: Int

  private let key: ObjectKey
  private let objects: any ObjectStorage

  /// The name of a file in its attempt's folder.
  package static func name(ofKey key: String) -> String {
    key.split(separator: "/").last.map(String.init) ?? ""
  }

  /// The file at the key, once it has been checked; nil if it was deleted.
  init?(key: String, objects: any ObjectStorage) async throws(StorageError) {
    self.key = try ObjectKey(key)
    self.objects = objects
    guard let byteCount = try await objects.byteCount(of: self.key) else { return nil }
    _ = try await OutputFolder.location(of: self.key, subject: "the result", in: objects)
    self.byteCount = byteCount
  }

  /// The offsets of the pieces.
  package var offsets: StrideTo<Int> { stride(from: 0, to: byteCount, by: Self.pieceByteCount) }

  /// The piece at an offset.
  package func piece(at offset: Int) async throws(StorageError) -> Data {
    try await objects.get(key, range: offset..<min(offset + Self.pieceByteCount, byteCount))
  }
}
