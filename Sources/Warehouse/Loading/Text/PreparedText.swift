import Base
import Foundation
import ObjectStorage
import Synchronization

/// A text file that the engine can read: UTF-8, with one way to end lines.
///
/// A file that is so already stays where it is. Others are written again in the staging area.
struct PreparedText: Sendable {
  /// The path of the text.
  let path: String
  /// The beginning of a CSV file; nil for JSON lines.
  let head: CSVHead?
}

/// The preparation of one text file, on a thread that may block.
struct TextPreparation: Sendable {
  let file: LoadFile
  /// The path of the file, without links.
  let path: String
  /// The shape of CSV; nil for JSON lines.
  let shape: CSVShape?
  let area: StagingArea
  /// Tells the files of a load apart.
  let number: Int
  let limits: LoadLimits

  /// Prepares the file. Throws a `LoadProblem` where it is no text of its encoding; `StorageError`,
  /// `CancellationError`.
  func run() async throws -> PreparedText {
    let cancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      try await BlockingWork.run {
        do {
          return try prepare { cancelled.load(ordering: .relaxed) }
        } catch let failure as UnpackFailure {
          switch failure {
          case .cancelled: throw CancellationError()
          case .noRoom: throw LoadProblem.noRoom(file)
          case .damaged, .encrypted, .unknownMethod, .tooLarge: throw StorageError(.failed)
          }
        } catch let error as CocoaError {
          throw error.code == .fileWriteOutOfSpace ? StorageError(.full) : StorageError(.failed)
        }
      }
    } onCancel: {
      cancelled.store(true, ordering: .relaxed)
    }
  }

  private func prepare(isCancelled: @escaping @Sendable () -> Bool) throws -> PreparedText {
    let path = try decoded(isCancelled: isCancelled)
    let text = try PackedFile(URL(filePath: path))
    let head = try text.bytes(0..<min(text.byteCount, CSVHead.byteLimit))
    if UTF16Mark.begins(head) { throw notText() }
    try text.handle.seek(toOffset: 0)
    let csv = shape.map { CSVHead(head, $0) }
    let scan = try TextScan(
      text, LongLines(csv?.shape, limit: limits.lineByteLimit), isCancelled: isCancelled)
    if let line = scan.unreadableLine { throw LoadProblem.notText(file, line: line) }
    // Every character of UTF-16 that Latin text has is half a NUL, and its lines end in other ways.
    if csv?.hasNUL == true { throw notText() }
    if let line = scan.longLine { throw lineTooLong(line) }
    guard let csv else {
      return PreparedText(path: try rewritten(path, scan, CSVShape.unquoted, isCancelled).path, head: nil)
    }
    let (rewrittenPath, newShape) = try rewritten(path, scan, csv.shape, isCancelled)
    guard newShape != csv.shape else { return PreparedText(path: rewrittenPath, head: csv) }
    return PreparedText(path: rewrittenPath, head: csv.with(newShape))
  }

  private func lineTooLong(_ line: Int) -> LoadProblem {
    let unit = shape == nil ? "line" : "record"
    return LoadProblem(
      .lineTooLong, "The \(unit) has more than \(limits.lineByteLimit) bytes.", file: file.displayName, position: line)
  }

  private func notText() -> LoadProblem {
    var problem = LoadProblem(
      .malformedFile, "The file is not \(file.encoding.title) text.", file: file.displayName)
    problem.isOfEncoding = true
    return problem
  }

  /// The path of the text in UTF-8.
  private func decoded(isCancelled: @escaping @Sendable () -> Bool) throws -> String {
    guard file.encoding != .utf8 else { return path }
    let url = try area.file("decoded-\(number)").url
    let input = try PackedFile(URL(filePath: path))
    let output = try UnpackedFile(
      url, byteLimit: .max, freeDiskByteCount: limits.freeDiskByteCount, isCancelled: isCancelled)
    do {
      try TextDecoder.decode(input, file.encoding, to: output)
    } catch let failure as TextDecoder.Failure {
      switch failure {
      case .malformed(let line): throw LoadProblem.notText(file, line: line)
      case .unknownEncoding:
        throw LoadProblem(
          .unreadableFile, "This machine can't decode \(file.encoding.title).", file: file.displayName)
      }
    }
    try output.close()
    return url.path(percentEncoded: false)
  }

  /// The path and shape of the text with one way to end records.
  private func rewritten(
    _ path: String, _ scan: TextScan, _ shape: CSVShape, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> (path: String, shape: CSVShape) {
    guard scan.breaks.count > 1 else { return (path, shape) }
    let url = try area.file("rewritten-\(number)").url
    let input = try PackedFile(URL(filePath: path))
    let output = try UnpackedFile(
      url, byteLimit: .max, freeDiskByteCount: limits.freeDiskByteCount, isCancelled: isCancelled)
    var rewriter = RecordRewriter(shape, separators: shape.separators(among: scan.breaks))
    while true {
      let piece = try input.next()
      if piece.isEmpty { rewriter.finish() }
      piece.withUnsafeBytes { rewriter.add($0) }
      try rewriter.drain().withUnsafeBytes { try output.append($0) }
      if piece.isEmpty { break }
    }
    try output.close()
    return (url.path(percentEncoded: false), rewriter.shape)
  }
}

/// The first two bytes of a file in UTF-16 that says so.
private enum UTF16Mark {
  static func begins(_ head: Data) -> Bool { head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) }
}

extension LoadProblem {
  /// The problem where the disk has no room for what is made of a file.
  static func noRoom(_ file: LoadFile) -> LoadProblem {
    LoadProblem(.noRoom, "The server's disk has no room for the unpacked files.", file: file.displayName)
  }

  /// The problem where a line is not of the file's encoding.
  static func notText(_ file: LoadFile, line: Int) -> LoadProblem {
    var problem = LoadProblem(
      .malformedFile, "The line is not \(file.encoding.title) text.", file: file.displayName, position: line)
    problem.isOfEncoding = true
    return problem
  }
}
