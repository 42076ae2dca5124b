import Foundation
import ObjectStorage

/// The steps of one load, all of whose files are in one staging area.
struct LoadWork: Sendable {
  /// A file of the load under a name that the engine can take.
  struct Input: Sendable {
    let file: LoadFile
    /// The file itself, to which the engine follows the link.
    let target: EngineLocation
    let reader: any LoadReader
  }

  let table: LoadTable
  let secret: UserKeySecret
  let area: StagingArea
  let settings: EngineSettings
  let progress: @Sendable (SignalLoader.Progress) -> Void

  /// Gives every file a name of its own in the staging area, as the engine would read `*` and the like in a user's path
  /// as a pattern. Throws a `LoadRefusal` for files that are not there.
  func link(_ files: [LoadFile]) throws -> [Input] {
    var inputs: [Input] = []
    var problems: [LoadProblem] = []
    for (number, file) in files.enumerated() {
      guard let path = PathResolution.realPath(of: file.url), Self.isReadableFile(path) else {
        problems.append(
          LoadProblem(.unreadableFile, "There is no such file, or it cannot be read.", file: file.displayName))
        continue
      }
      guard let format = file.format ?? LoadFormat(fileName: file.url.lastPathComponent) else {
        problems.append(
          LoadProblem(
            .unknownFormat, "The name does not end in .csv, .jsonl or .parquet; give the format.",
            file: file.displayName))
        continue
      }
      // The suffix is how the engine knows that a file is compressed.
      let link = try area.file("input-\(number).\(format.rawValue)\(file.isCompressed ? ".gz" : "")").url
      try FileManager.default.createSymbolicLink(atPath: link.path(percentEncoded: false), withDestinationPath: path)
      let reader = reader(format, path: link.path(percentEncoded: false), file: file)
      inputs.append(Input(file: file, target: EngineLocation(path: path), reader: reader))
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    return inputs
  }

  private static func isReadableFile(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular && FileManager.default.isReadableFile(atPath: path)
  }

  private func reader(_ format: LoadFormat, path: String, file: LoadFile) -> any LoadReader {
    switch format {
    case .csv: CSVReader(path: path, file: file)
    case .jsonLines: JSONLinesReader(path: path, file: file)
    case .parquet: ParquetReader(path: path, file: file)
    }
  }

  /// Everything that is wrong with a file, up to the limit: with its columns if so, else with its values.
  func check(_ input: Input, number: Int, of count: Int) async throws -> [LoadProblem] {
    progress(.checking(file: number + 1, of: count, fraction: 0))
    do {
      return try await withSession(reading: [input.target]) { session in
        let opened = try await input.reader.open(session, for: .check)
        let columns = try MatchedColumns(opened.columns, of: input.file, in: table)
        let plan = LoadPlan(columns, of: opened, into: table, secret: secret)
        return try await values(of: opened, plan, input, session) { fraction in
          progress(.checking(file: number + 1, of: count, fraction: fraction))
        }
      }
    } catch let refusal as LoadRefusal {
      return refusal.problems
    } catch let problem as LoadProblem {
      return [problem]
    } catch let error as EngineError where error.code == .invalidValue || error.code == .storage {
      // What no reader foresaw: a damaged compression, pages that end too early.
      return [LoadProblem(.malformedFile, "The file is damaged or not of its format.", file: input.file.displayName)]
    }
  }

  private func values(
    of opened: OpenedFile, _ plan: LoadPlan, _ input: Input, _ session: TrustedSession,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [LoadProblem] {
    let predicates = plan.checks.enumerated().map { ", (\($1.predicate)) AS check\($0)" }.joined()
    let firsts = plan.checks.indices.map { ", (min(row_number) FILTER (WHERE check\($0)))::BIGINT" }.joined()
    // Counting makes the engine read columns that nothing else is asked of, and so find what is damaged in them.
    let values = opened.columns.indices.map { ", \(opened.columns[$0].expression) AS value\($0)" }.joined()
    let counts = opened.columns.indices.map { ", count(value\($0))" }.joined()
    let rows = try await session.rows(
      "SELECT count(*)\(firsts)\(counts) FROM (SELECT row_number\(predicates)\(values) FROM \(opened.relation))",
      progress: progress)
    let malformed = try await input.reader.malformedRecords(session, opened)
    // Rows are counted without malformed ones, so that their numbers mean something only when there are none.
    guard malformed.isEmpty, let firstRows = rows.first?.dropFirst().prefix(plan.checks.count) else { return malformed }
    var problems: [LoadProblem] = []
    for (check, row) in zip(plan.checks, firstRows.map(\.integer)) {
      guard let row else { continue }
      let position = try await input.reader.position(ofRow: row, session)
      problems.append(
        LoadProblem(
          check.code, check.text, file: input.file.displayName, position: position, column: check.column))
    }
    return problems.sorted { ($0.position ?? 0) < ($1.position ?? 0) }
  }

  /// Writes the rows of a file as the table's, unsorted, in a folder for each day. Returns the notes on it.
  func convert(_ input: Input, number: Int, of count: Int) async throws -> [String] {
    progress(.converting(file: number + 1, of: count, fraction: 0))
    let folder = unsorted.appending(path: "file-\(number)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try await withSession(reading: [input.target]) { session in
      let opened = try await input.reader.open(session, for: .convert)
      let columns = try MatchedColumns(opened.columns, of: input.file, in: table)
      let plan = LoadPlan(columns, of: opened, into: table, secret: secret)
      let isPartitioned = table.source.eventTimeColumn != nil
      let path = (isPartitioned ? folder : folder.appending(path: "rows.parquet")).path(percentEncoded: false)
      let partition = isPartitioned ? ", PARTITION_BY (\(LoadPlan.dayColumn))" : ""
      try await session.execute(
        "COPY (\(plan.select)) TO \(SQLText.string(path)) (\(ParquetOptions.signals)\(partition))"
      ) { fraction in
        progress(.converting(file: number + 1, of: count, fraction: fraction))
      }
      return plan.notes
    }
  }

  /// Sorts what was converted into one file a day, each with its rows of a user side by side.
  func sort() async throws -> [StagedPart] {
    let days = try unsortedFiles()
    var parts: [StagedPart] = []
    for (number, day) in days.keys.sorted().enumerated() {
      progress(.sorting(day: number + 1, of: days.count))
      let file = try area.file("sorted-\(number).parquet")
      let paths = SQLText.list((days[day] ?? []).map { $0.path(percentEncoded: false) })
      let count = try await withSession { session in
        try await session.rows(
          """
          COPY (FROM read_parquet(\(paths), hive_partitioning = false)\(order))
          TO \(SQLText.string(file.url.path(percentEncoded: false))) (\(ParquetOptions.signals))
          """
        ).first?.first?.integer ?? 0
      }
      if count > 0 { parts.append(StagedPart(file: file, day: day == Self.noDay ? nil : day, rowCount: count)) }
    }
    return parts
  }

  private var order: String {
    let names = [table.source.userColumn, table.source.eventTimeColumn].compactMap { $0 }.map(SQLText.name)
    return names.isEmpty ? "" : " ORDER BY \(names.joined(separator: ", "))"
  }

  /// Stands for the day of tables without an event time.
  private static let noDay = Int.min

  private var unsorted: URL { area.folder.appending(path: "unsorted") }

  /// The converted files by their day, in the order of the load's files.
  private func unsortedFiles() throws -> [Int: [URL]] {
    var days: [Int: [URL]] = [:]
    let manager = FileManager.default
    for name in try manager.subpathsOfDirectory(atPath: unsorted.path(percentEncoded: false)).sorted()
    where name.hasSuffix(".parquet") {
      let url = unsorted.appending(path: name)
      let folder = url.deletingLastPathComponent().lastPathComponent
      let day = folder.hasPrefix("\(LoadPlan.dayColumn)=") ? Int(folder.dropFirst(LoadPlan.dayColumn.count + 1)) : nil
      days[day ?? Self.noDay, default: []].append(url)
    }
    return days
  }

  private func withSession<Result: Sendable>(
    reading files: [EngineLocation] = [], _ work: (TrustedSession) async throws -> Result
  ) async throws -> Result {
    try await TrustedSession.with(settings, files: files, folders: [area.folder], work)
  }
}
