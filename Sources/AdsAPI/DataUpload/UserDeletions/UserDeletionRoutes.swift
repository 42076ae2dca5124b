import AdvertiserData
import CleanRoom
import Hummingbird

/// Requests to delete people: `/amc/advertiserData/{instanceId}/userDeletionRequest`.
struct UserDeletionRoutes: Sendable {
  let entrance: DataUploadEntrance
  let userDeletions: UserDeletionService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/advertiserData/{instanceId}/userDeletionRequest")
      .add(middleware: ErrorMiddleware(bodies: DataUploadErrors(.userDeletion)))
      .post { request, context in try await self.create(request, context) }
      .post("list") { request, context in try await self.list(request, context) }
      .get("{userDeletionRequestId}") { request, context in try await self.show(request, context) }
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createUserDeletionRequest, .userDeletion)
    let body = try await entrance.body(of: request, limit: UserDeletionRequests.sizeLimit)
    let deletion = try await userDeletions.create(try UserDeletionRequests.creation(of: body), in: entry.instance)
    return try Response.json(
      UserDeletionResponses.Creation(userDeletionRequestId: deletion.id), mediaType: entry.mediaType)
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listUserDeletionRequests, .userDeletion)
    let parameters = try await ListParameters(request, names: ["nextToken", "maxResults"])
    let page = try entrance.page(parameters, entry)
    let found = try await userDeletions.userDeletions(
      instanceID: entry.instance.id, before: try entrance.reporting.start(of: page, from: .max),
      limit: page.limit + 1)
    return try Response.json(
      UserDeletionResponses.List(
        nextToken: try entrance.reporting.nextToken(after: page, positions: found.map { $0.sequence ?? 0 }),
        userDeletions: found.prefix(page.limit).map(UserDeletionResponses.Details.init)),
      mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getUserDeletionRequest, .userDeletion)
    let deletion = try await userDeletions.userDeletion(
      id: context.pathParameter("userDeletionRequestId"), instanceID: entry.instance.id)
    return try Response.json(
      UserDeletionResponses.Single(identityDeletion: UserDeletionResponses.Details(deletion)),
      mediaType: entry.mediaType)
  }
}
