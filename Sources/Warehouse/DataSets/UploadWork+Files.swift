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
    let files = request.files.map { LoadFile(url: $0.url, displayName: $0.displayName, format: format) }
    return try LoadInput.link(files, in: area, shape: shape)
  }
}
