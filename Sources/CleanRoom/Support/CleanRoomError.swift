package import AMCSQL

/// Why a clean room does not do what it was asked. Messages are safe to show: they name fields, never values.
package enum CleanRoomError: Error, Sendable, Hashable {
  case accountForbidden
  case unknownInstance
  case instanceForbidden
  /// The instance is another account's than the one that the request names.
  case accountMismatch
  case marketplaceMismatch
  case profileForbidden
  case advertiserForbidden
  /// A field of a request is missing or unfit; `reason` continues a sentence that begins with its name.
  case invalidField(name: String, reason: String)
  /// Something that AMC has and this server does not have yet.
  case unavailable(feature: String)
  case unknownAudience
  /// Only FAILED audiences can be changed; `status` is what it is instead.
  case audienceNotEditable(status: String)
  /// Only FAILED audiences can be deleted; `status` is what it is instead.
  case audienceNotDeletable(status: String)
  /// An update gave another value for what cannot change.
  case unchangeableField(name: String)
  /// The same idempotency key came with another body before.
  case idempotencyKeyReused
  /// The query of a report or workflow, with all that is wrong with it.
  case queryRefused(QueryRefusal)
  /// The columns of a query are not those that its workflow declares; `reason` is the whole sentence.
  case outputColumnsMismatch(reason: String)
  case unknownWorkflow
  /// The id is the client's own.
  case workflowExists(id: String)
  /// Schedules refer to the workflow; their ids are the client's own.
  case workflowInUse(scheduleIDs: [String])
  case unknownSchedule
  case scheduleExists(id: String)
  case unknownExecution
  /// Only PENDING and RUNNING executions can be cancelled; `status` is what it is instead.
  case executionNotCancellable(status: String)
  /// There is no result to download, or not yet. `reason` is a clause that says why there never will be one.
  case resultUnavailable(executionID: String, reason: String? = nil)
  case unknownDataSource
  /// The client has not accepted the terms of bringing data.
  case termsNotAccepted
  case unknownDataSet
  /// The id is the client's own.
  case dataSetExists(id: String)
  case tooManyDataSets(limit: Int)
  /// It was uploaded with the retired version 1. The id is the client's own.
  case legacyDataSet(id: String)
  case unknownColumn
  case unknownUpload
  /// The strategy replaces or keeps periods, and the data set has none.
  case strategyNeedsFact
  case unknownUserDeletion
  case unknownConnection
  case connectionExists
  /// The client has as many connections as it may.
  case tooManyConnections(limit: Int)
  /// Records name no connection, and the client has none.
  case noDefaultConnection
  case unknownStreamedAudience
  case unknownRecordJob
  /// No advertiser of Amazon DSP of the account has that id.
  case unknownAdvertiser
  /// The profile has no such target of Sponsored Display.
  case unknownTarget
  case unknownProfile
  /// The instance is being made, or could not be made; `status` is what it is instead of COMPLETED.
  case instanceNotReady(status: String)
  /// An instance of that id was deleted, and is not gone from storage yet.
  case instanceBeingRemoved
  /// The account has as many instances as it may.
  case tooManyInstances(limit: Int)
  /// The instance would have more advertisers than it may.
  case tooManyAdvertisers(limit: Int)
  /// The instance has an update of its advertisers that is not done.
  case advertiserUpdatePending
  case unknownAdvertiserUpdate
  /// The user may look at the account and change nothing.
  case viewerForbidden

  /// What a caller can do about it.
  package enum Kind: Sendable, Hashable {
    case invalid
    /// The client has to do something first, before it may.
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

  /// One sentence that says what is wrong.
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

  /// How many names a message lists.
  private static let listedNameCount = 10

  private static func list(_ names: [String]) -> String {
    let rest = names.count - listedNameCount
    return names.prefix(listedNameCount).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Where and why, for each error in turn.
  private static func refusalText(_ refusal: QueryRefusal) -> String {
    let errors = refusal.diagnostics.filter { $0.severity == .error }.map { StatusReason.located($0) }
    return "The query was refused at " + errors.joined(separator: "\nand at ")
  }
}
