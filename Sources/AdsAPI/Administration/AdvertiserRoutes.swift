import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// The advertisers of instances, and how they come and go: `/amc/instances/{instanceId}/advertisers`.
struct AdvertiserRoutes: Sendable {
  let entrance: AdministrationEntrance
  let updates: AdvertiserUpdateService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/instances/{instanceId}/advertisers")
      .add(middleware: ErrorMiddleware(bodies: InstanceErrors()))
      .get { request, context in try await self.list(request, context) }
      .get("updates") { request, context in try await self.listUpdates(request, context) }
      .post("updates") { request, context in try await self.createUpdate(request, context) }
      .get("updates/{updateId}") { request, context in try await self.showUpdate(request, context) }
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .getInstanceAdvertisers)
    let page = try AdministrationRequests.page(request)
    let type = try AdministrationRequests.advertiserType(request)
    let instance = try await entrance.instance(of: context, entry)
    let scope = PageTokens.Scope(
      operation: .getInstanceAdvertisers, clientID: entry.caller.clientID,
      subject: [instance.id, type?.rawValue ?? ""])
    let afterID = try entrance.pageTokens.text(of: page.token, scope: scope)
    let (found, total) = try await entrance.instances.advertisers(
      instanceID: instance.id, kind: type?.kind, afterID: afterID, limit: page.limit + 1)
    return try Response.json(
      AdministrationResponses.Advertisers(
        advertisers: found.prefix(page.limit).map(AdministrationResponses.Advertiser.init),
        nextToken: try entrance.nextToken(found.map(\.id), limit: page.limit, scope: scope), totalCount: total),
      mediaType: entry.mediaType)
  }

  private func createUpdate(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .createAdvertiserUpdate)
    let instance = try await entrance.instance(of: context, entry)
    guard instance.status == .completed else {
      throw CleanRoomError.instanceNotReady(status: instance.status.rawValue)
    }
    let draft = try AdvertiserUpdateRequests.creation(
      of: try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let update = try await updates.create(draft, instanceID: instance.id, principal: entry.caller.principal)
    return try answer(with: update, entry)
  }

  private func showUpdate(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .getAdvertiserUpdate)
    let instance = try await entrance.instance(of: context, entry)
    let text = context.pathParameter("updateId")
    // One spelling of each number.
    guard let number = Int64(text), number >= 0, String(number) == text else {
      throw CleanRoomError.unknownAdvertiserUpdate
    }
    return try answer(with: try await updates.update(number: number, instanceID: instance.id), entry)
  }

  private func listUpdates(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .listAdvertiserUpdates)
    let page = try AdministrationRequests.page(request)
    let instance = try await entrance.instance(of: context, entry)
    let scope = PageTokens.Scope(
      operation: .listAdvertiserUpdates, clientID: entry.caller.clientID, subject: [instance.id])
    let found = try await updates.updates(
      instanceID: instance.id, before: try entrance.pageTokens.number(of: page.token, scope: scope, start: .max),
      limit: page.limit + 1)
    return try Response.json(
      AdvertiserUpdateResponses.List(
        advertiserUpdates: found.prefix(page.limit).map(AdvertiserUpdateResponses.Summary.init),
        nextToken: try entrance.nextToken(found.map { String($0.number) }, limit: page.limit, scope: scope)),
      mediaType: entry.mediaType)
  }

  private func answer(
    with update: AdvertiserUpdateRecord, _ entry: AdministrationEntrance.Entry
  ) throws -> Response {
    try Response.json(
      AdvertiserUpdateResponses.Single(advertiserUpdate: AdvertiserUpdateResponses.Update(update)),
      mediaType: entry.mediaType)
  }
}
