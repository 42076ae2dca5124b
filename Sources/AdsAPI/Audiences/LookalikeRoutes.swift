import Audiences
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// What the answer to a request for a lookalike audience can be: the published type first. Requests and errors have the
/// types of audiences, so that clients that accept these get the same answer as one of them.
enum LookalikeMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amclookalikeaudience.v1+json"
  case audienceV1 = "application/vnd.amcquerybasedaudience.v1+json"
  case audienceV11 = "application/vnd.amcquerybasedaudience.v1.1+json"
  case audienceV12 = "application/vnd.amcquerybasedaudience.v1.2+json"
}

/// Lookalike audiences: `/amc/audiences/lookalike`. Once made, they are listed, shown, changed and deleted like other
/// audiences.
struct LookalikeRoutes: Sendable {
  let gate: Gate
  let instances: InstanceService
  let audiences: AudienceService

  private let mediaTypes = MediaTypes<LookalikeMediaType>(newest: .v1)

  init(gate: Gate, instances: InstanceService, audiences: AudienceService) {
    self.gate = gate
    self.instances = instances
    self.audiences = audiences
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/lookalike").add(middleware: ErrorMiddleware(bodies: AudienceErrors()))
      .post { request, _ in try await self.create(request) }
  }

  private func create(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .createLookalikeAudience)
    let headers = try AudienceRequests.headers(request.headers)
    let choice = try mediaTypes.choose(for: headers.accept, preferred: .v1)
    let instance = try await instances.instance(
      id: headers.instanceID, accountID: headers.entityID, principal: caller.principal)
    let data = try await BodyReader.data(of: request)
    let draft = try AudienceRequests.lookalikeCreation(of: try BodyReader.object(data, of: request))
    let audience = try await audiences.create(
      draft, in: instance, clientID: caller.clientID,
      idempotencyKey: try AudienceRequests.idempotencyKey(request.headers, body: data))
    return try Response.json(AudienceResponses.Accepted(created: audience), mediaType: choice.mediaType)
  }
}
