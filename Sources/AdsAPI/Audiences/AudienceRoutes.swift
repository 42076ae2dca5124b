import Audiences
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Rule-based audiences: `/amc/audiences/query`.
struct AudienceRoutes: Sendable {
  /// The most bytes of a page of the list.
  static let pageSizeLimit = 1_000_000
  /// The most audiences of a page of the list, and how many there are when the client does not say.
  static let pageCountLimit = 100

  let gate: Gate
  let instances: InstanceService
  let audiences: AudienceService
  let pageTokens: PageTokens

  private let mediaTypes = MediaTypes<AudienceMediaType>(newest: .v12)

  init(gate: Gate, instances: InstanceService, audiences: AudienceService, pageTokens: PageTokens) {
    self.gate = gate
    self.instances = instances
    self.audiences = audiences
    self.pageTokens = pageTokens
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/query").add(middleware: ErrorMiddleware(bodies: AudienceErrors()))
      .post { request, _ in try await self.create(request) }
      .get { request, _ in try await self.list(request) }
      .get("{audienceExecutionId}") { request, context in try await self.show(request, context) }
      .put("{audienceExecutionId}") { request, context in try await self.update(request, context) }
      .delete("{audienceExecutionId}") { request, context in try await self.delete(request, context) }
  }

  // MARK: Operations

  private func create(_ request: Request) async throws -> Response {
    let (entry, choice) = try await enter(request, .createQueryBasedAudience, preferred: .v1)
    let data = try await BodyReader.data(of: request)
    let draft = try AudienceRequests.creation(of: try BodyReader.object(data, of: request))
    let audience = try await audiences.create(
      draft, in: entry.instance, clientID: entry.caller.clientID,
      idempotencyKey: try AudienceRequests.idempotencyKey(request.headers, body: data))
    return try Response.json(AudienceResponses.Accepted(created: audience), mediaType: choice.mediaType)
  }

  private func list(_ request: Request) async throws -> Response {
    let (entry, choice) = try await enter(
      request, .getAllQueryBasedAudiencesByInstanceId, preferred: .v12)
    let parameters = QueryParameters(request)
    let limit = try parameters.integer(
      "maxResults", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let scope = PageTokens.Scope(
      operation: .getAllQueryBasedAudiencesByInstanceId, clientID: entry.caller.clientID,
      subject: [entry.instance.id])
    let before = try pageTokens.number(of: try parameters.string("nextToken"), scope: scope, start: .max)
    // One more than the page holds tells whether another page follows.
    let found = try await audiences.audiences(
      instanceID: entry.instance.id, beforeSequence: before, limit: limit + 1)
    let page = try AudienceResponses.page(
      of: found, version: choice.version, countLimit: limit, sizeLimit: Self.pageSizeLimit)
    let last = page.last?.sequence
    let token =
      try page.count < found.count && last != nil ? pageTokens.token(position: "\(last ?? 0)", scope: scope) : nil
    return try Response.json(
      AudienceResponses.List(executionMetadata: page, nextToken: token), mediaType: choice.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, choice) = try await enter(
      request, .getQueryBasedAudienceByAudienceExecutionId, preferred: .v12)
    let snapshot = try await audiences.audience(
      id: context.pathParameter("audienceExecutionId"), instanceID: entry.instance.id)
    return try Response.json(
      AudienceResponses.Metadata(snapshot, version: choice.version), mediaType: choice.mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, choice) = try await enter(
      request, .updateQueryBasedAudienceByAudienceExecutionId, preferred: .v12)
    let data = try await BodyReader.data(of: request)
    let draft = try AudienceRequests.update(of: try BodyReader.object(data, of: request))
    let audience = try await audiences.update(
      id: context.pathParameter("audienceExecutionId"), instanceID: entry.instance.id, to: draft)
    return try Response.json(AudienceResponses.Accepted(updated: audience), mediaType: choice.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, _) = try await enter(
      request, .deleteQueryBasedAudienceByAudienceExecutionId, preferred: .v12)
    try await audiences.delete(
      id: context.pathParameter("audienceExecutionId"), instanceID: entry.instance.id)
    return Response(status: .noContent)
  }

  // MARK: The five headers

  private struct Entry: Sendable {
    let caller: Caller
    let instance: InstanceRecord
  }

  /// Checks the headers that every audience request needs, and finds the instance that they name.
  private func enter(
    _ request: Request, _ operation: Operation, preferred: AudienceMediaType
  ) async throws -> (Entry, MediaTypes<AudienceMediaType>.Choice) {
    let caller = try await gate.admit(request, to: operation)
    let headers = try AudienceRequests.headers(request.headers)
    let choice = try mediaTypes.choose(for: headers.accept, preferred: preferred)
    let instance = try await instances.instance(
      id: headers.instanceID, accountID: headers.entityID, principal: caller.principal)
    return (Entry(caller: caller, instance: instance), choice)
  }
}
