import Audiences
import CleanRoom
import Hummingbird
import Metadata

/// Audiences: `/amc/audiences/query`, and `/amc/audiences/lookalike` to make lookalike audiences.
struct AudienceRoutes {
  /// The largest size of a page of the list, in bytes.
  static let pageSizeLimit = 1_000_000

  let audiences: AudienceService

  func add(to routes: Routes) {
    routes.instance("createQueryBasedAudience") { try await create($0, AudienceRequests.creation) }
    routes.instance("createLookalikeAudience") { try await create($0, AudienceRequests.lookalikeCreation) }
    routes.instance("getAllQueryBasedAudiencesByInstanceId", list)
    routes.instance("getQueryBasedAudienceByAudienceExecutionId") { request in
      let snapshot = try await audiences.audience(
        id: request.path("audienceExecutionId"), instanceID: request.instance.id)
      return try request.respond(object: AudienceResponses.metadata(snapshot, version: request.audienceVersion))
    }
    routes.instance("updateQueryBasedAudienceByAudienceExecutionId") { request in
      let audience = try await audiences.update(
        id: request.path("audienceExecutionId"), instanceID: request.instance.id,
        to: try AudienceRequests.update(of: try await request.fields()))
      return try request.respond(object: AudienceResponses.accepted(audience, isNew: false))
    }
    routes.instance("deleteQueryBasedAudienceByAudienceExecutionId") { request in
      try await audiences.delete(id: request.path("audienceExecutionId"), instanceID: request.instance.id)
      return Response(status: .noContent)
    }
  }

  private func create(
    _ request: AuthorizedRequest<InstanceRecord>, _ read: (FieldReader) throws(RequestError) -> AudienceDraft
  ) async throws -> Response {
    let data = try await request.data()
    let draft = try read(FieldReader(try BodyReader.object(data, of: request.http)))
    let audience = try await audiences.create(
      draft, in: request.instance, clientID: request.principal.clientID,
      idempotencyKey: try AudienceRequests.idempotencyKey(request.headers, body: data))
    return try request.respond(object: AudienceResponses.accepted(audience, isNew: true))
  }

  private func list(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let limit = try request.query.integer(
      "maxResults", in: 1...ListPage.usualLimit, default: ListPage.usualLimit)
    let page = try request.page(limit: limit, token: try request.query.string("nextToken"))
    let found = try await audiences.audiences(
      instanceID: request.instance.id, beforeSequence: try page.number(first: .max), limit: page.fetchLimit)
    let shown = try AudienceResponses.page(
      of: found, version: request.audienceVersion, countLimit: limit, sizeLimit: Self.pageSizeLimit)
    let last = shown.count < found.count ? found.prefix(shown.count).last?.audience.sequence : nil
    return try request.respond(
      object: ["executionMetadata": shown, "nextToken": try page.nextToken(after: last.map { "\($0)" })])
  }
}

extension AuthorizedRequest {
  /// The version of an audience's description.
  fileprivate var audienceVersion: AudienceVersion { AudienceVersion(rawValue: mediaType.version) ?? .v12 }
}
