/// Reads one JSON object a line. Lines with nothing in them do not count as rows.
struct JSONLinesReader: LoadReader {
  let path: String
  let file: LoadFile

  func open(_ session: TrustedSession, for pass: LoadPass) async throws -> OpenedFile {
    let lines = TextLines(path: path, pass: pass).relation
    if pass == .check, let problem = try await firstMalformedLine(of: lines, session) { throw problem }
    let names = try await session.rows(
      "SELECT DISTINCT unnest(json_keys(line)) AS name FROM \(lines) WHERE trim(line) <> '' ORDER BY name"
    ).compactMap { $0.first?.text }
    let columns = names.map { name in
      RawColumn(name: name, expression: "fields.\(SQLText.name(name))")
    }
    return OpenedFile(relation: relation(columns, of: lines), columns: columns)
  }

  private func relation(_ columns: [RawColumn], of lines: String) -> String {
    guard !columns.isEmpty else {
      return "(SELECT row_number, NULL AS fields FROM \(lines) WHERE trim(line) <> '')"
    }
    // Text also for numbers, truth values and arrays; they are cast to the table's types like any other text.
    let shape = columns.map { "\(jsonString($0.name)): \"VARCHAR\"" }
    let structure = SQLText.string("{\(shape.joined(separator: ", "))}")
    return "(SELECT row_number, from_json(line, \(structure)) AS fields FROM \(lines) WHERE trim(line) <> '')"
  }

  private func jsonString(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private func firstMalformedLine(of lines: String, _ session: TrustedSession) async throws -> LoadProblem? {
    // CASE, as only text that is JSON may be asked for its type.
    let row = try await session.rows(
      """
      SELECT min(row_number)::BIGINT FROM \(lines)
      WHERE trim(line) <> '' AND CASE WHEN json_valid(line) THEN json_type(line) <> 'OBJECT' ELSE true END
      """
    ).first?.first?.integer
    if let rejected = try await TextLines.firstRejected(session) {
      return LoadProblem(
        .malformedFile, "The line is not UTF-8 text, or longer than \(TextLines.byteLimit >> 20) MiB.",
        file: file.displayName, position: rejected)
    }
    return row.map {
      LoadProblem(.malformedFile, "The line is not a JSON object.", file: file.displayName, position: $0)
    }
  }

  func malformedRecords(_ session: TrustedSession, _ opened: OpenedFile) async throws -> [LoadProblem] { [] }

  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int { row }
}
