import Base
import ObjectStorage

import struct Foundation.Date

/// The names of a result's files in a bucket.
///
///     workflow=NAME/schedule=daily/2026-01-31-NAME-ver1.csv
///     workflow=NAME/schedule=daily/2026-01-31-NAME-ver1.parquet
///     workflow=NAME/schedule=daily/metadata/2026-01-31-NAME-ver1.json
///
/// A result of several files has `-part1`, `-part2` … behind the version.
///
/// Source: "Understand the S3 folder path" in AMC's guide to results, for one file of CSV; it says of the metadata only
/// that they are in a folder beside it.
struct DeliveryLayout: Sendable {
  /// The folder of all files.
  let folder: ObjectKey
  private let date: String
  private let workflowID: String

  /// - Throws: `storage_invalid_key` for a workflow id that can't be part of a key.
  init(workflowID: String, cadence: DeliverableResult.Cadence, createdAt: Date) throws(StorageError) {
    folder = try ObjectKey("workflow=\(workflowID)").appending("schedule=\(cadence.rawValue)")
    guard !workflowID.contains("/") else { throw StorageError(.invalidKey) }
    date = UTCDay(number: Int((createdAt.timeIntervalSince1970 / 86_400).rounded(.down))).text
    self.workflowID = workflowID
  }

  /// The beginning of the files' names, before the version. Versions are counted for it.
  var stem: String { "\(folder.value)/\(date)-\(workflowID)" }

  /// The key of a file.
  ///
  /// - Parameters:
  ///   - part: The index of the file, from 0.
  ///   - count: The number of files.
  func file(version: Int, part: Int, of count: Int, suffix: String) throws(StorageError) -> ObjectKey {
    let number = count == 1 ? "" : "-part\(part + 1)"
    return try folder.appending("\(name(version))\(number).\(suffix)")
  }

  /// The key of the file with facts about the execution.
  func metadata(version: Int) throws(StorageError) -> ObjectKey {
    try folder.appending("metadata").appending("\(name(version)).json")
  }

  private func name(_ version: Int) -> String { "\(date)-\(workflowID)-ver\(version)" }
}
