import Dialects
import Foundation
import ObjectStorage

extension UploadWork {
  /// A file that rows were written into.
  private struct Written {
    var url: URL
    var state: UploadPlan.State
    /// nil for rows without a time.
    var slotNumber: Int?
    var rowCount = 0
    var matchedRowCount = 0
  }

  private var folder: URL { area.folder.appending(path: "rows", directoryHint: .isDirectory) }
  private var writer: RowWriter { RowWriter(schema.layout) }

  /// Writes rows into a folder for each state and slot.
  func write(_ select: String, _ session: TrustedSession) async throws {
    let keys = schema.isFact ? "\(Self.stateColumn), \(Self.slotColumn)" : Self.stateColumn
    let path = SQLText.string(folder.path(percentEncoded: false))
    try await session.execute("COPY (\(select)) TO \(path) (\(writer.options), PARTITION_BY (\(keys)))") { fraction in
      progress(.reading(fraction: fraction))
    }
  }

  /// What was written, with one file a slot. Throws `SomethingWrong` when there are records that can't be taken.
  func result(_ session: TrustedSession) async throws -> Result {
    let files = try await written(session)
    guard !files.contains(where: { $0.state == .refused }) else { throw somethingWrong }
    let denied = files.filter { $0.state == .denied }.reduce(0) { $0 + $1.rowCount }
    let kept = files.filter { $0.state == .kept }
    let slots = Dictionary(grouping: kept) { $0.slotNumber }.sorted { ($0.key ?? 0) < ($1.key ?? 0) }
    var parts: [StagedRows] = []
    for (index, slot) in slots.enumerated() {
      progress(.writing(part: index + 1, of: slots.count))
      let file = try area.file("rows-\(index).parquet")
      try await bring(slot.value, to: file, session)
      parts.append(
        StagedRows(
          file: file, slot: slot.key.map { RowSlot(number: $0, period: schema.period) },
          rowCount: slot.value.reduce(0) { $0 + $1.rowCount },
          matchedRowCount: slot.value.reduce(0) { $0 + $1.matchedRowCount }))
    }
    return Result(
      parts: parts, inputRowCount: denied + kept.reduce(0) { $0 + $1.rowCount }, deniedRowCount: denied)
  }

  /// The engine holds some hundred files open and starts new ones for slots that come again, so that rows of many slots
  /// end up in several files each: these become one.
  private func bring(_ files: [Written], to file: StagedFile, _ session: TrustedSession) async throws {
    if files.count == 1, let only = files.first {
      return try FileManager.default.moveItem(at: only.url, to: file.url)
    }
    let relation = writer.relation(of: files.map { $0.url.path(percentEncoded: false) })
    let count = try await writer.write("SELECT * FROM \(relation)\(writer.order)", to: file, session)
    guard count == files.reduce(0, { $0 + $1.rowCount }) else { throw EngineError(.failed) }
  }

  /// The files that were written, with their numbers of rows.
  private func written(_ session: TrustedSession) async throws -> [Written] {
    var files = try found()
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

  /// Files are at `upload-state=0/upload-slot=20240/data_0.parquet`; without a slot where rows have no time.
  private func found() throws -> [Written] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder.path(percentEncoded: false)) else { return [] }
    return try manager.subpathsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted().compactMap { path in
      guard path.hasSuffix(".parquet") else { return nil }
      let values = path.split(separator: "/").dropLast().map { $0.split(separator: "=").last.flatMap { Int($0) } }
      // A record without a time has a slot that is no number; it is refused.
      guard let state = values.first.flatMap({ $0 }).flatMap(UploadPlan.State.init(rawValue:)) else {
        throw EngineError(.failed)
      }
      return Written(
        url: folder.appending(path: path), state: state, slotNumber: values.dropFirst().first.flatMap { $0 })
    }
  }
}
