import CleanRoom
import HTTPTypes
import Hummingbird

/// What the advertiser account sees: `POST /audiences/list`.
struct ActivationRoutes: Sendable {
  let gate: Gate
  let instances: InstanceService
  let advertiserAudiences: AdvertiserAudienceService
  let pageTokens: PageTokens

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/audiences/list").add(middleware: ErrorMiddleware(bodies: ActivationErrors()))
      .post { request, _ in try await self.list(request) }
  }

  private func list(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .listAudiences)
    let profileID = try request.headers.requiredIdentifier(.scope)
    let account = try await instances.account(profileID: profileID, actor: caller.actor)
    let query = try ActivationRequests.listing(
      of: request, body: try await BodyReader.data(of: request))
    let scope = PageTokens.Scope(
      operation: .listAudiences, clientID: caller.clientID, subject: [profileID] + query.identity)
    let page: AdvertiserAudienceService.Page
    switch query.adType {
    case .dsp:
      page = try await advertiserAudiences.displayAudiences(
        accountID: account.id, advertiserID: query.advertiserID, filters: query.filters,
        after: try pageTokens.text(of: query.token, scope: scope), limit: query.limit)
    case .sponsoredDisplay, .sponsoredTelevision:
      // Audiences of sponsored ads advertisers are listed by another operation of the API.
      page = AdvertiserAudienceService.Page(audiences: [], matchCount: 0, nextPosition: "")
    }
    let token = page.nextPosition.isEmpty ? nil : try pageTokens.token(position: page.nextPosition, scope: scope)
    return try Response.json(ActivationResponses.List(page, nextToken: token))
  }
}
