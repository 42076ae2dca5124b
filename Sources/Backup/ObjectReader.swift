import Foundation
import ObjectStorage

/// Reads objects piece by piece, so that none has to fit into memory or into a cache.
struct ObjectReader: Sendable {
  /// The bytes that are read at a time.
  static let pieceByteCount = 16 << 20
  /// How many objects are read at the same time: most of the time goes into waiting for the storage.
  static let concurrentObjects = 4

  let storage: any ObjectStorage

  /// The digest of an object. Throws `storage_not_found`.
  func digest(of key: ObjectKey) async throws(StorageError) -> ObjectDigest {
    try await read(key) { (_: Data) async throws(StorageError) in }
  }

  /// Gives the bytes of an object to `take`, in order. Returns their digest.
  func read(
    _ key: ObjectKey, _ take: (Data) async throws(StorageError) -> Void
  ) async throws(StorageError) -> ObjectDigest {
    var running = RunningDigest()
    var offset = 0
    while true {
      let piece = try await storage.get(key, range: offset..<offset + Self.pieceByteCount)
      running.add(piece)
      try await take(piece)
      offset += piece.count
      if piece.count < Self.pieceByteCount { return running.digest }
    }
  }
}

extension ObjectReader {
  /// Writes an object into a staged file. Returns its digest.
  ///
  /// - Throws: `storage_corrupt` with the damage for another object than expected, `storage_not_found`.
  @discardableResult
  func fetch(
    _ key: ObjectKey, expecting expected: ExpectedObject?, into file: StagedFile
  ) async throws(StorageError) -> ObjectDigest {
    let writer = try StagedFileWriter(file)
    defer { writer.close() }
    let digest = try await read(key) { (piece: Data) async throws(StorageError) in try await writer.write(piece) }
    if let fault = expected?.fault(of: digest) {
      throw StorageError(damage: ObjectDamage(fault, of: key))
    }
    return digest
  }

  /// Copies an object into another storage. Returns its digest.
  ///
  /// - Parameter targetKey: The key of the copy.
  /// - Throws: `storage_corrupt` with the damage for another object than expected; nothing is written then.
  @discardableResult
  func copy(
    _ key: ObjectKey, expecting expected: ExpectedObject?, to target: any ObjectStorage,
    as targetKey: (ObjectDigest) throws(StorageError) -> ObjectKey
  ) async throws(StorageError) -> ObjectDigest {
    let area = try await target.stage()
    defer { area.discard() }
    let file = try area.file("object")
    let digest = try await fetch(key, expecting: expected, into: file)
    try await target.publish(file, as: try targetKey(digest))
    return digest
  }
}
