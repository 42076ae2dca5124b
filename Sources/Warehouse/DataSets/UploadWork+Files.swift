import Foundation
import ObjectStorage

extension UploadWork {
  /// The files of the request, unpacked where they are packed. Throws a `LoadRefusal` with what is wrong with them.
  func unpacked() async throws -> [LoadInput] {
    let format: LoadFormat
    var shape = CSVShape()
    switch request.format {
    case .csv(let own):
      format = .csv
      shape = own
    case .jsonLines: format = .jsonLines
    case .parquet: format = .parquet
    }
    let unpacker = FileUnpacker(area: area)
    var files: [LoadFile] = []
    var problems: [LoadProblem] = []
    var room = unpacker.limits.byteLimit
    for (number, file) in request.files.enumerated() where problems.count < LoadRefusal.problemLimit {
      progress(.unpacking(file: number + 1, of: request.files.count))
      let packed = LoadFile(url: file.url, displayName: file.displayName, format: format)
      do {
        let unpacked = try await unpacker.unpack(packed, request.compression, number: number, room: room)
        files += unpacked.files
        room -= unpacked.byteCount
      } catch let problem as LoadProblem {
        problems.append(problem)
      }
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    return try LoadInput.link(files, in: area, shape: shape)
  }
}
