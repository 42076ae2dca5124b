import AMCSQL
package import Base
package import CleanRoom
package import Metadata
package import ObjectStorage
package import Queries

/// Makes and shows executions of measurement queries, ad hoc or of saved workflows.
package struct ExecutionService: Sendable {
  /// The beginning of an ad hoc execution's workflow id.
  package static let transientPrefix = "transient_"

  let store: MetadataStore
  let objects: any ObjectStorage
  let clock: any WallClock
  private let check: WorkflowCheck
  private let charges: ExecutionCharges
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void
  let stopJob: @Sendable (_ executionID: String) -> Void

  /// - Parameters:
  ///   - ledger: The ledger of privacy budgets, for instances in noise mode.
  ///   - wakeRunner: Called after each transaction that queued a job.
  ///   - stopJob: Called after each transaction that ended a job early.
  package init(
    store: MetadataStore, queries: any QueryService, objects: any ObjectStorage, clock: any WallClock,
    identifiers: any IdentifierGenerator, ledger: PrivacyLedger = PrivacyLedger(settings: NoiseSettings()),
    wakeRunner: @escaping @Sendable () -> Void, stopJob: @escaping @Sendable (_ executionID: String) -> Void
  ) {
    self.store = store
    self.objects = objects
    self.clock = clock
    self.check = WorkflowCheck(queries: queries)
    charges = ExecutionCharges(
      queries: queries, charges: NoiseCharges(store: store, ledger: ledger, clock: clock))
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
    self.stopJob = stopJob
  }

  /// Checks the query and makes a waiting execution. A dry run has ended when this returns.
  ///
  /// In noise mode the transaction that records the execution also charges it. A dry run is not charged, and tells what
  /// the query would cost and how accurate its figures would be.
  ///
  /// - Throws: `CleanRoomError.queryRefused` for a query that can't run, `.outputColumnsMismatch`,
  ///   `.privacyBudgetSpent`, and `.invalidField` for all other problems.
  package func create(_ draft: ExecutionDraft, in instance: InstanceRecord) async throws -> ExecutionRecord {
    let (workflowID, definition) = try await workflow(of: draft, instance)
    var record = try record(of: draft, workflowID: workflowID, definition, in: instance)
    try await requireAdvertisers(draft, instance)
    let isSaved = draft.source.isSaved
    let query = try await check.check(try record.queryRequest(), definition, path: isSaved ? "" : "workflow.")
    let reservation = try await charges.reservation(for: query, of: record, in: instance)
    record.noise = try charges.report(of: query)
    if draft.isDryRun { record.endDryRun() }
    let execution = record
    try await store.write { transaction in
      if let refusal = try charges.reserve(reservation, for: execution, in: transaction, at: execution.createdAt) {
        throw CleanRoomError.privacyBudgetSpent(refusal)
      }
      try transaction.insert(execution)
      guard !execution.isDryRun else { return }
      try transaction.insert(
        JobRecord(
          kind: .execution, subjectID: execution.id, instanceID: instance.id, accountID: instance.accountID,
          createdAt: execution.createdAt))
    }
    if !execution.isDryRun { wakeRunner() }
    return execution
  }

  // MARK: What an execution is made from

  private func workflow(
    of draft: ExecutionDraft, _ instance: InstanceRecord
  ) async throws -> (id: String, WorkflowDefinition) {
    switch draft.source {
    case .adHoc(let definition):
      try definition.validate(path: "workflow.")
      return (Self.transientPrefix + identifiers.uuid(), definition)
    case .saved(let id):
      guard let saved = try await store.read({ try $0.workflow(id: id, instanceID: instance.id) }) else {
        throw CleanRoomError.invalidField(name: "workflowId", reason: "is not a workflow of the instance.")
      }
      return (id, try WorkflowDefinition(stored: saved.definition).declaringAll())
    }
  }

  private func record(
    of draft: ExecutionDraft, workflowID: String, _ definition: WorkflowDefinition, in instance: InstanceRecord
  ) throws -> ExecutionRecord {
    let now = clock.now
    let timeout = draft.timeoutSeconds ?? ExecutionDraft.defaultTimeoutSeconds
    guard ExecutionDraft.timeoutRange.contains(timeout) else {
      throw CleanRoomError.invalidField(
        name: "workflowExecutionTimeoutSeconds", reason: "must be from 900 to 86400.")
    }
    try SyntheticDataRule.check(
      requiresSyntheticData: draft.requiresSyntheticData,
      disablesAggregationControls: draft.disablesAggregationControls, isSandbox: instance.kind == .sandbox)
    let window = try draft.window.resolved(at: now)
    let parameters = try ParameterSet(values: draft.parameterValues, declared: definition.inputParameters)
    var record = ExecutionRecord(
      id: identifiers.uuid(), instanceID: instance.id, workflowID: workflowID, query: definition.sqlQuery,
      timeWindowStart: window.start, timeWindowEnd: window.end, timeWindowStartOriginal: draft.window.start,
      timeWindowEndOriginal: draft.window.end, timeZone: draft.window.timeZone,
      parameterValues: try parameters.json.text, isDryRun: draft.isDryRun, timeoutSeconds: timeout, createdAt: now)
    record.workflow = try definition.text
    record.skipsPublish = draft.skipsPublish
    record.requiresSyntheticData = draft.requiresSyntheticData
    record.disablesAggregationControls = draft.disablesAggregationControls
    record.advertisers = try draft.advertisers.map { try ExecutionRecord.storedText($0) }
    return record
  }

  private func requireAdvertisers(_ draft: ExecutionDraft, _ instance: InstanceRecord) async throws {
    guard let advertisers = draft.advertisers else { return }
    guard advertisers.count <= ExecutionDraft.advertiserCountLimit else {
      throw CleanRoomError.invalidField(
        name: "advertisers", reason: "may have at most \(ExecutionDraft.advertiserCountLimit) elements.")
    }
    let unknown = try await store.read { snapshot in
      try advertisers.firstIndex { advertiser in
        let known = try snapshot.advertiser(id: advertiser.id, instanceID: instance.id)
        let isOfMarketplace = advertiser.marketplaceID == nil || advertiser.marketplaceID == known?.marketplaceID
        return known == nil || known?.kind.rawValue != advertiser.kind.rawValue || !isOfMarketplace
      }
    }
    if let unknown {
      throw CleanRoomError.invalidField(
        name: "advertisers[\(unknown)]", reason: "is not an advertiser of the instance.")
    }
  }
}

extension ExecutionDraft.Source {
  fileprivate var isSaved: Bool {
    switch self {
    case .saved: true
    case .adHoc: false
    }
  }
}

extension WorkflowDefinition {
  /// The same definition with a list of parameters, which may be empty: a saved workflow's query names no others.
  func declaringAll() -> WorkflowDefinition {
    var result = self
    result.inputParameters = inputParameters ?? []
    return result
  }
}

extension ExecutionRecord {
  /// Ends a dry run, whose query has been compiled.
  fileprivate mutating func endDryRun() {
    publishStatus = .unavailable
    status = .succeeded
  }
}
