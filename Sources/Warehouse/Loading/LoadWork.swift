import Base
import Dialects
import Foundation
import ObjectStorage

/// The steps of one load, all of whose files are in one staging area.
struct LoadWork: Sendable {
  let table: LoadTable
  let secret: UserKeySecret
  let area: StagingArea
  let settings: EngineSettings
  let progress: @Sendable (SignalLoader.Progress) -> Void

  /// Checks a file. Returns its columns; throws a `LoadRefusal` with everything that is wrong with the columns if
  /// anything is, or else with the values.
  func check(_ input: LoadInput, number: Int, of count: Int) async throws -> [RawColumn] {
    progress(.checking(file: number + 1, of: count, fraction: 0))
    return try await input.refusing {
      try await withSession(reading: [input.target]) { session in
        let columns = try await input.reader.columns(session)
        let matched = try MatchedColumns(columns, of: input.file, in: table)
        let plan = LoadPlan(matched, into: table, secret: secret)
        let check = ValueCheck(checks: plan.checks, columns: columns, file: input.file, reader: input.reader)
        let problems = try await check.problems(session) { fraction in
          progress(.checking(file: number + 1, of: count, fraction: fraction))
        }
        if !problems.isEmpty { throw LoadRefusal(problems) }
        return columns
      }
    }
  }

  /// Writes the rows of a file as the table's, unsorted, in a folder for each day. Returns the notes on it.
  func convert(_ input: LoadInput, _ columns: [RawColumn], number: Int, of count: Int) async throws -> [String] {
    progress(.converting(file: number + 1, of: count, fraction: 0))
    let folder = unsorted.appending(path: "file-\(number)")
    try await BlockingWork.run {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
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
    let days = try await BlockingWork.run { try unsortedFiles() }
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
