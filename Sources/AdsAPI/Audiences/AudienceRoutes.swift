import Audiences
import CleanRoom
import Hummingbird
import Metadata

/// Audiences: `/amc/audiences/query`, and `/amc/audiences/lookalike` to make those that are like another one.
struct AudienceRoutes {
  /// The most bytes of a page of the list.
  static let pageSizeLimit = 1_000_000

  let audiences: AudienceService

  func add(to routes: Routes) {
    routes.instance("createQueryBasedAudience") { try await create($0, AudienceRequests.creation) }
    routes.instance("createLookalikeAudience") { try await create($0, AudienceRequests.lookalikeCreation) }
    routes.instance("getAllQueryBasedAudiencesByInstanceId", list)
    routes.instance("getQueryBasedAudienceByAudienceExecutionId") { request in
      let snapshot = try await audiences.audience(
        id: request.path("audienceExecutionId"), instanceID: request.instance.id)
      return try request.respond(with: AudienceResponses.Metadata(snapshot, version: request.audienceVersion))
    }
    routes.instance("updateQueryBasedAudienceByAudienceExecutionId") { request in
      let audience = try await audiences.update(
        id: request.path("audienceExecutionId"), instanceID: request.instance.id,
        to: try AudienceRequests.update(of: try await request.fields()))
      return try request.respond(with: AudienceResponses.Accepted(updated: audience))
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
    return try request.respond(with: AudienceResponses.Accepted(created: audience))
  }

  private func list(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let limit = try request.query.integer(
      "maxResults", in: 1...ListPage.usualLimit, default: ListPage.usualLimit)
    let page = try request.page(limit: limit, token: try request.query.string("nextToken"))
    let found = try await audiences.audiences(
      instanceID: request.instance.id, beforeSequence: try page.number(first: .max), limit: page.fetchLimit)
    let shown = try AudienceResponses.page(
      of: found, version: request.audienceVersion, countLimit: limit, sizeLimit: Self.pageSizeLimit)
    let last = shown.count < found.count ? shown.last?.sequence : nil
    return try request.respond(
      with: AudienceResponses.List(
        executionMetadata: shown, nextToken: try page.nextToken(after: last.map { "\($0)" })))
  }
}

extension AuthorizedRequest {
  /// The version of what describes an audience.
  fileprivate var audienceVersion: AudienceVersion { AudienceVersion(rawValue: mediaType.version) ?? .v12 }
}
