import Dialects
package import FirstPartyData
package import Foundation
package import ObjectStorage

/// A CSV file of an advertiser's customers, with identifiers that anyone can read, on its way to one without.
///
/// The engine reads, hashes and writes it in pieces, so that memory does not grow with the file.
package struct CustomerFile: Sendable {
  private let input: LoadInput
  private let area: StagingArea
  private let settings: EngineSettings

  /// The file at that URL, which messages call by its name. It is unpacked into the staging area when its name ends in
  /// `.gz`.
  ///
  /// - Throws: `LoadRefusal`, `StorageError`.
  package init(
    url: URL, displayName: String, encoding: TextEncoding = .utf8, shape: CSVShape, area: StagingArea,
    settings: EngineSettings
  ) async throws {
    let file = LoadFile(url: url, displayName: displayName, format: .csv, encoding: encoding)
    let inputs = try await LoadInput.unpackAndLink([file], in: area, shape: shape, limits: settings.loading)
    guard let input = inputs.first else { throw EngineError(.failed) }
    self.input = input
    self.area = area
    self.settings = settings
  }

  /// The names of the columns, in their order.
  ///
  /// - Throws: `LoadRefusal`, `EngineError`.
  package func columnNames() async throws -> [String] {
    try await withSession { session in
      try await input.refusing { try await input.reader.columns(session).map(\.name) }
    }
  }

  /// The columns among these whose first values are of another kind than the one that their names suggest: none of
  /// them is an e-mail address, a telephone number or a device's id. Columns without values are not among them.
  ///
  /// - Parameter guesses: The kinds of identifiers, by the index of the column.
  /// - Throws: `LoadRefusal`, `EngineError`.
  package func columnsOfOtherValues(_ guesses: [Int: IdentifierKind]) async throws -> Set<Int> {
    var others: Set<Int> = []
    for (index, kind) in guesses where kind.isRecognisable {
      let values = try await withSession { session in
        try await input.refusing {
          let columns = try await input.reader.columns(session)
          let value = columns[index].expression
          return try await session.rows(
            "SELECT \(value) FROM \(input.reader.relation(of: columns, for: .check)) "
              + "WHERE trim(\(value)) <> '' LIMIT \(Self.lookedAtCount)"
          ).compactMap { $0.first?.text }
        }
      }
      if !values.isEmpty, !values.contains(where: kind.canBe) { others.insert(index) }
    }
    return others
  }

  /// How many values of a column are looked at to see what it holds.
  private static let lookedAtCount = 1_000

  /// Writes the result of a plan to a new file in the staging area, with commas between values.
  ///
  /// - Throws: `LoadRefusal`, where records are malformed or a kept column holds e-mail addresses; `EngineError`,
  ///   `StorageError`.
  package func write(
    _ plan: HashingPlan, to output: StagedFile, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> HashingSummary {
    let tally = HashingTally(plan)
    let rowCount = try await withSession(tally) { session in
      try await input.refusing {
        let columns = try await input.reader.columns(session)
        let result = try await session.rows(statement(plan, columns, input.reader, to: output.url), progress: progress)
        let malformed = try await input.reader.malformedRecords(session)
        if !malformed.isEmpty { throw LoadRefusal(malformed) }
        return result.first?.first?.integer ?? 0
      }
    }
    var summary = HashingSummary(rowCount: rowCount, columns: tally.all)
    try await replaceRowsByLines(in: &summary)
    try refuseReadable(summary, plan)
    return summary
  }

  /// Numbering the rows makes the engine take them one after the other, so that they are written in their order; told
  /// to see to that itself, it would hold all of the result until the end.
  private func statement(
    _ plan: HashingPlan, _ columns: [RawColumn], _ reader: any LoadReader, to output: URL
  ) -> String {
    let fixed = plan.countryCode.map(SQLText.string) ?? "NULL"
    let own = plan.countryColumn.map { columns[$0].expression }
    let country = own.map { "coalesce(nullif(trim(\($0)), ''), \(fixed))::VARCHAR" } ?? "\(fixed)::VARCHAR"
    let values = plan.columns.enumerated().map { index, column in
      let raw = columns[column.index].expression
      let name = SQLText.name(column.name)
      return "\(HashingFunction.name)(\(index), record_number, \(raw), \(country)) AS \(name)"
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
  private func replaceRowsByLines(in summary: inout HashingSummary) async throws {
    let found = summary.columns.flatMap { Array($0.problems.values) + [$0.readable] }
    let rows = Set(found.filter { $0.count > 0 }.map(\.first))
    guard !rows.isEmpty else { return }
    let lines = try await withSession { session in
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
        .rawIdentifier, "The column is to stay as it is, and holds an e-mail address.", file: input.file.displayName,
        position: counts.readable.first, column: column.name)
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
  }

  private func withSession<Result: Sendable>(
    _ tally: HashingTally? = nil, _ work: (TrustedSession) async throws -> Result
  ) async throws -> Result {
    let (files, folders) = ([input.target], [area.folder])
    guard let tally else { return try await TrustedSession.with(settings, files: files, folders: folders, work) }
    return try await TrustedSession.hashing(tally, settings, files: files, folders: folders, work)
  }
}

extension IdentifierKind {
  /// Whether its values can be told from others.
  fileprivate var isRecognisable: Bool {
    switch self {
    case .email, .phone, .mobileAdvertisingID: true
    case .firstName, .lastName, .address, .city, .state, .zip, .liveRamp, .experian: false
    }
  }

  /// The digits of the shortest telephone numbers with an area code.
  private static let localDigitCount = 6

  /// Whether a value can be one of this kind, in some country.
  fileprivate func canBe(_ value: String) -> Bool {
    switch IdentifierOutcome(of: value, kind: self, countryCode: nil) {
    case .hashed, .alreadyHashed, .plain: return true
    case .empty: return false
    // The number of a country that is not known here.
    case .problem:
      let digits = value.filter(\.isNumber)
      return self == .phone && digits.count >= Self.localDigitCount && Set(digits).count > 1
    }
  }
}
