import CleanRoom
import HTTPTypes
import Hummingbird

/// Collaborations with AWS Clean Rooms, which this server does not have: `/amc/instances/{instanceId}/collaboration…`.
///
/// Whoever may use the instance is told so, with the status 400 of the published API: one of the 5xx would make clients
/// try again.
struct CollaborationRoutes: Sendable {
  let entrance: AdministrationEntrance

  private static let tables = "idmappingtables"

  func add(to router: some RouterMethods<APIRequestContext>) {
    let table = "\(Self.tables)/{idMappingTableId}"
    router.group("/amc/instances/{instanceId}/collaboration")
      .add(middleware: ErrorMiddleware(bodies: InstanceErrors()))
      .get { try await self.refuse($0, $1, .getInstanceCollaboration) }
      .post("\(Self.tables)") { try await self.refuse($0, $1, .createCollaborationIdMappingTable) }
      .post("\(Self.tables)/list") { try await self.refuse($0, $1, .listCollaborationIdMappingTables) }
      .delete("\(table)") { try await self.refuse($0, $1, .deleteCollaborationIdMappingTable) }
      .get("\(table)/jobTracker/{trackingId}") {
        try await self.refuse($0, $1, .getCollaborationIdMappingJobForTrackingId)
      }
      .post("\(table)/jobs/list") { try await self.refuse($0, $1, .listCollaborationIdMappingJobs) }
      .get("\(table)/jobs/{jobId}") { try await self.refuse($0, $1, .getCollaborationIdMappingJob) }
      .post("\(table)/refresh") { try await self.refuse($0, $1, .refreshCollaborationIdMappingTable) }
      .post("idnamespaces/list") { try await self.refuse($0, $1, .listCollaborationIdNamespaces) }
  }

  private func refuse(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation
  ) async throws -> Response {
    let entry = try await entrance.enter(request, operation)
    _ = try await entrance.instance(of: context, entry)
    throw CleanRoomError.unavailable(feature: "Collaboration with AWS Clean Rooms")
  }
}
