import Dialects

/// Reads Parquet, whose values have types already.
struct ParquetReader: LoadReader {
  let path: String
  let file: LoadFile

  private var rows: String {
    "read_parquet(\(SQLText.string(path)), hive_partitioning = false, binary_as_string = true)"
  }

  func columns(_ session: TrustedSession) async throws -> [RawColumn] {
    try await described(session).compactMap { row -> RawColumn? in
      guard let name = row[0].text, let type = row[1].text else { return nil }
      return RawColumn(name: name, expression: SQLText.name(name), type: type)
    }
  }

  func relation(of columns: [RawColumn], for pass: LoadPass) -> String {
    pass == .locate ? "(SELECT \(pass.rowNumber)* FROM \(rows))" : rows
  }

  private func described(_ session: TrustedSession) async throws -> [[EngineValue]] {
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
