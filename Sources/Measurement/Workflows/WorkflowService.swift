package import Base
import CleanRoom
package import Metadata
package import Queries

/// A requested workflow.
package struct WorkflowDraft: Sendable, Hashable {
  package var id: String
  package var definition: WorkflowDefinition

  package init(id: String, definition: WorkflowDefinition) {
    self.id = id
    self.definition = definition
  }
}

/// A saved workflow.
package struct Workflow: Sendable, Hashable {
  package var id: String
  package var definition: WorkflowDefinition
  /// The position in the list.
  package var sequence: Int64

  init(_ record: WorkflowRecord) throws {
    id = record.id
    definition = try WorkflowDefinition(stored: record.definition)
    sequence = record.sequence ?? 0
  }
}

/// Saves, shows, changes and deletes workflows. Saved workflows have been compiled.
package struct WorkflowService: Sendable {
  private let store: MetadataStore
  private let check: WorkflowCheck
  private let clock: any WallClock

  package init(store: MetadataStore, queries: any QueryService, clock: any WallClock) {
    self.store = store
    self.check = WorkflowCheck(queries: queries)
    self.clock = clock
  }

  /// Saves a workflow with an id that is new in the instance.
  ///
  /// - Throws: `CleanRoomError.workflowExists`, `.queryRefused` with all diagnostics, `.outputColumnsMismatch`, or
  ///   `.invalidField`.
  package func create(_ draft: WorkflowDraft, in instance: InstanceRecord) async throws {
    try validateID(draft.id)
    let now = clock.now
    // This is checked before the query: clients continue with an update when they see it.
    if try await store.read({ try $0.workflow(id: draft.id, instanceID: instance.id) }) != nil {
      throw CleanRoomError.workflowExists(id: draft.id)
    }
    try draft.definition.validate()
    try await check.checkForSaving(draft.definition, in: instance, at: now)
    let text = try draft.definition.text
    try await store.write { transaction in
      guard try transaction.workflow(id: draft.id, instanceID: instance.id) == nil else {
        throw CleanRoomError.workflowExists(id: draft.id)
      }
      try transaction.insert(
        WorkflowRecord(instanceID: instance.id, id: draft.id, definition: text, createdAt: now))
    }
  }

  /// Replaces the definition of a workflow. Existing executions keep the old one.
  package func update(_ draft: WorkflowDraft, in instance: InstanceRecord) async throws {
    _ = try await workflow(id: draft.id, instanceID: instance.id)
    let now = clock.now
    try draft.definition.validate()
    try await check.checkForSaving(draft.definition, in: instance, at: now)
    let text = try draft.definition.text
    try await store.write { transaction in
      guard var record = try transaction.workflow(id: draft.id, instanceID: instance.id) else {
        throw CleanRoomError.unknownWorkflow
      }
      record.definition = text
      try transaction.update(&record, at: now)
    }
  }

  /// Checks whether a workflow can be saved, except for another one with its id. Nothing is saved.
  package func check(_ draft: WorkflowDraft, in instance: InstanceRecord) async throws {
    try validateID(draft.id)
    try draft.definition.validate()
    try await check.checkForSaving(draft.definition, in: instance, at: clock.now)
  }

  /// The instance's workflow with the id.
  package func workflow(id: String, instanceID: String) async throws -> Workflow {
    guard let record = try await store.read({ try $0.workflow(id: id, instanceID: instanceID) }) else {
      throw CleanRoomError.unknownWorkflow
    }
    return try Workflow(record)
  }

  /// The instance's workflows in the order of their creation, from after `afterSequence`, at most `limit`.
  package func workflows(instanceID: String, afterSequence: Int64, limit: Int) async throws -> [Workflow] {
    try await store.read { snapshot in
      try snapshot.workflows(instanceID: instanceID, afterSequence: afterSequence, limit: limit).map(Workflow.init)
    }
  }

  /// Deletes a workflow that no schedule refers to. Its executions and audiences stay.
  ///
  /// - Throws: `CleanRoomError.workflowInUse` with the ids of the schedules.
  package func delete(id: String, instanceID: String) async throws {
    try await store.write { transaction in
      guard try transaction.workflow(id: id, instanceID: instanceID) != nil else {
        throw CleanRoomError.unknownWorkflow
      }
      let schedules = try transaction.schedules(workflowID: id, instanceID: instanceID)
      guard schedules.isEmpty else { throw CleanRoomError.workflowInUse(scheduleIDs: schedules.map(\.id)) }
      try transaction.deleteWorkflow(id: id, instanceID: instanceID)
    }
  }

  private func validateID(_ id: String) throws(CleanRoomError) {
    guard NameShape.accepts(id) else {
      throw .invalidField(name: "workflowId", reason: NameShape.rule)
    }
  }
}
