import Dialects

/// Reads Parquet, whose values have types already.
struct ParquetReader: LoadReader {
  let path: String
  let file: LoadFile

  private var rows: String { rows(binaryAsText: true) }

  private func rows(binaryAsText: Bool) -> String {
    "read_parquet(\(SQLText.string(path)), hive_partitioning = false, binary_as_string = \(binaryAsText))"
  }

  func columns(_ session: TrustedSession) async throws -> [RawColumn] {
    try await refuseBytes(session)
    return try await described(rows, session).compactMap { row -> RawColumn? in
      guard let name = row[0].text, let type = row[1].text else { return nil }
      return RawColumn(name: name, expression: SQLText.name(name), type: type)
    }
  }

  func relation(of columns: [RawColumn], for pass: LoadPass) -> String {
    pass == .locate ? "(SELECT \(pass.rowNumber)* FROM \(rows))" : rows
  }

  /// Throws a `LoadProblem` where a column holds bytes that are no text. Old writers leave it open which of the two a
  /// column holds, so that the values decide.
  private func refuseBytes(_ session: TrustedSession) async throws {
    let binary = rows(binaryAsText: false)
    let names = try await described(binary, session).filter { $0[1].text == "BLOB" }.compactMap { $0[0].text }
    guard !names.isEmpty else { return }
    let checks = names.enumerated().map { index, name in
      let value = SQLText.name(name)
      return "\(value) IS NOT NULL AND TRY(decode(\(value))) IS NULL AS bytes\(index)"
    }
    let firsts = names.indices.map { "CAST(min(row_number) FILTER (WHERE bytes\($0)) AS BIGINT)" }
    let found = try await session.rows(
      "SELECT \(firsts.joined(separator: ", ")) FROM (SELECT \(LoadPass.locate.rowNumber)"
        + "\(checks.joined(separator: ", ")) FROM \(binary))")
    let problems = zip(names, found.first ?? []).compactMap { name, row in row.integer.map { (name, $0) } }
    guard let (name, row) = problems.min(by: { $0.1 < $1.1 }) else { return }
    throw LoadProblem(
      .invalidValue, "The value is bytes that are no text. A SHA-256 is written as 64 hexadecimal digits.",
      file: file.displayName, position: row, column: ColumnLabel.shown(name))
  }

  private func described(_ rows: String, _ session: TrustedSession) async throws -> [[EngineValue]] {
    do {
      return try await session.rows("SELECT column_name, column_type FROM (DESCRIBE FROM \(rows))")
    } catch {
      if error.code == .cancelled { throw error }
      throw LoadProblem(.malformedFile, "The file is not Parquet.", file: file.displayName)
    }
  }

  func malformedRecords(_ session: TrustedSession) async throws -> [LoadProblem] { [] }

  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int { row }
}
