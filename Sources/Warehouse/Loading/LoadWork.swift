import Dialects
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

  /// Checks a file. Returns its columns; throws a `LoadRefusal` with everything that is wrong with the columns if
  /// anything is, or else with the values.
  func check(_ input: Input, number: Int, of count: Int) async throws -> [RawColumn] {
    progress(.checking(file: number + 1, of: count, fraction: 0))
    do {
      return try await withSession(reading: [input.target]) { session in
        let columns = try await input.reader.columns(session)
        let matched = try MatchedColumns(columns, of: input.file, in: table)
        let plan = LoadPlan(matched, into: table, secret: secret)
        let check = ValueCheck(plan: plan, columns: columns, file: input.file, reader: input.reader)
        let problems = try await check.problems(session) { fraction in
          progress(.checking(file: number + 1, of: count, fraction: fraction))
        }
        if !problems.isEmpty { throw LoadRefusal(problems) }
        return columns
      }
    } catch let problem as LoadProblem {
      throw LoadRefusal([problem])
    } catch let error as EngineError where error.code == .invalidValue || error.code == .storage {
      // What no reader foresaw: a damaged compression, pages that end too early.
      let text = "The file is damaged or not of its format."
      throw LoadRefusal([LoadProblem(.malformedFile, text, file: input.file.displayName)])
    }
  }

  /// Writes the rows of a file as the table's, unsorted, in a folder for each day. Returns the notes on it.
  func convert(_ input: Input, _ columns: [RawColumn], number: Int, of count: Int) async throws -> [String] {
    progress(.converting(file: number + 1, of: count, fraction: 0))
    let folder = unsorted.appending(path: "file-\(number)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try await withSession(reading: [input.target]) { session in
      let matched = try MatchedColumns(columns, of: input.file, in: table)
      let plan = LoadPlan(matched, into: table, secret: secret)
      let select = plan.select(from: input.reader.relation(of: columns, for: .convert))
      let isPartitioned = table.source.eventTimeColumn != nil
      let path = (isPartitioned ? folder : folder.appending(path: "rows.parquet")).path(percentEncoded: false)
      let partition = isPartitioned ? ", PARTITION_BY (\(LoadPlan.dayColumn))" : ""
      try await session.execute(
        "COPY (\(select)) TO \(SQLText.string(path)) (\(ParquetOptions.signals)\(partition))"
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
