import CleanRoom

/// Collaborations with AWS Clean Rooms, which this server does not have: `/amc/instances/{instanceId}/collaboration…`.
///
/// Clients that may use the instance are told so with the status 400 of the published API: one of the 5xx would make them
/// try again.
struct CollaborationRoutes {
  private static let operations = [
    "getInstanceCollaboration", "createCollaborationIdMappingTable", "listCollaborationIdMappingTables",
    "deleteCollaborationIdMappingTable", "getCollaborationIdMappingJobForTrackingId",
    "listCollaborationIdMappingJobs", "getCollaborationIdMappingJob", "refreshCollaborationIdMappingTable",
    "listCollaborationIdNamespaces",
  ]

  func add(to routes: Routes) {
    for operation in Self.operations {
      routes.instance(operation) { _ in
        throw CleanRoomError.unavailable(feature: "Collaboration with AWS Clean Rooms")
      }
    }
  }
}
