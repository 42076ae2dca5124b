import Activation
import CleanRoom
import Hummingbird

/// The audiences that Amazon DSP can target: `POST /audiences/list`.
struct AdvertiserAudienceRoutes: Sendable {
  let entrance: ActivationEntrance
  let audiences: AdvertiserAudienceService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/audiences/list").add(middleware: ErrorMiddleware(bodies: ActivationErrors()))
      .post { request, _ in try await self.list(request) }
  }

  private func list(_ request: Request) async throws -> Response {
    let visitor = try await entrance.enter(request, .listAudiences)
    let query = try ActivationRequests.listing(of: request, body: try await BodyReader.data(of: request))
    let scope = entrance.tokenScope(.listAudiences, visitor.clientID, [visitor.profile.id] + query.identity)
    let position = try entrance.pageTokens.text(of: query.token, scope: scope)
    var page = AdvertiserAudienceService.Page(audiences: [], matchCount: 0, nextPosition: "")
    switch query.adType {
    case .dsp:
      // An account's customers are in one country, and so are its audiences.
      let country = Marketplace(id: visitor.account.marketplaceID)?.countryCode
      if query.country == nil || query.country == country {
        page = try await audiences.displayAudiences(
          accountID: visitor.account.id, advertiserID: query.advertiserID, filters: query.filters, after: position,
          limit: query.limit)
      }
    case .sponsoredDisplay, .sponsoredTelevision:
      // Audiences of sponsored ads advertisers are listed by another operation of the API.
      break
    }
    let token =
      page.nextPosition.isEmpty ? nil : try entrance.pageTokens.token(position: page.nextPosition, scope: scope)
    return try Response.json(ActivationResponses.List(page, nextToken: token))
  }
}
