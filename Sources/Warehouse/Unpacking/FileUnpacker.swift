import Base
import CCodecs
import Foundation
import ObjectStorage
import Synchronization

/// Unpacks files into a staging area. The engine reads plain files only: its own unpacking takes a gzip file that is
/// cut off, or whose checksum is wrong, for a whole one.
struct FileUnpacker: Sendable {
  let area: StagingArea
  var limits = UnpackLimits()

  /// The files that a packed file comes to: one, or the entries of a ZIP archive. Throws a `LoadProblem`.
  ///
  /// - Parameters:
  ///   - number: Tells the files of a load apart.
  ///   - room: How many bytes they may come to.
  func unpack(
    _ file: LoadFile, _ compression: UploadCompression, number: Int, room: Int
  ) async throws -> (files: [LoadFile], byteCount: Int) {
    let cancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      try await BlockingWork.run {
        try UnpackWork(
          file: file, area: area, limits: limits, number: number, room: room,
          isCancelled: { cancelled.load(ordering: .relaxed) }
        ).run(compression)
      }
    } onCancel: {
      cancelled.store(true, ordering: .relaxed)
    }
  }
}

/// The unpacking of one file, on a thread that may block.
private struct UnpackWork {
  let file: LoadFile
  let area: StagingArea
  let limits: UnpackLimits
  let number: Int
  let room: Int
  let isCancelled: @Sendable () -> Bool

  func run(_ compression: UploadCompression) throws -> (files: [LoadFile], byteCount: Int) {
    guard let packed = try? PackedFile(file.url) else {
      throw LoadProblem(
        .unreadableFile, "There is no such file, or it cannot be read.", file: file.displayName)
    }
    do {
      let kind = PackedKind(try packed.bytes(0..<min(packed.byteCount, PackedKind.headByteCount)))
      // Parquet is packed inside, whatever is said of it.
      if file.format == .parquet, kind == .parquet { return ([file], 0) }
      if let problem = PackedKind.problem(kind, said: compression, file: file.displayName) { throw problem }
      try packed.handle.seek(toOffset: 0)
      switch compression {
      case .none: return ([file], 0)
      case .gzip: return try one(packed) { try StreamUnpacker.unpack(packed, ADYTON_CODEC_GZIP, to: $0) }
      case .bzip: return try one(packed) { try StreamUnpacker.unpack(packed, ADYTON_CODEC_BZIP2, to: $0) }
      case .snappy: return try one(packed) { try SnappyUnpacker(file: packed, output: $0).unpack() }
      case .zip: return try entries(packed)
      }
    } catch let failure as UnpackFailure {
      throw try problem(failure, compression)
    } catch let error as CocoaError {
      throw error.code == .fileWriteOutOfSpace ? StorageError(.full) : StorageError(.failed)
    }
  }

  private func one(
    _ packed: PackedFile, _ unpack: (UnpackedFile) throws -> Void
  ) throws -> (files: [LoadFile], byteCount: Int) {
    let url = try area.file("unpacked-\(number)").url
    let output = try unpackedFile(url, byteLimit: byteLimit(packed.byteCount))
    try unpack(output)
    try output.close()
    return ([unpacked(url, file.displayName)], output.byteCount)
  }

  private func entries(_ packed: PackedFile) throws -> (files: [LoadFile], byteCount: Int) {
    let archive = try ZipArchive(packed, entryLimit: limits.entryLimit)
    var files: [LoadFile] = []
    var byteCount = 0
    for (index, entry) in archive.entries.enumerated() where !isHidden(entry.name) {
      let url = try area.file("unpacked-\(number)-\(index)").url
      let limit = byteLimit(packed.byteCount) - byteCount
      let output = try unpackedFile(url, byteLimit: limit)
      try archive.unpack(entry, to: output)
      try output.close()
      byteCount += output.byteCount
      files.append(unpacked(url, "\(file.displayName)/\(entry.name)"))
    }
    guard !files.isEmpty else {
      throw LoadProblem(.malformedFile, "The archive holds no file.", file: file.displayName)
    }
    return (files, byteCount)
  }

  private func unpackedFile(_ url: URL, byteLimit: Int) throws -> UnpackedFile {
    try UnpackedFile(
      url, byteLimit: byteLimit, freeDiskByteCount: limits.freeDiskByteCount, isCancelled: isCancelled)
  }

  private func unpacked(_ url: URL, _ name: String) -> LoadFile {
    LoadFile(url: url, displayName: name, format: format, encoding: file.encoding)
  }

  /// The format within: the name behind `.gz` no longer tells it.
  private var format: LoadFormat? { file.format ?? LoadFormat(fileName: file.url.lastPathComponent) }

  /// Folders, and what desktop systems put into archives beside the files.
  private func isHidden(_ name: String) -> Bool {
    guard !name.hasSuffix("/"), !name.hasPrefix("__MACOSX/"), let last = name.split(separator: "/").last else {
      return true
    }
    return last.hasPrefix(".")
  }

  private func byteLimit(_ packedByteCount: Int) -> Int {
    let (byRatio, overflows) = packedByteCount.multipliedReportingOverflow(by: limits.ratioLimit)
    return overflows ? room : min(room, max(byRatio, limits.ratioFreeByteCount))
  }

  private func problem(_ failure: UnpackFailure, _ compression: UploadCompression) throws -> LoadProblem {
    switch failure {
    case .damaged:
      LoadProblem(
        .damagedArchive, "The file is no whole \(compression.rawValue) file: it is damaged, or ends too early.",
        file: file.displayName)
    case .encrypted:
      LoadProblem(.damagedArchive, "The archive is protected by a password.", file: file.displayName)
    case .unknownMethod:
      LoadProblem(
        .damagedArchive, "An entry of the archive is packed in another way than deflate.", file: file.displayName)
    case .tooLarge:
      LoadProblem(
        .tooLarge,
        "The file comes to more than \(limits.ratioLimit) times its size, or all files to more than "
          + "\(limits.byteLimit >> 30) GiB.", file: file.displayName)
    case .noRoom: LoadProblem.noRoom(file)
    case .cancelled: throw CancellationError()
    }
  }
}
