/// A column as a file has it.
struct RawColumn: Hashable, Sendable {
  /// The column's name in the file.
  var name: String
  /// Its values, as an expression over the file's relation.
  var expression: String
  /// The engine's type of these values.
  var type = "VARCHAR"
  /// True for rows whose value is a list or an object that became text, as an expression over the file's relation; nil
  /// where none can be.
  var isNested: String?

  private static let nestedTypes = ["STRUCT", "MAP", "UNION"]

  /// The check that finds lists and structures where a column takes texts; nil where there can be none.
  var nestedCheck: LoadPlan.Check? {
    let isNestedType = type.hasSuffix("]") || Self.nestedTypes.contains { type.hasPrefix($0) }
    guard let predicate = isNested ?? (isNestedType ? "\(expression) IS NOT NULL" : nil) else { return nil }
    return LoadPlan.Check(
      code: .invalidValue, text: "The value is a list or a structure, and the column takes a text.", column: name,
      predicate: predicate)
  }
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
