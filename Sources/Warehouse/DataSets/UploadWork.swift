import Dialects
import FirstPartyData
import Foundation
import ObjectStorage

/// The steps of one upload, from files on the local disk to files of the data set's layout, in one staging area.
///
/// Text is parsed and cast once, and people are found in the same pass; what comes out stands in a table of the engine's
/// (in memory, or spilled beside it) in the order in which it is written. Where a record is wrong is looked for only when
/// one is.
struct UploadWork: Sendable {
  private static let table = "upload_rows"
  private static let slotColumn = "slot"

  let schema: DataSetSchema
  let request: UploadRequest
  let graph: IdentityGraph
  let secret: UserKeySecret
  let consent: ConsentPolicy
  let area: StagingArea
  let settings: EngineSettings
  let progress: @Sendable (DataSetLoader.Progress) -> Void

  /// What the files came to.
  struct Result: Sendable {
    var parts: [StagedRows] = []
    var inputRowCount = 0
    var deniedRowCount = 0
  }

  /// Reads, checks, resolves and writes. Throws a `LoadRefusal` when anything about the files is wrong.
  func run(_ inputs: [LoadInput]) async throws -> Result {
    do {
      return try await TrustedSession.with(
        settings, files: inputs.map(\.target) + graph.files, folders: [area.folder], consent: consent
      ) { session in
        let relation = try await relation(inputs, session)
        try await session.execute("CREATE TABLE \(Self.table) AS \(select(relation))") { fraction in
          progress(.reading(fraction: fraction))
        }
        var result = try await counts(session)
        result.parts = try await write(session)
        return result
      }
    } catch let found as SomethingWrong {
      throw try await refusal(inputs) ?? found.refusal
    } catch let error as EngineError where error.code == .invalidValue || error.code == .storage {
      // A file that is damaged in a way that no reader foresaw; which one it is shows when each is read alone.
      throw try await refusal(inputs) ?? error
    } catch let error as EngineError where error.code == .spillFull {
      let text = "The files are larger than the engine's disk space allows; split the upload."
      throw LoadRefusal([LoadProblem(.tooLarge, text, file: request.files.first?.displayName ?? "")])
    }
  }

  // MARK: Reading

  /// Records are wrong; which ones is to be found out.
  private struct SomethingWrong: Error {
    let refusal: LoadRefusal
  }

  /// The records of all files. Throws `SomethingWrong` where their columns are.
  private func relation(_ inputs: [LoadInput], _ session: TrustedSession) async throws -> String {
    var selects: [String] = []
    for input in inputs {
      do {
        selects.append(
          try await input.refusing {
            let columns = try await input.reader.columns(session)
            return try plan(columns, of: input).select(from: input.reader.relation(of: columns, for: .check))
          })
      } catch let refusal as LoadRefusal {
        throw SomethingWrong(refusal: refusal)
      }
    }
    return "(\(selects.joined(separator: " UNION ALL ")))"
  }

  private func plan(_ columns: [RawColumn], of input: LoadInput) throws(LoadRefusal) -> UploadPlan {
    try UploadPlan(columns, of: input.file, into: schema, country: request.countryCode, consent: consent)
  }

