import Dialects
import Foundation
import ObjectStorage

/// Writes files of a folder anew, for the one who holds the folder's lock.
struct RowRewriter: Sendable {
  /// The outcome for a file; without rows if nothing is left of it.
  struct Replacement: Sendable {
    var old: RowManifest.File
    var new: StagedRows
  }

  private static let keyTable = "removed_users"

  let files: [RowManifest.File]
  private let locations: [String: EngineLocation]
  private let writer: RowWriter
  private let area: StagingArea
  private let session: TrustedSession

  /// Opens a session that can read these files and write to the area, for the time of `work`.
  static func with<Result: Sendable>(
    _ files: [RowManifest.File], of folder: RowFolder, layout: RowLayout, store: DataSetStore, area: StagingArea,
    _ work: (RowRewriter) async throws -> Result
  ) async throws -> Result {
    let locations = try await folder.locations(of: files.map(\.listed), in: store.storage, for: .rewriting)
    return try await TrustedSession.with(store.settings, files: locations, folders: [area.folder]) { session in
      let byName = Dictionary(zip(files.map(\.name), locations)) { first, _ in first }
      return try await work(
        RowRewriter(files: files, locations: byName, writer: RowWriter(layout), area: area, session: session))
    }
  }

  /// Writes the files that hold rows of these users without them.
  func removing(_ keys: [Int64]) async throws -> [Replacement] {
    guard let user = writer.userName, !keys.isEmpty else { return [] }
    let list = keys.map(String.init).joined(separator: ", ")
    try await session.execute("CREATE TABLE \(Self.keyTable) AS SELECT DISTINCT unnest([\(list)]::BIGINT[]) AS key")
    let isRemoved = "\(user) IN (SELECT key FROM \(Self.keyTable))"
    var replacements: [Replacement] = []
    for file in files where file.matchedRowCount > 0 {
      let relation = writer.relation(of: paths([file]))
      let held = try await session.rows("SELECT count(*) FROM \(relation) WHERE \(isRemoved)")
      guard held.first?.first?.integer ?? 0 > 0 else { continue }
      let select = "FROM \(relation) WHERE \(user) IS NULL OR NOT \(isRemoved)"
      replacements.append(Replacement(old: file, new: try await write(select, number: replacements.count)))
    }
    return replacements
  }

  /// Writes all files with just the fields of the layout.
  func copying() async throws -> [Replacement] {
    var replacements: [Replacement] = []
    for file in files {
      let select = "FROM \(writer.relation(of: paths([file])))"
      replacements.append(Replacement(old: file, new: try await write(select, number: replacements.count)))
    }
    return replacements
  }

  /// Writes all files as one.
  func merging() async throws -> StagedRows {
    try await write("FROM \(writer.relation(of: paths(files)))\(writer.order)", number: 0)
  }

  private func paths(_ files: [RowManifest.File]) -> [String] { files.compactMap { locations[$0.name]?.path } }

  private func write(_ select: String, number: Int) async throws -> StagedRows {
    let file = try area.file("rewritten-\(number).parquet")
    let count = try await writer.write(select, to: file, session)
    var matched = 0
    if let user = writer.userName {
      let relation = writer.relation(of: [file.url.path(percentEncoded: false)])
      matched = try await session.rows("SELECT count(\(user)) FROM \(relation)").first?.first?.integer ?? 0
    }
    return StagedRows(file: file, rowCount: count, matchedRowCount: matched)
  }
}
