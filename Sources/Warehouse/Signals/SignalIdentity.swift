import Base
import Catalog
public import Dialects
public import ObjectStorage

import struct Foundation.Date

extension SignalSnapshot {
  /// A text that names exactly the data that a query reads of a source: its table, days and columns, the number of the
  /// table's manifest, and every file of the table.
  ///
  /// Files never change and no two have the same name, so the same text means the same rows. Asking fixes the files for
  /// this snapshot: a run over it reads those, whatever is loaded in between.
  ///
  /// Every load, upload and deletion makes another text, also one that brought nothing for these days or took nothing
  /// away: otherwise the cost of a question would tell whether somebody's rows were among them.
  public func identity(of source: EmittedSource) async throws(StorageError) -> String {
    let days = source.days.map { "\($0.lowerBound)...\($0.upperBound)" } ?? "all"
    let columns = source.columns.map(\.name).joined(separator: ",")
    var parts = [source.name, source.table, days, columns]
    if let rows = source.storedRows {
      let manifest = try await manifest(of: rows.folder, in: try RowFolder(rows.folder, instanceID: instanceID))
      parts += ["rows", rows.folder, rows.derivation.identity, "\(manifest.generation)"]
      parts.append(rows.asOf.map { "\($0.timeIntervalSince1970)" } ?? "now")
      parts += source.columns.map { "\(rows.fieldIDs[$0.name] ?? -1)" }
      parts += manifest.files.map(\.name).sorted()
    } else {
      let manifest = try await manifest(of: source.table)
      parts += ["signals", "\(manifest.generation)"] + manifest.files.map(\.name).sorted()
    }
    return parts.map(\.lengthPrefixed).joined()
  }
}

extension StoredRows.Derivation {
  fileprivate var identity: String {
    switch self {
    case .allRows: "all"
    case .currentMembers(let since):
      "members since "
        + since.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.timeIntervalSince1970)" }.joined(separator: ",")
    }
  }
}
