import Base
import Dialects
import Foundation
import ObjectStorage

/// A file of a load under a name that the engine can take.
struct LoadInput: Sendable {
  let file: LoadFile
  /// The file itself, or the text that was made of it, to which the engine follows the link.
  let target: EngineLocation
  let reader: any LoadReader

  /// Unpacks files that are packed, and links all of them: every file gets a new name in the staging area, as
  /// the engine would read `*` and the like in a user's path as a pattern. Throws a `LoadRefusal` for files that are
  /// not there, or not whole.
  ///
  /// - Parameters:
  ///   - compression: The compression of all files; nil to go by the name of each.
  ///   - limits: The limits of lines, and of the room for files.
  ///   - progress: Told the index of each file before it is unpacked.
  static func unpackAndLink(
    _ files: [LoadFile], _ compression: UploadCompression? = nil, in area: StagingArea, shape: CSVShape = CSVShape(),
    limits: LoadLimits = LoadLimits(), progress: (Int) -> Void = { _ in }
  ) async throws -> [LoadInput] {
    var unpacker = FileUnpacker(area: area)
    unpacker.limits.byteLimit = limits.unpackedByteLimit
    unpacker.limits.freeDiskByteCount = limits.freeDiskByteCount
    var plain: [LoadFile] = []
    var problems: [LoadProblem] = []
    var room = unpacker.limits.byteLimit
    for (index, file) in files.enumerated() where problems.count < LoadRefusal.problemLimit {
      guard let compression = compression ?? (file.isCompressed ? .gzip : nil) else {
        plain.append(file)
        continue
      }
      progress(index)
      do {
        let unpacked = try await unpacker.unpack(file, compression, number: index, room: room)
        plain += unpacked.files
        room -= unpacked.byteCount
      } catch let problem as LoadProblem {
        problems.append(problem)
      }
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    var inputs: [LoadInput] = []
    for (number, file) in plain.enumerated() where problems.count < LoadRefusal.problemLimit {
      do {
        inputs.append(try await link(file, number: number, in: area, shape: shape, limits: limits))
      } catch let problem as LoadProblem {
        problems.append(problem)
      }
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    return inputs
  }

  /// Prepares a text, and gives the file its name in the staging area. Throws a `LoadProblem`.
  private static func link(
    _ file: LoadFile, number: Int, in area: StagingArea, shape: CSVShape, limits: LoadLimits
  ) async throws -> LoadInput {
    let found = await BlockingWork.run {
      PathResolution.realPath(of: file.url).flatMap { isReadableFile($0) ? $0 : nil }
    }
    guard let found else {
      throw LoadProblem(.unreadableFile, "There is no such file, or it cannot be read.", file: file.displayName)
    }
    guard let format = file.format ?? LoadFormat(fileName: file.url.lastPathComponent) else {
      throw LoadProblem(
        .unknownFormat, "The name does not end in .csv, .jsonl or .parquet; give the format.", file: file.displayName)
    }
    let link = try area.file("input-\(number).\(format.rawValue)").url.path(percentEncoded: false)
    var path = found
    let reader: any LoadReader
    switch format {
    case .csv:
      let text = try await preparation(shape).run()
      path = text.path
      reader = CSVReader(path: link, file: file, head: text.head ?? CSVHead([], shape))
    case .jsonLines:
      path = try await preparation(nil).run().path
      reader = JSONLinesReader(path: link, file: file)
    case .parquet: reader = ParquetReader(path: link, file: file)
    }
    let target = path
    try await BlockingWork.run {
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    }
    return LoadInput(file: file, target: EngineLocation(path: target), reader: reader)

    func preparation(_ shape: CSVShape?) -> TextPreparation {
      TextPreparation(file: file, path: found, shape: shape, area: area, number: number, limits: limits)
    }
  }

  /// Does work that reads the file. What is wrong with the file as a whole ends as a `LoadRefusal`.
  func refusing<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch let problem as LoadProblem {
      throw LoadRefusal([problem])
    } catch let error as EngineError where error.code == .invalidValue || error.code == .storage {
      // What no reader foresaw: a damaged compression, pages that end too early.
      let text = "The file is damaged or not of its format."
      throw LoadRefusal([LoadProblem(.malformedFile, text, file: file.displayName)])
    }
  }

  private static func isReadableFile(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular && FileManager.default.isReadableFile(atPath: path)
  }
}
