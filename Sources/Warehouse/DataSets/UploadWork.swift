import Dialects
import FirstPartyData
import Foundation
import ObjectStorage

/// The steps of one upload, from files on the local disk to files of the data set's layout, in one staging area.
///
/// Everything happens in one pass: text is parsed and cast, people are found, and rows go straight into the files of their
/// slots. Where a record is wrong is looked for only when one is. Rows are not sorted: that would take longer than all of
/// the rest.
struct UploadWork: Sendable {
  /// What rows are written by. No column of a data set can have a hyphen in its name.
  static let stateColumn = SQLText.name("upload-state")
  static let slotColumn = SQLText.name("upload-slot")

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
        try await write(select(relation), session)
        try await refuseRejects(session)
        return try await result(session)
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
  struct SomethingWrong: Error {
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

  /// The rows of the data set out of the records, with what they are written by.
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
    var columns = schema.storedColumns.map { column in
      "\(value(of: column, isResolved: !identifiers.isEmpty)) AS \(SQLText.name(column.name))"
    }
    columns.append("\(UploadPlan.stateColumn) AS \(Self.stateColumn)")
    if let time = schema.eventTimeColumn {
      columns.append("\(RowSlot.expression(of: UploadPlan.name(time), period: schema.period)) AS \(Self.slotColumn)")
    }
    return "SELECT \(columns.joined(separator: ", ")) FROM \(resolved)"
  }

  private func value(of column: DataSetColumn, isResolved: Bool) -> String {
    switch column.role {
    case .mainUserID: isResolved ? ResolvedColumns.userKey : "CAST(NULL AS BIGINT)"
    case .mainUserIDType: isResolved ? ResolvedColumns.userType : "CAST(NULL AS VARCHAR)"
    case .plain, .mainEventTime, .countryCode, .identifier, .consent: UploadPlan.name(column)
    }
  }

  /// Throws `SomethingWrong` when there are lines that are no records.
  private func refuseRejects(_ session: TrustedSession) async throws {
    guard case .csv = request.format else { return }
    let count = try await session.rows("SELECT count(*) FROM reject_errors").first?.first?.integer
    if count != 0 { throw somethingWrong }
  }

  /// What is said where nothing more exact is found.
  var somethingWrong: SomethingWrong {
    let text = "The file holds records that are not valid."
    return SomethingWrong(
      refusal: LoadRefusal([LoadProblem(.malformedFile, text, file: request.files.first?.displayName ?? "")]))
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
}
