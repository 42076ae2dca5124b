package import AMCSQL

/// The reason why a clean room refuses a request. Messages are safe to show: they name fields, never values.
package enum CleanRoomError: Error, Sendable, Hashable {
  case accountForbidden
  case unknownInstance
  case instanceForbidden
  /// The instance belongs to another account than the one that the request names.
  case accountMismatch
  case marketplaceMismatch
  case profileForbidden
  case advertiserForbidden
  /// A field of a request is missing or invalid; `reason` continues a sentence that begins with its name.
  case invalidField(name: String, reason: String)
  /// AMC has the feature, this server does not.
  case unavailable(feature: String)
  case unknownAudience
  /// Only FAILED audiences can be changed; `status` is the present one.
  case audienceNotEditable(status: String)
  /// Only FAILED audiences can be deleted; `status` is the present one.
  case audienceNotDeletable(status: String)
  /// An update has another value for a field that can't change.
  case unchangeableField(name: String)
  /// The same idempotency key came with another body before.
  case idempotencyKeyReused
  /// The query of a report or workflow was refused, with all diagnostics.
  case queryRefused(QueryRefusal)
  /// The columns of a query differ from those that its workflow declares; `reason` is the whole sentence.
  case outputColumnsMismatch(reason: String)
  case unknownWorkflow
  /// The id is the client's own.
  case workflowExists(id: String)
  /// Schedules refer to the workflow; their ids are the client's own.
  case workflowInUse(scheduleIDs: [String])
  case unknownSchedule
  case scheduleExists(id: String)
  case unknownExecution
  /// Only PENDING and RUNNING executions can be cancelled; `status` is the present one.
  case executionNotCancellable(status: String)
  /// There is no result to download, or not yet. `reason` is a clause that says why there will never be one.
  case resultUnavailable(executionID: String, reason: String? = nil)
  case unknownDataSource
  /// The client has not accepted the terms of bringing data.
  case termsNotAccepted
  case unknownDataSet
  /// The id is the client's own.
  case dataSetExists(id: String)
  case tooManyDataSets(limit: Int)
  /// The data set was uploaded with the retired version 1. The id is the client's own.
  case legacyDataSet(id: String)
  case unknownColumn
  case unknownUpload
  /// The strategy replaces or keeps periods, and the data set has none.
  case strategyNeedsFact
  case unknownUserDeletion
  case unknownConnection
  case connectionExists
  /// The client has the largest number of connections.
  case tooManyConnections(limit: Int)
  /// Records name no connection, and the client has none.
  case noDefaultConnection
  case unknownStreamedAudience
  case unknownRecordJob
  /// The account has no advertiser of Amazon DSP with the id.
  case unknownAdvertiser
  /// The profile has no such target of Sponsored Display.
  case unknownTarget
  case unknownProfile
  /// The instance is being made, or could not be made; `status` is the present one instead of COMPLETED.
  case instanceNotReady(status: String)
  /// An instance with the id was deleted, and its objects are still in storage.
  case instanceBeingRemoved
  /// The account has the largest number of instances.
  case tooManyInstances(limit: Int)
  /// The instance would have too many advertisers.
  case tooManyAdvertisers(limit: Int)
  /// The instance has an unfinished update of its advertisers.
  case advertiserUpdatePending
  case unknownAdvertiserUpdate
  /// The user may look at the account and change nothing.
  case viewerForbidden

  /// The kind of an error: what a caller can do about it.
  package enum Kind: Sendable, Hashable {
    case invalid
    /// The client has to do something before it may make the request.
    case unauthorized
    case forbidden
    case notFound
  }

  package var kind: Kind {
    switch self {
    case .termsNotAccepted: .unauthorized
    case .accountForbidden, .instanceForbidden, .accountMismatch, .profileForbidden, .advertiserForbidden,
      .viewerForbidden:
      .forbidden
    case .unknownInstance, .unknownAudience, .unknownExecution, .unknownWorkflow, .unknownSchedule,
      .unknownDataSource, .unknownDataSet, .unknownColumn, .unknownUpload, .unknownUserDeletion, .unknownConnection,
      .unknownStreamedAudience, .unknownRecordJob, .unknownAdvertiserUpdate, .unknownAdvertiser, .unknownTarget,
      .unknownProfile:
      .notFound
    case .invalidField, .unavailable, .audienceNotEditable, .audienceNotDeletable, .unchangeableField,
      .idempotencyKeyReused, .queryRefused, .resultUnavailable, .marketplaceMismatch, .outputColumnsMismatch,
      .workflowExists, .workflowInUse, .scheduleExists, .executionNotCancellable, .dataSetExists, .tooManyDataSets,
      .legacyDataSet, .strategyNeedsFact, .connectionExists, .tooManyConnections, .noDefaultConnection,
      .instanceNotReady, .instanceBeingRemoved, .tooManyInstances, .tooManyAdvertisers, .advertiserUpdatePending:
      .invalid
    }
  }

  /// The stable code.
  package var code: String {
    switch self {
    case .accountForbidden: "account_forbidden"
    case .unknownInstance: "unknown_instance"
    case .instanceForbidden: "instance_forbidden"
    case .accountMismatch: "account_mismatch"
    case .marketplaceMismatch: "marketplace_mismatch"
    case .profileForbidden: "profile_forbidden"
    case .advertiserForbidden: "advertiser_forbidden"
    case .invalidField: "invalid_field"
    case .unavailable: "unavailable_feature"
    case .unknownAudience: "unknown_audience"
    case .audienceNotEditable: "audience_not_editable"
    case .audienceNotDeletable: "audience_not_deletable"
    case .unchangeableField: "unchangeable_field"
    case .idempotencyKeyReused: "idempotency_key_reused"
    case .queryRefused: "query_refused"
    case .outputColumnsMismatch: "output_columns_mismatch"
    case .unknownWorkflow: "unknown_workflow"
    case .workflowExists: "workflow_exists"
    case .workflowInUse: "workflow_in_use"
    case .unknownSchedule: "unknown_schedule"
    case .scheduleExists: "schedule_exists"
    case .unknownExecution: "unknown_execution"
    case .executionNotCancellable: "execution_not_cancellable"
    case .unknownDataSource: "unknown_data_source"
    case .termsNotAccepted: "terms_not_accepted"
    case .unknownDataSet: "unknown_data_set"
    case .dataSetExists: "data_set_exists"
    case .tooManyDataSets: "too_many_data_sets"
    case .legacyDataSet: "legacy_data_set"
    case .unknownColumn: "unknown_column"
    case .unknownUpload: "unknown_upload"
    case .strategyNeedsFact: "strategy_needs_fact"
    case .unknownUserDeletion: "unknown_user_deletion"
    case .unknownConnection: "unknown_connection"
    case .connectionExists: "connection_exists"
    case .tooManyConnections: "too_many_connections"
    case .noDefaultConnection: "no_default_connection"
    case .unknownStreamedAudience: "unknown_audience"
    case .unknownRecordJob: "unknown_record_job"
    case .unknownAdvertiser: "unknown_advertiser"
    case .unknownTarget: "unknown_target"
    case .unknownProfile: "unknown_profile"
    case .instanceNotReady: "instance_not_ready"
    case .instanceBeingRemoved: "instance_being_removed"
    case .tooManyInstances: "too_many_instances"
    case .tooManyAdvertisers: "too_many_advertisers"
    case .advertiserUpdatePending: "advertiser_update_pending"
    case .unknownAdvertiserUpdate: "unknown_advertiser_update"
    case .resultUnavailable: "result_unavailable"
    case .viewerForbidden: "viewer_forbidden"
    }
  }

  /// The problem, in one sentence.
  package var message: String {
    switch self {
    case .accountForbidden: "The client has no access to the account."
    case .unknownInstance: "There is no such instance."
    case .instanceForbidden: "The client has no access to the instance."
    case .accountMismatch: "The instance does not belong to the account that the request names."
    case .marketplaceMismatch: "The account is not in the marketplace that the request names."
    case .profileForbidden: "The client has no access to the profile."
    case .advertiserForbidden: "The profile has no such advertiser."
    case .invalidField(let name, let reason): "\(name) \(reason)"
    case .unavailable(let feature): "\(feature) is not available here."
    case .unknownAudience: "There is no such audience in the instance."
    case .audienceNotEditable(let status): "Only FAILED audiences can be updated; this one is \(status)."
    case .audienceNotDeletable(let status): "Only FAILED audiences can be deleted; this one is \(status)."
    case .unchangeableField(let name): "\(name) must be the same as the existing value."
    case .idempotencyKeyReused: "The Idempotency-Key came with another request body before."
    case .queryRefused(let refusal): Self.refusalText(refusal)
    case .outputColumnsMismatch(let reason): reason
    case .unknownWorkflow: "There is no such workflow in the instance."
    case .workflowExists(let id): "Workflow with ID \(id) already exists."
    case .workflowInUse(let ids): "The workflow can't be deleted: schedules refer to it: \(Self.list(ids))."
    case .unknownSchedule: "There is no such schedule in the instance."
    case .scheduleExists(let id): "Schedule with ID \(id) already exists."
    case .unknownExecution: "There is no such workflow execution in the instance."
    case .executionNotCancellable(let status):
      "Only PENDING and RUNNING executions can be cancelled; this one is \(status)."
    case .resultUnavailable(let executionID, let reason):
      "Execution with ID \(executionID) is unavailable for download\(reason.map { ": \($0)" } ?? "")."
    case .unknownDataSource: "There is no such data source in the instance."
    case .unknownDataSet: "There is no such data set in the instance."
    case .dataSetExists(let id): "Data set with ID \(id) already exists."
    case .tooManyDataSets(let limit): "The instance has \(limit) data sets; delete one first."
    case .legacyDataSet(let id):
      "Data set \(id) was uploaded with version 1 of the API: delete it, and upload its data again to one of another name."
    case .unknownColumn: "There is no such column in the data set."
    case .unknownUpload: "There is no such upload to the data set."
    case .strategyNeedsFact: "The update strategy needs a data set with a main event time."
    case .unknownUserDeletion: "There is no such user deletion request in the instance."
    case .termsNotAccepted:
      "The client has not accepted the terms of bringing data: fetch them from /amc/audiences/connections/terms, and "
        + "send the agreement token back with PATCH."
    case .unknownConnection: "There is no such connection."
    case .connectionExists: "The client has a connection of that id already."
    case .tooManyConnections(let limit): "A client may have at most \(limit) connections; delete one that is not used."
    case .noDefaultConnection: "The request names no connection, and the client has none to stand in."
    case .unknownStreamedAudience: "There is no such audience."
    case .unknownRecordJob: "There is no such job."
    case .unknownAdvertiser: "The account has no such advertiser of Amazon DSP."
    case .unknownTarget: "There is no such target."
    case .unknownProfile: "There is no such profile."
    case .instanceNotReady(let status): "The instance has to be COMPLETED for this; it is \(status)."
    case .instanceBeingRemoved: "An instance of that id was deleted, and its data are still being removed."
    case .tooManyInstances(let limit): "An account may have at most \(limit) instances; delete one that is not used."
    case .tooManyAdvertisers(let limit): "An instance may have at most \(limit) advertisers."
    case .advertiserUpdatePending: "The instance has an update of its advertisers that is not done yet."
    case .unknownAdvertiserUpdate: "There is no such update of advertisers of the instance."
    case .viewerForbidden: "The user may look at the account, and change nothing."
    }
  }

  /// The largest number of names in a message.
  private static let listedNameCount = 10

  private static func list(_ names: [String]) -> String {
    let rest = names.count - listedNameCount
    return names.prefix(listedNameCount).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Position and reason of each error.
  private static func refusalText(_ refusal: QueryRefusal) -> String {
    let errors = refusal.diagnostics.filter { $0.severity == .error }.map { StatusReason.located($0) }
    return "The query was refused at " + errors.joined(separator: "\nand at ")
  }
}
