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

  /// A published file.
  struct File: Sendable {
    var key: ObjectKey
    var digest: ObjectDigest
  }

  /// Publishes all rows in the format. Returns the files in order. Parquet is published last, because a result of one
  /// file is published as it is.
  func publish(as format: ResultFormat) async throws -> [File] {
    let suffix =
      switch format {
      case .csv: "csv"
      case .parquet: "parquet"
      }
    let folder = OutputFolder(prefix, in: objects)
    var files: [File] = []
    for (number, rows) in parts.enumerated() {
      let name = parts.count == 1 ? "result.\(suffix)" : "result-part\(number + 1).\(suffix)"
      let key = try prefix.appending(name)
      if parts.count > 1 || format != .parquet {
        try await engine.write(
          rows: rows, of: EngineLocation(path: parquet.url.path(percentEncoded: false)),
          to: try parquet.area.location(of: name), as: format)
      }
      files.append(File(key: key, digest: try await folder.publish(try parquet.area.file(name), as: name)))
    }
    return files
  }

  /// Publishes all rows as CSV and as Parquet, with the checksums of all files. Returns the keys of either.
  func publishAll(_ csv: CSVFormat) async throws -> (csvKeys: [String], parquetKeys: [String]) {
    let (csv, parquet) = (try await publish(as: .csv(csv)), try await publish(as: .parquet))
    let digests = Dictionary((csv + parquet).map { ($0.key.lastPart, $0.digest) }) { first, _ in first }
    try await OutputFolder(prefix, in: objects).finish(digests)
    return (csv.map(\.key.value), parquet.map(\.key.value))
  }
}
