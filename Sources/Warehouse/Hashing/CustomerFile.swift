import Dialects
package import Foundation
package import ObjectStorage

/// A CSV file of an advertiser's customers, with identifiers that anyone can read, on its way to one without.
///
/// The engine reads, hashes and writes it in pieces, so that memory does not grow with the file.
package struct CustomerFile: Sendable {
  /// The file that is read.
  package let url: URL
  private let displayName: String
  private let shape: CSVShape
  private let settings: EngineSettings

  /// The file of that place, which messages call by its name. It is compressed when its name ends in `.gz`.
  package init(url: URL, displayName: String, shape: CSVShape, settings: EngineSettings) {
    self.url = url
    self.displayName = displayName
    self.shape = shape
    self.settings = settings
  }

  /// The names of the columns, in their order.
  ///
  /// - Throws: `LoadRefusal`, `EngineError`, `StorageError`.
  package func columnNames(workingIn area: StagingArea) async throws -> [String] {
    return try await withReader(in: area) { input, session in
      try await input.refusing { try await input.reader.columns(session).map(\.name) }
    }
  }

  /// Writes the result of a plan to a new file in the staging area, with the same shape but for commas between values.
  ///
  /// - Throws: `LoadRefusal`, where records are malformed or a kept column holds e-mail addresses; `EngineError`,
  ///   `StorageError`.
  package func write(
    _ plan: HashingPlan, to output: StagedFile, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> HashingSummary {
    let tally = HashingTally(plan)
    let rowCount = try await withReader(in: output.area, tally: tally) { input, session in
      try await input.refusing {
        let columns = try await input.reader.columns(session)
        let result = try await session.rows(statement(plan, columns, input.reader, to: output.url), progress: progress)
        let malformed = try await input.reader.malformedRecords(session)
        if !malformed.isEmpty { throw LoadRefusal(malformed) }
        return result.first?.first?.integer ?? 0
      }
    }
    var summary = HashingSummary(rowCount: rowCount, columns: tally.all)
    try await replaceRowsByLines(in: &summary, area: output.area)
    try refuseReadable(summary, plan)
    return summary
  }

  /// Numbering the rows makes the engine take them one after the other, so that they are written in their order; told to
  /// see to that itself, it would hold all of the result until the end.
  private func statement(
    _ plan: HashingPlan, _ columns: [RawColumn], _ reader: any LoadReader, to output: URL
  ) -> String {
    let fixed = plan.countryCode.map(SQLText.string) ?? "NULL"
    let own = plan.countryColumn.map { columns[$0].expression }
    let country = own.map { "coalesce(nullif(trim(\($0)), ''), \(fixed))::VARCHAR" } ?? "\(fixed)::VARCHAR"
    let values = plan.columns.enumerated().map { place, column in
      let raw = columns[column.index].expression
      let name = SQLText.name(column.name)
      return "\(HashingFunction.name)(\(place), record_number, \(raw), \(country)) AS \(name)"
    }
    let compression = output.lastPathComponent.hasSuffix(".gz") ? ", COMPRESSION gzip" : ""
    return """
      COPY (
        SELECT \(values.joined(separator: ", "))
        FROM (SELECT row_number() OVER () AS record_number, * FROM \(reader.relation(of: columns, for: .check)))
      ) TO \(SQLText.string(output.path(percentEncoded: false))) (FORMAT csv, HEADER, PRESERVE_ORDER false\(compression))
      """
  }

  /// Where the first of each kind of problem is.
  private func replaceRowsByLines(in summary: inout HashingSummary, area: StagingArea) async throws {
    let found = summary.columns.flatMap { Array($0.problems.values) + [$0.readable] }
    let rows = Set(found.filter { $0.count > 0 }.map(\.first))
    guard !rows.isEmpty else { return }
    let lines = try await withReader(in: area) { input, session in
      var lines: [Int: Int] = [:]
      for row in rows { lines[row] = try await input.reader.position(ofRow: row, session) }
      return lines
    }
    func inLines(_ found: HashingTally.Found) -> HashingTally.Found {
      HashingTally.Found(count: found.count, first: lines[found.first] ?? found.first)
    }
    for index in summary.columns.indices {
      summary.columns[index].problems = summary.columns[index].problems.mapValues(inLines)
      summary.columns[index].readable = inLines(summary.columns[index].readable)
    }
  }

  private func refuseReadable(_ summary: HashingSummary, _ plan: HashingPlan) throws {
    let problems = zip(plan.columns, summary.columns).filter { $1.readable.count > 0 }.map { column, counts in
      LoadProblem(
        .rawIdentifier, "The column is to stay as it is, and holds an e-mail address.", file: displayName,
        position: counts.readable.first, column: column.name)
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
  }

  private func withReader<Result: Sendable>(
    in area: StagingArea, tally: HashingTally? = nil, _ work: (LoadInput, TrustedSession) async throws -> Result
  ) async throws -> Result {
    let links = try TemporaryFolders(in: area.folder.appending(path: "links")).make()
    defer { links.discard() }
    let file = LoadFile(url: url, displayName: displayName, format: .csv)
    guard let input = try LoadInput.link([file], in: links, shape: shape).first else { throw EngineError(.failed) }
    let (files, folders) = ([input.target], [area.folder])
    guard let tally else {
      return try await TrustedSession.with(settings, files: files, folders: folders) { try await work(input, $0) }
    }
    return try await TrustedSession.hashing(tally, settings, files: files, folders: folders) {
      try await work(input, $0)
    }
  }
}
