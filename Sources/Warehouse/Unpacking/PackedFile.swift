import Foundation
import ObjectStorage

/// A file that is read piece by piece.
struct PackedFile {
  /// The bytes that are read at once.
  static let pieceByteCount = 1 << 20

  let handle: FileHandle
  /// The file's length.
  let byteCount: Int

  /// Opens a file. Throws what the system does.
  init(_ url: URL) throws {
    handle = try FileHandle(forReadingFrom: url)
    byteCount = Int(try handle.seekToEnd())
    try handle.seek(toOffset: 0)
  }

  /// The next bytes, at most so many; empty at the end.
  func next(_ count: Int = pieceByteCount) throws -> Data { try handle.read(upToCount: count) ?? Data() }

  /// The bytes of a range; throws `UnpackFailure.damaged` where the file does not have them.
  func bytes(_ range: Range<Int>) throws -> Data {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw UnpackFailure.damaged }
    try handle.seek(toOffset: UInt64(range.lowerBound))
    let data = try next(range.count)
    guard data.count == range.count else { throw UnpackFailure.damaged }
    return Data(data)
  }
}

/// Why a file could not be unpacked.
enum UnpackFailure: Error, Hashable, Sendable {
  /// It is damaged, or ends too early.
  case damaged
  /// It is protected by a password.
  case encrypted
  /// An entry is packed in a way that is not known here.
  case unknownMethod
  /// It comes to more than may be.
  case tooLarge
  /// The disk has no room for it.
  case noRoom
  case cancelled
}

/// How much files may come to when they are unpacked, so that a small file can't fill the disk.
package struct UnpackLimits: Sendable, Hashable {
  /// The most bytes of all files of a load.
  package var byteLimit = 64 << 30
  /// The most bytes for each byte of the packed file, once there are more than `ratioFreeByteCount`. Data is seldom
  /// packed to a twentieth of its size; files that are made to fill a disk, to a thousandth and less.
  package var ratioLimit = 250
  package var ratioFreeByteCount = 64 << 20
  /// The disk space that stays free, in bytes.
  package var freeDiskByteCount = LoadLimits().freeDiskByteCount
  /// The most entries of a ZIP archive.
  package var entryLimit = 10_000

  package init() {}
}

/// A file that grows piece by piece, up to a limit.
final class UnpackedFile {
  private let handle: FileHandle
  private let isCancelled: () -> Bool
  private let byteLimit: Int
  private let url: URL
  private let freeDiskByteCount: Int
  private(set) var byteCount = 0
  /// The length up to which there is room on the disk, as far as is known.
  private var checkedByteCount = 0

  /// The bytes after which the room on the disk is looked at again: others may fill it.
  private static let checkedStepByteCount = 64 << 20

  /// Makes the file, for its owner only.
  ///
  /// - Parameters:
  ///   - byteLimit: The most bytes that it may have.
  ///   - freeDiskByteCount: The disk space that stays free.
  init(_ url: URL, byteLimit: Int, freeDiskByteCount: Int, isCancelled: @escaping () -> Bool) throws {
    self.url = url
    self.freeDiskByteCount = freeDiskByteCount
    let path = url.path(percentEncoded: false)
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw CocoaError(.fileWriteUnknown)
    }
    handle = try FileHandle(forWritingTo: url)
    self.byteLimit = byteLimit
    self.isCancelled = isCancelled
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    guard !isCancelled() else { throw UnpackFailure.cancelled }
    byteCount += bytes.count
    guard byteCount <= byteLimit else { throw UnpackFailure.tooLarge }
    if byteCount > checkedByteCount { try lookForRoom(bytes.count) }
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let data = Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none)
    try handle.write(contentsOf: data)
  }

  /// Checks that the next bytes fit. At the first ones, a disk that is full already is a fault of the machine.
  private func lookForRoom(_ next: Int) throws {
    do {
      let room = try LocalDisk(of: url).room(leaving: freeDiskByteCount)
      guard room >= next else { throw UnpackFailure.noRoom }
    } catch let error as StorageError {
      throw error.code == .full && checkedByteCount > 0 ? UnpackFailure.noRoom : error
    }
    checkedByteCount = byteCount + Self.checkedStepByteCount
  }

  func close() throws { try handle.close() }
}
