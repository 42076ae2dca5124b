import Dialects
import Foundation

/// Reads one JSON object a line. Lines with nothing in them do not count.
struct JSONLinesReader: LoadReader {
  let path: String
  let file: LoadFile

  private var lines: TextLines { TextLines(path: path) }

  /// True for lines that hold something else than an object. CASE, as only text that is JSON may be asked for its type.
  private static let isMalformed =
    "CASE WHEN json_valid(line) THEN json_type(line) <> 'OBJECT' ELSE trim(line) <> '' END"

  func columns(_ session: TrustedSession) async throws -> [RawColumn] {
    // Lines mostly have the same keys, so that few different lists of them come together.
    let rows = try await session.rows(
      """
      SELECT coalesce(bool_or(is_malformed), false),
        to_json(flatten(list(DISTINCT CASE WHEN NOT is_malformed AND trim(line) <> '' THEN json_keys(line) END)))::VARCHAR
      FROM (SELECT line, \(Self.isMalformed) AS is_malformed FROM \(lines.relation(for: .check)))
      """)
    if let rejected = try await lines.firstRejected(session) {
      throw LoadProblem(
        .malformedFile, "The line is not UTF-8 text, or longer than \(TextLines.byteLimit >> 20) MiB.",
        file: file.displayName, position: rejected)
    }
    if rows.first?.first == .boolean(true) { throw try await malformedLine(session) }
    let text = rows.first?.last?.text ?? "[]"
    let names = try JSONDecoder().decode([String].self, from: Data(text.utf8))
    return Set(names).sorted().map(Self.column)
  }

  private static func column(_ name: String) -> RawColumn {
    let value = "fields.\(SQLText.name(name))"
    let pointer = "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    // The line is read a second time only where the text looks like a list or an object.
    let isNested =
      "CASE WHEN starts_with(\(value), '[') OR starts_with(\(value), '{') "
      + "THEN json_type(line, \(SQLText.string(pointer))) IN ('ARRAY', 'OBJECT') END"
    return RawColumn(name: name, expression: value, isNested: isNested)
  }

  private func malformedLine(_ session: TrustedSession) async throws -> LoadProblem {
    let rows = try await session.rows(
      "SELECT min(row_number)::BIGINT FROM \(lines.relation(for: .locate)) WHERE \(Self.isMalformed)")
    return LoadProblem(
      .malformedFile, "The line is not a JSON object.", file: file.displayName, position: rows.first?.first?.integer)
  }

  func relation(of columns: [RawColumn], for pass: LoadPass) -> String {
    let rowNumber = pass == .locate ? "row_number, " : ""
    // Text also for numbers, truth values and arrays; they are cast to the table's types like any other text.
    let shape = Dictionary(columns.map { ($0.name, "VARCHAR") }) { first, _ in first }
    let structure = (try? JSONEncoder().encode(shape)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    let fields = columns.isEmpty ? "NULL" : "from_json(line, \(SQLText.string(structure)))"
    return "(SELECT \(rowNumber)\(fields) AS fields, line FROM \(lines.relation(for: pass)) WHERE trim(line) <> '')"
  }

  func malformedRecords(_ session: TrustedSession) async throws -> [LoadProblem] { [] }

  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int { row }
}
