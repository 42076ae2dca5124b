package import CleanRoom

// MARK: Workflows and schedules

extension CleanRoomError {
  package static let unknownWorkflow = CleanRoomError(
    "unknown_workflow", .notFound, "There is no such workflow in the instance.")
  package static let unknownSchedule = CleanRoomError(
    "unknown_schedule", .notFound, "There is no such schedule in the instance.")

  /// The id is the client's own.
  package static func workflowExists(id: String) -> CleanRoomError {
    CleanRoomError("workflow_exists", .invalid, "Workflow with ID \(id) already exists.")
  }

  /// The id is the client's own.
  package static func scheduleExists(id: String) -> CleanRoomError {
    CleanRoomError("schedule_exists", .invalid, "Schedule with ID \(id) already exists.")
  }

  /// Schedules refer to the workflow; their ids are the client's own.
  package static func workflowInUse(scheduleIDs ids: [String]) -> CleanRoomError {
    let rest = ids.count - listedIDCount
    let list = ids.prefix(listedIDCount).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    return CleanRoomError(
      "workflow_in_use", .invalid, "The workflow can't be deleted: schedules refer to it: \(list).")
  }

  /// The maximum number of ids in a message.
  private static let listedIDCount = 10
}

// MARK: Executions

extension CleanRoomError {
  package static let unknownExecution = CleanRoomError(
    "unknown_execution", .notFound, "There is no such workflow execution in the instance.")

  /// Only PENDING and RUNNING executions can be cancelled; `status` is the present status.
  package static func executionNotCancellable(status: String) -> CleanRoomError {
    CleanRoomError(
      "execution_not_cancellable", .invalid,
      "Only PENDING and RUNNING executions can be cancelled; this one is \(status).")
  }

  /// There is no result to download, at least not yet. `reason` is a clause for one that never comes.
  package static func resultUnavailable(executionID: String, reason: String? = nil) -> CleanRoomError {
    CleanRoomError(
      "result_unavailable", .invalid,
      "Execution with ID \(executionID) is unavailable for download\(reason.map { ": \($0)" } ?? "").")
  }
}
