import ObjectStorage
import Warehouse

/// Splits a result into files and publishes them: `result.csv`, or `result-part1.csv`, `result-part2.csv` … if there
/// are several, and the same for Parquet.
struct ResultFiles: Sendable {
  /// The whole result, in a staging area.
  let parquet: StagedFile
  /// The beginning of the files' keys.
  let prefix: ObjectKey
  /// The rows of each file.
  let parts: [Range<Int>]
  let engine: any QueryEngine
  let objects: any ObjectStorage

  /// Publishes all rows in the format. Returns the keys of the files in order. Parquet is published last, because a
  /// result of one file is published as it is.
  func publish(as format: ResultFormat) async throws -> [ObjectKey] {
    let suffix =
      switch format {
      case .csv: "csv"
      case .parquet: "parquet"
      }
    var keys: [ObjectKey] = []
    for (number, rows) in parts.enumerated() {
      let name = parts.count == 1 ? "result.\(suffix)" : "result-part\(number + 1).\(suffix)"
      let key = try prefix.appending(name)
      if parts.count > 1 || format != .parquet {
        try await engine.write(
          rows: rows, of: EngineLocation(path: parquet.url.path(percentEncoded: false)),
          to: try parquet.area.location(of: name), as: format)
      }
      try await objects.publish(try parquet.area.file(name), as: key)
      keys.append(key)
    }
    return keys
  }
}
