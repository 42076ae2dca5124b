import AMCSQL
package import Metadata
package import ObjectStorage

/// What a client asks an ad hoc execution to be.
package struct ExecutionDraft: Sendable, Hashable {
  /// How long an execution may take, in seconds, when the request says nothing: six hours.
  package static let defaultTimeoutSeconds = 21_600
  /// How long an execution may be allowed to take, in seconds.
  package static let timeoutRange = 900...86_400

  package var query: String
  package var window: ExecutionWindow
  package var parameterValues: JSONValue
  package var inputParameters: JSONValue?
  package var isDryRun: Bool
  package var timeoutSeconds: Int?
  /// Whether the client insists that all signals are synthetic.
  package var requiresSyntheticData: Bool

  package init(
    query: String, window: ExecutionWindow, parameterValues: JSONValue, inputParameters: JSONValue?,
    isDryRun: Bool, timeoutSeconds: Int?, requiresSyntheticData: Bool
  ) {
    self.query = query
    self.window = window
    self.parameterValues = parameterValues
    self.inputParameters = inputParameters
    self.isDryRun = isDryRun
    self.timeoutSeconds = timeoutSeconds
    self.requiresSyntheticData = requiresSyntheticData
  }
}

/// Makes and shows ad hoc executions of measurement queries.
package struct ExecutionService: Sendable {
  /// What the workflow id of an ad hoc execution begins with.
  package static let transientPrefix = "transient_"

  private let store: MetadataStore
  private let queries: any QueryService
  private let objects: any ObjectStorage
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  /// - Parameter wakeRunner: Called after each transaction that left a job.
  package init(
    store: MetadataStore, queries: any QueryService, objects: any ObjectStorage, clock: any WallClock,
    identifiers: any IdentifierGenerator, wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.queries = queries
    self.objects = objects
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// Checks the query and makes an execution that waits for its run. A dry run has succeeded when this returns.
  ///
  /// - Throws: `CleanRoomError.queryRefused` for a query that could not run, `.invalidField` for the rest.
  package func create(_ draft: ExecutionDraft, in instance: InstanceRecord) async throws -> ExecutionRecord {
    let record = try validatedRecord(of: draft, in: instance)
    try await check(record)
    try await store.write { transaction in
      try transaction.insert(record)
      if !record.isDryRun {
        try transaction.insert(JobRecord(kind: .execution, subjectID: record.id, createdAt: record.createdAt))
      }
    }
    if !record.isDryRun { wakeRunner() }
    return record
  }

  /// The execution of that id in the instance.
  package func execution(id: String, instanceID: String) async throws -> ExecutionRecord {
    guard IdentifierShape.accepts(id), let execution = try await store.read({ try $0.execution(id: id) }),
      execution.instanceID == instanceID
    else { throw CleanRoomError.unknownExecution }
    return execution
  }

  /// The result of an execution. Who may ask is for the caller to decide.
  ///
  /// - Throws: `CleanRoomError.resultUnavailable` before the execution has succeeded, and for dry runs.
  package func report(executionID: String) async throws -> ReportFile {
    guard IdentifierShape.accepts(executionID),
      let execution = try await store.read({ try $0.execution(id: executionID) })
    else { throw CleanRoomError.unknownExecution }
    guard execution.status == .succeeded, let key = execution.resultKey,
      let report = try await ReportFile(key: key, objects: objects)
    else { throw CleanRoomError.resultUnavailable(executionID: executionID) }
    return report
  }

  private func validatedRecord(
    of draft: ExecutionDraft, in instance: InstanceRecord
  ) throws(CleanRoomError) -> ExecutionRecord {
    let now = clock.now
    guard draft.query.contains(where: { !$0.isWhitespace }) else {
      throw .invalidField(name: "workflow.sqlQuery", reason: "must not be empty.")
    }
    let timeout = draft.timeoutSeconds ?? ExecutionDraft.defaultTimeoutSeconds
    guard ExecutionDraft.timeoutRange.contains(timeout) else {
      throw .invalidField(name: "workflowExecutionTimeoutSeconds", reason: "must be from 900 to 86400.")
    }
    if draft.requiresSyntheticData, instance.kind != .sandbox {
      throw .invalidField(name: "requireSyntheticData", reason: "can be true only for sandbox instances.")
    }
    let window = try draft.window.resolved(at: now)
    let values = try Self.mergedValues(draft)
    var record = ExecutionRecord(
      id: identifiers.uuid(), instanceID: instance.id, workflowID: Self.transientPrefix + identifiers.uuid(),
      query: draft.query, timeWindowStart: window.start, timeWindowEnd: window.end,
      timeWindowStartOriginal: draft.window.start, timeWindowEndOriginal: draft.window.end,
      timeZone: draft.window.timeZone, parameterValues: values, isDryRun: draft.isDryRun, timeoutSeconds: timeout,
      createdAt: now)
    if draft.isDryRun { record.status = .succeeded }
    return record
  }

  /// The defaults of declared parameters with the given values over them, as JSON.
  private static func mergedValues(_ draft: ExecutionDraft) throws(CleanRoomError) -> String {
    let parameters = try ParameterValues.parse(values: draft.parameterValues, definitions: draft.inputParameters)
    return JSONValue.object(parameters.mapValues { JSONValue($0) }).text
  }

  private func check(_ record: ExecutionRecord) async throws {
    let request = try ExecutionJobHandler.queryRequest(of: record)
    do throws(QueryFailure) {
      _ = try await queries.check(request)
    } catch .refused(let refusal) {
      throw CleanRoomError.queryRefused(reason: StatusReason.located(refusal.first))
    }
  }
}
