import Base
import Dialects
import Foundation
import ObjectStorage

/// The files that the records of an upload are written into: in one pass, with a folder for each state and each slot,
/// and then one file for each slot.
///
///     rows/upload-state=0/upload-slot=20240/data_0.parquet
///     rows/upload-state=1/…                                   records that were left out
struct SlotFiles: Sendable {
  /// The columns that folders are made by. No column of a data set can have a hyphen in its name.
  static let stateColumn = SQLText.name("upload-state")
  static let slotColumn = SQLText.name("upload-slot")

  let schema: DataSetSchema
  let area: StagingArea

  /// A file that records were written into.
  private struct Written: Sendable {
    var url: URL
    var state: RecordState
    /// nil for rows without a time.
    var slotNumber: Int?
    var rowCount = 0
    var matchedRowCount = 0
  }

  /// The rows that go into the data set, and the numbers of records.
  struct Result: Sendable {
    /// One file for each slot.
    var parts: [StagedRows] = []
    var keptCount = 0
    var deniedCount = 0
    /// The different people of the rows that are kept.
    var matchedPersonCount = 0
    /// Records that can't be taken. The upload is refused where there is one.
    var refusedCount = 0
  }

  private var folder: URL { area.folder.appending(path: "rows", directoryHint: .isDirectory) }
  private var writer: RowWriter { RowWriter(schema.layout) }

  /// Writes the rows of a SELECT, which has the columns that folders are made by.
  func write(
    _ select: String, _ session: TrustedSession, progress: @escaping @Sendable (Double) -> Void
  ) async throws {
    let keys = schema.isFact ? "\(Self.stateColumn), \(Self.slotColumn)" : Self.stateColumn
    let path = SQLText.string(folder.path(percentEncoded: false))
    try await session.execute(
      "COPY (\(select)) TO \(path) (\(writer.options), PARTITION_BY (\(keys)))", progress: progress)
  }

  /// The result of what was written. `progress` is told the part at hand, from 1, and how many there are.
  func collect(_ session: TrustedSession, progress: (Int, Int) -> Void) async throws -> Result {
    let files = try await written(session)
    func count(_ state: RecordState) -> Int { files.filter { $0.state == state }.reduce(0) { $0 + $1.rowCount } }
    var result = Result(
      keptCount: count(.kept), deniedCount: count(.denied), refusedCount: files.count { $0.state == .refused })
    guard result.refusedCount == 0 else { return result }
    let kept = files.filter { $0.state == .kept }
    result.matchedPersonCount = try await personCount(kept, session)
    let slots = Dictionary(grouping: kept) { $0.slotNumber }
    for (index, slot) in slots.sorted(by: { ($0.key ?? 0) < ($1.key ?? 0) }).enumerated() {
      progress(index + 1, slots.count)
      let file = try area.file("rows-\(index).parquet")
      try await merge(slot.value, into: file, session)
      result.parts.append(
        StagedRows(
          file: file, slot: slot.key.map { RowSlot(number: $0, period: schema.period) },
          rowCount: slot.value.reduce(0) { $0 + $1.rowCount },
          matchedRowCount: slot.value.reduce(0) { $0 + $1.matchedRowCount }))
    }
    return result
  }

  /// The engine holds some hundred files open and starts new ones for slots that come again, so that rows of many slots
  /// end up in several files each: these become one.
  private func merge(_ files: [Written], into file: StagedFile, _ session: TrustedSession) async throws {
    if files.count == 1, let only = files.first {
      return try await BlockingWork.run { try FileManager.default.moveItem(at: only.url, to: file.url) }
    }
    let relation = writer.relation(of: files.map { $0.url.path(percentEncoded: false) })
    let count = try await writer.write("SELECT * FROM \(relation)\(writer.order)", to: file, session)
    guard count == files.reduce(0, { $0 + $1.rowCount }) else { throw EngineError(.failed) }
  }

  /// The files that were written, with their numbers of rows.
  private func written(_ session: TrustedSession) async throws -> [Written] {
    var files = try await BlockingWork.run { try found() }
    guard !files.isEmpty else { return [] }
    let paths = files.map { $0.url.path(percentEncoded: false) }
    let user = writer.userName.map { "count(\($0))" } ?? "0::BIGINT"
    let rows = try await session.rows(
      "SELECT filename, count(*), \(user) FROM \(writer.relation(of: paths, withFileNames: true)) GROUP BY filename")
    let counts = Dictionary(rows.map { ($0[0].text ?? "", ($0[1].integer ?? 0, $0[2].integer ?? 0)) }) { first, _ in
      first
    }
    for index in files.indices {
      guard let count = counts[paths[index]] else { throw EngineError(.failed) }
      (files[index].rowCount, files[index].matchedRowCount) = count
    }
    return files
  }

  private func personCount(_ files: [Written], _ session: TrustedSession) async throws -> Int {
    guard let user = writer.userName, !files.isEmpty else { return 0 }
    let relation = writer.relation(of: files.map { $0.url.path(percentEncoded: false) })
    return try await session.rows("SELECT count(DISTINCT \(user)) FROM \(relation)").first?.first?.integer ?? 0
  }

  /// The files by their paths. There is no folder for slots where rows have no time.
  private func found() throws -> [Written] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder.path(percentEncoded: false)) else { return [] }
    return try manager.subpathsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted().compactMap { path in
      guard path.hasSuffix(".parquet") else { return nil }
      let values = path.split(separator: "/").dropLast().map { $0.split(separator: "=").last.flatMap { Int($0) } }
      // A record without a time has a slot that is no number; it is refused.
      guard let state = values.first.flatMap({ $0 }).flatMap(RecordState.init(rawValue:)) else {
        throw EngineError(.failed)
      }
      return Written(
        url: folder.appending(path: path), state: state, slotNumber: values.dropFirst().first.flatMap { $0 })
    }
  }
}
