/// A column as a file has it.
struct RawColumn: Hashable, Sendable {
  /// The column's name in the file.
  var name: String
  /// Its values, as an expression over the file's relation.
  var expression: String
  /// The engine's type of these values.
  var type = "VARCHAR"
}

/// The purpose that a file is read for.
enum LoadPass: Sendable, Hashable {
  /// Finding out whether anything is wrong. Records that are not of the format are left out and listed by the engine.
  case check
  /// Finding out where: rows have numbers, which takes the engine longer.
  case locate
  /// Making rows of the table. Records that are not of the format end the work: a file that was checked has none.
  case convert

  /// The column `row_number` in the relation of the pass: a BIGINT from 1, or nothing.
  var rowNumber: String { self == .locate ? "row_number() OVER () AS row_number, " : "" }
  /// Whether the engine lists what is not of the format.
  var recordsRejects: Bool { self == .check }
}

/// How a format is read.
protocol LoadReader: Sendable {
  /// The columns of the file, in a session in which nothing was read before. Throws a `LoadProblem` when the file is
  /// not of the format.
  func columns(_ session: TrustedSession) async throws -> [RawColumn]

  /// The rows of the file, as what can stand after FROM.
  func relation(of columns: [RawColumn], for pass: LoadPass) -> String

  /// The problem with the shape of records, once all of them were read in the check.
  func malformedRecords(_ session: TrustedSession) async throws -> [LoadProblem]

  /// The position to tell users for a row: a line, or the row's number where there are no lines.
  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int
}
