/// A column as a file has it.
struct RawColumn: Hashable, Sendable {
  /// The column's name in the file.
  var name: String
  /// Its values, as an expression over the file's relation.
  var expression: String
  /// The engine's type of these values.
  var type = "VARCHAR"
}

/// A file that was opened: what a loader needs to know to read it.
struct OpenedFile: Sendable {
  /// The rows, as what can stand after FROM. Besides the columns there is one `row_number`, a BIGINT from 1.
  var relation: String
  var columns: [RawColumn]
}

/// Which of the two times a file is read.
enum LoadPass: Sendable, Hashable {
  /// Records that are not of the format are left out and listed by the engine, so that all can be told at once.
  case check
  /// Such records end the work: a file that was checked has none.
  case convert
}

/// How a format is read. `path` is one that the session may open.
protocol LoadReader: Sendable {
  /// Looks at the names of the columns. Throws a `LoadProblem` when the file is not of the format at all.
  func open(_ session: TrustedSession, for pass: LoadPass) async throws -> OpenedFile

  /// What is wrong with the shape of records; called after all of them have been read once.
  func malformedRecords(_ session: TrustedSession, _ opened: OpenedFile) async throws -> [LoadProblem]

  /// The position to tell users for a row: a line, or the row's number where there are no lines.
  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int
}
