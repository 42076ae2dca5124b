import AdvertiserData
import CleanRoom
import HTTPTypes
import Hummingbird

/// The audiences whose members clients send: `/amc/audiences/metadata`.
struct StreamedAudienceRoutes: Sendable {
  let gate: Gate
  let terms: TermsService
  let audiences: StreamedAudienceService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/metadata").add(middleware: ErrorMiddleware(bodies: StreamedAudienceErrors()))
      .post { request, _ in try await self.create(request) }
      .get("{audienceId}") { request, context in try await self.show(request, context) }
      .put("{audienceId}") { request, context in try await self.update(request, context) }
  }

  private func create(_ request: Request) async throws -> Response {
    let (caller, mediaType) = try await enter(request, .createAudienceMetadata)
    let draft = try StreamedAudienceRequests.draft(
      try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let audience = try await audiences.create(draft, principal: caller.principal)
    return try Response.json(
      StreamedAudienceResponses.Created(audience), status: .created, mediaType: mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (caller, mediaType) = try await enter(request, .getAudienceMetadata)
    let audience = try await audiences.audience(id: try Self.audienceID(of: context), principal: caller.principal)
    let size = try await audiences.size(of: audience)
    return try Response.json(StreamedAudienceResponses.Shown(audience, size: size), mediaType: mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (caller, mediaType) = try await enter(request, .updateAudienceMetadata)
    let id = try Self.audienceID(of: context)
    let update = try StreamedAudienceRequests.update(
      try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let audience = try await audiences.update(id: id, update, principal: caller.principal)
    return try Response.json(StreamedAudienceResponses.Updated(audience), mediaType: mediaType)
  }

  private func enter(_ request: Request, _ operation: Operation) async throws -> (Caller, String) {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<StreamedAudienceMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    try await terms.requireAccepted(clientID: caller.clientID)
    return (caller, choice.mediaType)
  }

  /// What is no number can't be an audience's id.
  private static func audienceID(of context: APIRequestContext) throws -> Int64 {
    guard let id = Int64(context.pathParameter("audienceId")) else { throw CleanRoomError.unknownStreamedAudience }
    return id
  }
}
