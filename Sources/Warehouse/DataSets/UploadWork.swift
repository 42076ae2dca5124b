import Dialects
import FirstPartyData
import Foundation
import ObjectStorage

/// The steps of one upload, from files on the local disk to files of the data set's layout, in one staging area.
///
/// Everything happens in one pass: text is parsed and cast, people are found, and rows go straight into the files of
/// their slots. The engine looks for the wrong record only when there is one. Rows are not sorted: that would take
/// longer than all of the rest.
struct UploadWork: Sendable {
  let schema: DataSetSchema
  let request: UploadRequest
  let graph: IdentityGraph
  let secret: UserKeySecret
  let consent: ConsentPolicy
  let area: StagingArea
  let settings: EngineSettings
  let progress: @Sendable (DataSetLoader.Progress) -> Void

  /// Unpacks, reads, checks, resolves and writes. Throws a `LoadRefusal` when anything about the files is wrong.
  func run() async throws -> SlotFiles.Result {
    let inputs = try await unpacked()
    try Task.checkCancellation()
    do {
      return try await TrustedSession.with(
        settings, files: inputs.map(\.target) + graph.files, folders: [area.folder], consent: consent
      ) { session in
        let relation = try await relation(inputs, session)
        let files = SlotFiles(schema: schema, area: area)
        try await files.write(select(relation), session) { progress(.reading(fraction: $0)) }
        guard try await rejectCount(session) == 0 else { throw unlikeRecords }
        let result = try await files.collect(session) { progress(.writing(part: $0, of: $1)) }
        guard result.refusedCount == 0 else { throw unlikeRecords }
        return result
      }
    } catch let refusal as LoadRefusal {
      throw try await self.refusal(inputs) ?? refusal
    } catch let error as EngineError where error.code == .invalidValue || error.code == .storage {
      // A file that is damaged in a way that no reader foresaw; which one it is shows when each is read alone.
      throw try await refusal(inputs) ?? error
    } catch let error as EngineError where error.code == .spillFull {
      throw LoadRefusal([
        problem(.tooLarge, "The files are larger than the engine's disk space allows; split the upload.")
      ])
    }
  }

  // MARK: Reading

  /// The files of the request, unpacked where they are packed. Throws a `LoadRefusal` with what is wrong with them.
  private func unpacked() async throws -> [LoadInput] {
    let (format, shape) =
      switch request.format {
      case .csv(let shape): (LoadFormat.csv, shape)
      case .jsonLines: (LoadFormat.jsonLines, CSVShape())
      case .parquet: (LoadFormat.parquet, CSVShape())
      }
    let files = request.files.map { LoadFile(url: $0.url, displayName: $0.displayName, format: format) }
    return try await LoadInput.unpackAndLink(
      files, request.compression, in: area, shape: shape, limits: settings.loading
    ) { number in
      progress(.unpacking(file: number + 1, of: files.count))
    }
  }

  /// The records of all files. Throws a `LoadRefusal` where their columns are wrong.
  private func relation(_ inputs: [LoadInput], _ session: TrustedSession) async throws -> String {
    var selects: [String] = []
    for input in inputs {
      selects.append(
        try await input.refusing {
          let columns = try await input.reader.columns(session)
          return try matched(columns, of: input).select(from: input.reader.relation(of: columns, for: .check))
        })
    }
    return "(\(selects.joined(separator: " UNION ALL ")))"
  }

  private func matched(_ columns: [RawColumn], of input: LoadInput) throws(LoadRefusal) -> UploadColumns {
    try UploadColumns(columns, of: input.file, into: schema, country: request.countryCode, consent: consent)
  }

  /// The rows of the data set out of the records, with the columns that they are written by.
  private func select(_ relation: String) -> String {
    var identifiers: [IdentifierKind: [String]] = [:]
    for column in schema.columns {
      if let kind = column.identifier { identifiers[kind, default: []].append(UploadColumns.name(column)) }
    }
    let resolved =
      identifiers.isEmpty
      ? relation
      : graph.resolving(
        relation,
        identifiers: identifiers.mapValues { $0.count == 1 ? $0[0] : "coalesce(\($0.joined(separator: ", ")))" },
        country: UploadColumns.countryColumn, secret: secret)
    var columns = schema.storedColumns.map { column in
      "\(value(of: column, isResolved: !identifiers.isEmpty)) AS \(SQLText.name(column.name))"
    }
    columns.append("\(UploadColumns.stateColumn) AS \(SlotFiles.stateColumn)")
    if let time = schema.eventTimeColumn {
      let slot = RowSlot.expression(of: UploadColumns.name(time), period: schema.period)
      columns.append("\(slot) AS \(SlotFiles.slotColumn)")
    }
    return "SELECT \(columns.joined(separator: ", ")) FROM \(resolved)"
  }

  private func value(of column: DataSetColumn, isResolved: Bool) -> String {
    switch column.role {
    case .mainUserID: isResolved ? ResolvedColumns.userKey : "CAST(NULL AS BIGINT)"
    case .mainUserIDType: isResolved ? ResolvedColumns.userType : "CAST(NULL AS VARCHAR)"
    case .plain, .mainEventTime, .countryCode, .identifier, .consent: UploadColumns.name(column)
    }
  }

  /// How many lines are no records.
  private func rejectCount(_ session: TrustedSession) async throws -> Int {
    guard case .csv = request.format else { return 0 }
    return try await session.rows("SELECT count(*) FROM reject_errors").first?.first?.integer ?? 0
  }

  // MARK: Finding out what is wrong

  /// The refusal where nothing more exact is found.
  private var unlikeRecords: LoadRefusal {
    LoadRefusal([problem(.malformedFile, "The file holds records that are not valid.")])
  }

  private func problem(_ code: LoadProblem.Code, _ text: String) -> LoadProblem {
    LoadProblem(code, text, file: request.files.first?.displayName ?? "")
  }

  /// Everything that is wrong with the files, each read alone; nil when nothing is found.
  private func refusal(_ inputs: [LoadInput]) async throws -> LoadRefusal? {
    var problems: [LoadProblem] = []
    for input in inputs where problems.count < LoadRefusal.problemLimit {
      do {
        problems += try await input.refusing {
          try await TrustedSession.with(
            settings, files: [input.target], folders: [area.folder], consent: consent
          ) { session in
            let columns = try await input.reader.columns(session)
            let checks = try matched(columns, of: input).checks
            return try await ValueCheck(checks: checks, columns: columns, file: input.file, reader: input.reader)
              .problems(session) { _ in }
          }
        }
      } catch let refusal as LoadRefusal {
        problems += refusal.problems
      }
    }
    return problems.isEmpty ? nil : LoadRefusal(problems)
  }
}
