/// Looks for values of a file that do not fit, first whether there are any, then where.
struct ValueCheck: Sendable {
  let checks: [LoadPlan.Check]
  let columns: [RawColumn]
  let file: LoadFile
  let reader: any LoadReader

  /// Everything that is wrong with the records: with their shape if so, else with their values, the first row for each
  /// kind of problem.
  func problems(
    _ session: TrustedSession, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [LoadProblem] {
    let failed = try await failedChecks(session, progress: progress)
    let malformed = try await reader.malformedRecords(session)
    guard malformed.isEmpty, !failed.isEmpty else { return malformed }
    var problems: [LoadProblem] = []
    for (check, row) in try await firstRows(of: failed, session) {
      let position = try await reader.position(ofRow: row, session)
      problems.append(
        LoadProblem(check.code, check.text, file: file.displayName, position: position, column: check.column))
    }
    return problems.sorted { ($0.position ?? 0) < ($1.position ?? 0) }
  }

  private func failedChecks(
    _ session: TrustedSession, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [LoadPlan.Check] {
    var inner = checks.enumerated().map { "(\($1.predicate)) AS check\($0)" }
    // Counting makes the engine read columns that nothing else is asked of, and so find what is damaged in them.
    inner += columns.enumerated().map { "\($1.expression) AS value\($0)" }
    let outer =
      checks.indices.map { "coalesce(bool_or(check\($0)), false)" } + columns.indices.map { "count(value\($0))" }
    guard !inner.isEmpty else { return [] }
    let relation = reader.relation(of: columns, for: .check)
    let rows = try await session.rows(
      "SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(relation))",
      progress: progress)
    return zip(checks, rows.first ?? []).filter { $1 == .boolean(true) }.map(\.0)
  }

  private func firstRows(
    of checks: [LoadPlan.Check], _ session: TrustedSession
  ) async throws -> [(LoadPlan.Check, Int)] {
    let inner = checks.enumerated().map { "(\($1.predicate)) AS check\($0)" }.joined(separator: ", ")
    let outer = checks.indices.map { "(min(row_number) FILTER (WHERE check\($0)))::BIGINT" }.joined(separator: ", ")
    let relation = reader.relation(of: columns, for: .locate)
    let rows = try await session.rows("SELECT \(outer) FROM (SELECT row_number, \(inner) FROM \(relation))")
    return zip(checks, rows.first ?? []).compactMap { check, row in row.integer.map { (check, $0) } }
  }
}
