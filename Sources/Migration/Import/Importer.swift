package import AdvertiserData
package import Base
import CleanRoom
package import Measurement
package import Metadata
import Queries

/// Imports exports of the retired API into an instance, through the services that clients' requests go through.
///
/// Items that are there already stay, and importing the same again changes nothing. One item that can't be imported
/// does not keep the others out.
package struct Importer: Sendable {
  /// The services of the server.
  package struct Services: Sendable {
    let store: MetadataStore
    let workflows: WorkflowService
    let schedules: ScheduleService
    let dataSets: DataSetService
    let clock: any WallClock

    package init(
      store: MetadataStore, workflows: WorkflowService, schedules: ScheduleService, dataSets: DataSetService,
      clock: any WallClock
    ) {
      self.store = store
      self.workflows = workflows
      self.schedules = schedules
      self.dataSets = dataSets
      self.clock = clock
    }
  }

  private let services: Services
  private let instance: InstanceRecord
  /// Whether what is there and different gets another content.
  private let replaces: Bool
  /// Whether nothing is written.
  private let isDryRun: Bool

  package init(_ services: Services, into instance: InstanceRecord, replaces: Bool = false, isDryRun: Bool = false) {
    self.services = services
    self.instance = instance
    self.replaces = replaces
    self.isDryRun = isDryRun
  }

  /// The items that a dry run would have made, for those that name them.
  private struct Planned {
    var workflows: [String: WorkflowDefinition] = [:]
    var schedules: [String: ScheduleDraft] = [:]
    var dataSets: Set<String> = []
  }

  /// Imports data sets first, then workflows, then schedules: each may name what comes before.
  ///
  /// - Parameter progress: Called with how many items are done, and how many there are.
  package func run(
    _ items: [ExportedItem], problems: [ImportProblem] = [],
    progress: (Int, Int) -> Void = { _, _ in }
  ) async throws -> ImportReport {
    var report = ImportReport(instance: instance.id, dryRun: isDryRun)
    report.problems = problems
    var planned = Planned()
    for kind in ExportedItem.Kind.allCases {
      for item in items where item.kind == kind {
        report.items.append(try await self.item(item, &planned))
        progress(report.items.count, items.count)
      }
    }
    try await record(report)
    return report
  }

  /// Puts an import that has changed workflows or schedules into the audit log, as an act of the operator.
  private func record(_ report: ImportReport) async throws {
    let changed = report.items.filter { [.created, .updated].contains($0.outcome) && $0.kind != .dataSet }
    guard !isDryRun, !changed.isEmpty else { return }
    let counts = Dictionary(grouping: changed) { "\($0.kind.rawValue)s" }.mapValues { String($0.count) }
    let now = services.clock.now
    try await services.store.write { transaction in
      try transaction.audit(
        .importDefinitions, of: instance.id, accountID: instance.accountID, by: .operatorAtMachine, at: now,
        details: counts)
    }
  }

  /// Imports one item. Throws only what is wrong with the server's own storage.
  private func item(_ item: ExportedItem, _ planned: inout Planned) async throws -> ImportReport.Item {
    func result(_ outcome: ImportReport.Outcome, _ code: String? = nil, _ text: String? = nil) -> ImportReport.Item {
      ImportReport.Item(
        kind: item.kind, id: item.id, place: item.location, outcome: outcome, code: code, text: text,
        leftOut: item.leftOut(knowing: Self.members(of: item.kind)))
    }
    do {
      let outcome =
        switch item.kind {
        case .dataSet: try await dataSet(item, &planned)
        case .workflow: try await workflow(item, &planned)
        case .schedule: try await schedule(item, &planned)
        }
      guard outcome == .conflict else { return result(outcome) }
      return result(.conflict, "different_content", Self.conflictText(item.kind))
    } catch let error as ExportedItemError {
      return result(.failed, error.code, error.text)
    } catch let error as CleanRoomError {
      var failed = result(.failed, error.code, error.message)
      if let refusal = error.refusal {
        failed.diagnostics = refusal.diagnostics.map(ImportReport.Diagnostic.init)
      }
      return failed
    }
  }

  private static func members(of kind: ExportedItem.Kind) -> Set<String> {
    switch kind {
    case .dataSet: ExportedItem.dataSetMembers
    case .workflow: ExportedItem.workflowMembers
    case .schedule: ExportedItem.scheduleMembers
    }
  }

  private static func conflictText(_ kind: ExportedItem.Kind) -> String {
    switch kind {
    case .workflow: "The instance has another workflow of this id. With --replace, this one takes its place."
    case .schedule: "The instance has another schedule of this id. With --replace, this one takes its place."
    case .dataSet: "The instance has a data set of the new API of this name. It stays."
    }
  }

  // MARK: Kinds

  private func workflow(_ item: ExportedItem, _ planned: inout Planned) async throws -> ImportReport.Outcome {
    let draft = try item.workflow()
    let existing: WorkflowDefinition?
    if let made = planned.workflows[draft.id] {
      existing = made
    } else {
      let record = try await services.store.read { try $0.workflow(id: draft.id, instanceID: instance.id) }
      existing = try record.map { try WorkflowDefinition(stored: $0.definition) }
    }
    if existing == draft.definition { return .unchanged }
    if existing != nil, !replaces { return .conflict }
    if isDryRun {
      try await services.workflows.check(draft, in: instance)
      planned.workflows[draft.id] = draft.definition
    } else if existing == nil {
      try await services.workflows.create(draft, in: instance)
    } else {
      try await services.workflows.update(draft, in: instance)
    }
    return existing == nil ? .created : .updated
  }

  /// The schedule of an item. The retired API had no sandboxes; here a sandbox takes no schedule that does not require
  /// synthetic data.
  private func schedule(of item: ExportedItem) throws(ExportedItemError) -> ScheduleDraft {
    var draft = try item.schedule()
    if instance.kind == .sandbox { draft.requiresSyntheticData = true }
    return draft
  }

  private func schedule(_ item: ExportedItem, _ planned: inout Planned) async throws -> ImportReport.Outcome {
    let draft = try schedule(of: item)
    let record = try await services.store.read { try $0.schedule(id: draft.id, instanceID: instance.id) }
    let existing = planned.schedules[draft.id] ?? record.map(ScheduleDraft.init)
    if let existing, draft.isSame(as: existing) { return .unchanged }
    if existing != nil, !replaces { return .conflict }
    if isDryRun {
      let isPlanned = planned.workflows[draft.workflowID] != nil
      try await services.schedules.check(draft, in: instance, knowingWorkflow: isPlanned)
      planned.schedules[draft.id] = draft
    } else if existing == nil {
      try await services.schedules.create(draft, in: instance)
    } else {
      try await services.schedules.update(draft, in: instance)
    }
    return existing == nil ? .created : .updated
  }

  /// Keeps the names of data sets of version 1, which can't be queried any more: queries that use them are refused with
  /// advice.
  private func dataSet(_ item: ExportedItem, _ planned: inout Planned) async throws -> ImportReport.Outcome {
    guard let id = item.id else { throw ExportedItemError.invalid("dataSetId is missing.") }
    let existing = try await services.store.read { try $0.dataSet(id: id, instanceID: instance.id) }
    if let existing { return existing.isLegacy ? .unchanged : .conflict }
    if planned.dataSets.contains(id) { return .unchanged }
    if isDryRun {
      try DataSetService.checkLegacyName(id)
      planned.dataSets.insert(id)
    } else {
      try await services.dataSets.registerLegacy([id], instanceID: instance.id)
    }
    return .created
  }
}

extension ScheduleDraft {
  init(_ record: ScheduleRecord) {
    self.init(id: record.id, workflowID: record.workflowID, period: record.period)
    startDay = record.startDay
    hourUTC = record.hourUTC
    isEnabled = record.isEnabled
    requiresSyntheticData = record.requiresSyntheticData
    disablesAggregationControls = record.disablesAggregationControls
  }

  /// Whether an existing schedule is the one that is asked for. Values that are not asked for may be any.
  func isSame(as existing: ScheduleDraft) -> Bool {
    workflowID == existing.workflowID && period == existing.period
      && (startDay == nil || period == .daily || startDay == existing.startDay)
      && (hourUTC ?? 0) == (existing.hourUTC ?? 0) && (isEnabled ?? true) == (existing.isEnabled ?? true)
      && requiresSyntheticData == existing.requiresSyntheticData
      && disablesAggregationControls == existing.disablesAggregationControls
  }
}

extension AuditAction {
  /// Workflows and schedules were imported.
  static let importDefinitions = AuditAction("instance.import")
}