  /// The rows of the data set out of the records, in the order in which they are written.
  private func select(_ relation: String) -> String {
    var identifiers: [IdentifierKind: [String]] = [:]
    for column in schema.columns {
      if let kind = column.identifier { identifiers[kind, default: []].append(UploadPlan.name(column)) }
    }
    let resolved =
      identifiers.isEmpty
      ? relation
      : graph.resolving(
        relation,
        identifiers: identifiers.mapValues { $0.count == 1 ? $0[0] : "coalesce(\($0.joined(separator: ", ")))" },
        country: UploadPlan.countryColumn, secret: secret)
    let columns = schema.storedColumns.map { column in
      let name = UploadPlan.name(column)
      switch column.role {
      case .mainUserID: return "\(identifiers.isEmpty ? "CAST(NULL AS BIGINT)" : ResolvedColumns.userKey) AS \(name)"
      case .mainUserIDType:
        return "\(identifiers.isEmpty ? "CAST(NULL AS VARCHAR)" : ResolvedColumns.userType) AS \(name)"
      case .plain, .mainEventTime, .countryCode, .identifier, .consent: return name
      }
    }
    var order: [String] = []
    var slot = ""
    if let time = schema.eventTimeColumn {
      slot = ", \(RowSlot.expression(of: UploadPlan.name(time), period: schema.period)) AS \(Self.slotColumn)"
      order.append(Self.slotColumn)
    }
    if let user = schema.userColumn { order.append(UploadPlan.name(user)) }
    if let time = schema.eventTimeColumn { order.append(UploadPlan.name(time)) }
    return "SELECT \((columns + [UploadPlan.stateColumn]).joined(separator: ", "))\(slot) FROM \(resolved)"
      + (order.isEmpty ? "" : " ORDER BY \(order.joined(separator: ", "))")
  }

  /// How many records there are of each state. Throws `SomethingWrong` when there are some that can't be taken.
  private func counts(_ session: TrustedSession) async throws -> Result {
    let rows = try await session.rows(
      "SELECT CAST(\(UploadPlan.stateColumn) AS BIGINT), count(*) FROM \(Self.table) GROUP BY ALL")
    let counts = Dictionary(rows.map { ($0[0].integer ?? 0, $0[1].integer ?? 0) }) { $0 + $1 }
    var rejected = 0
    if case .csv = request.format {
      rejected = try await session.rows("SELECT count(*) FROM reject_errors").first?.first?.integer ?? 0
    }
    guard rejected == 0, counts[UploadPlan.State.refused.rawValue] == nil else {
      let text = "The file holds records that are not valid."
      throw SomethingWrong(
        refusal: LoadRefusal([LoadProblem(.malformedFile, text, file: request.files.first?.displayName ?? "")]))
    }
    let denied = counts[UploadPlan.State.denied.rawValue] ?? 0
    return Result(inputRowCount: denied + (counts[UploadPlan.State.kept.rawValue] ?? 0), deniedRowCount: denied)
  }

  // MARK: Finding out what is wrong

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
            let checks = try plan(columns, of: input).checks
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

  // MARK: Writing

  /// Writes a file for each slot, or one for all rows without a time.
  private func write(_ session: TrustedSession) async throws -> [StagedRows] {
    let user = schema.userColumn.map { "count(\(UploadPlan.name($0)))" } ?? "0::BIGINT"
    let slot = schema.isFact ? Self.slotColumn : "0::BIGINT"
    let isKept = "\(UploadPlan.stateColumn) = \(UploadPlan.State.kept.rawValue)"
    let groups = try await session.rows(
      "SELECT \(slot) AS number, count(*), \(user) FROM \(Self.table) WHERE \(isKept) GROUP BY number ORDER BY number")
    let columns = schema.storedColumns.map { "\(UploadPlan.name($0)) AS \(SQLText.name($0.name))" }
      .joined(separator: ", ")
    let writer = RowWriter(schema.layout)
    var parts: [StagedRows] = []
    for (index, group) in groups.enumerated() {
      progress(.writing(part: index + 1, of: groups.count))
      guard let number = group[0].integer, let rows = group[1].integer, let matched = group[2].integer else { continue }
      let file = try area.file("rows-\(index).parquet")
      let condition = schema.isFact ? "\(isKept) AND \(Self.slotColumn) = \(number)" : isKept
      let written = try await writer.write("SELECT \(columns) FROM \(Self.table) WHERE \(condition)", to: file, session)
      guard written == rows else { throw EngineError(.failed) }
      let slot = schema.isFact ? RowSlot(number: number, period: schema.period) : nil
      parts.append(StagedRows(file: file, slot: slot, rowCount: rows, matchedRowCount: matched))
    }
    return parts
  }
}
