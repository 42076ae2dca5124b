import Activation
import CleanRoom
import HTTPTypes
import Hummingbird

/// Campaigns that bid for audiences: `/sp/campaigns` and `/sb/v4/campaigns`, which guides call `/sb/campaigns`.
struct CampaignRoutes: Sendable {
  let entrance: ActivationEntrance
  let campaigns: CampaignService

  func add(to router: some RouterMethods<APIRequestContext>) {
    let products = group("/sp/campaigns", of: .products, router)
    products.post { request, _ in try await self.create(request, .products, .createSponsoredProductsCampaigns) }
    products.put { request, _ in try await self.update(request, .products, .updateSponsoredProductsCampaigns) }
    products.post("list") { request, _ in try await self.list(request, .products, .listSponsoredProductsCampaigns) }
    products.post("delete") { request, _ in
      try await self.delete(request, .products, .deleteSponsoredProductsCampaigns)
    }
    let brands = group("/sb/v4/campaigns", of: .brands, router)
    brands.post { request, _ in try await self.create(request, .brands, .createSponsoredBrandsCampaigns) }
    brands.put { request, _ in try await self.update(request, .brands, .updateSponsoredBrandsCampaigns) }
    brands.post("list") { request, _ in try await self.list(request, .brands, .listSponsoredBrandsCampaigns) }
    brands.post("delete") { request, _ in
      try await self.delete(request, .brands, .deleteSponsoredBrandsCampaigns)
    }
    // The path that AMC's guide has.
    let guide = group("/sb/campaigns", of: .brands, router)
    guide.post { request, _ in try await self.create(request, .brands, .createBrandsCampaignsByGuide) }
    guide.post("list") { request, _ in try await self.list(request, .brands, .listBrandsCampaignsByGuide) }
  }

  private func group<Methods: RouterMethods<APIRequestContext>>(
    _ path: RouterPath, of program: CampaignProgram, _ router: Methods
  ) -> RouterGroup<APIRequestContext> {
    router.group(path).add(
      middleware: ErrorMiddleware(bodies: SponsoredErrors(mediaType: program.errorMediaType)))
  }

  private func create(
    _ request: Request, _ program: CampaignProgram, _ operation: Operation
  ) async throws -> Response {
    let visitor = try await entrance.enter(request, operation)
    let elements = try await BatchBody.elements(
      "campaigns", of: request, counts: program.requestCounts, mediaType: program.mediaType)
    let outcomes = try await campaigns.create(elements, program: program.program, in: visitor.scope)
    return try answer(to: request, outcomes, ids: [], list: "campaigns", program)
  }

  private func update(
    _ request: Request, _ program: CampaignProgram, _ operation: Operation
  ) async throws -> Response {
    let visitor = try await entrance.enter(request, operation)
    let elements = try await BatchBody.elements(
      "campaigns", of: request, counts: program.requestCounts, mediaType: program.mediaType)
    let outcomes = try await campaigns.update(elements, program: program.program, in: visitor.scope)
    let ids = elements.map { $0.objectMembers["campaignId"]?.string ?? "" }
    return try answer(to: request, outcomes, ids: ids, list: "campaigns", program)
  }

  private func delete(
    _ request: Request, _ program: CampaignProgram, _ operation: Operation
  ) async throws -> Response {
    let visitor = try await entrance.enter(request, operation)
    let ids = try await CampaignRequests.deletion(of: request, program)
    let outcomes = try await campaigns.archive(ids: ids, program: program.program, in: visitor.scope)
    return try answer(to: request, outcomes, ids: ids, list: "campaignIdFilter.include", program)
  }

  private func answer(
    to request: Request, _ outcomes: [CampaignService.Outcome], ids: [String], list: String, _ program: CampaignProgram
  ) throws -> Response {
    // Source: the parameter `Prefer` of Sponsored Products; Sponsored Brands always tells the campaigns.
    let isAskedFor = request.headers[.prefer]?.contains("return=representation") ?? false
    return try Response.json(
      CampaignResponses.multiStatus(
        outcomes, ids: ids, list: list, of: program,
        showsCampaigns: isAskedFor || program.program == .sponsoredBrands),
      status: .multiStatus, mediaType: request.mediaType(program.mediaType))
  }

  private func list(
    _ request: Request, _ program: CampaignProgram, _ operation: Operation
  ) async throws -> Response {
    let visitor = try await entrance.enter(request, operation)
    let query = try await CampaignRequests.listing(of: request, program)
    let scope = entrance.tokenScope(operation, visitor.clientID, [visitor.profile.id] + query.identity)
    let page = try await campaigns.campaigns(
      program: program.program, matching: query.filter, in: visitor.scope,
      after: try entrance.pageTokens.number(of: query.token, scope: scope, start: 0), limit: query.limit)
    var answer = [
      "campaigns": JSONValue.array(
        try page.campaigns.map { try CampaignResponses.campaign($0, isExtended: query.isExtended) }),
      program.totalName: .integer(Int64(page.matchCount)),
    ]
    if let next = page.nextSequence {
      answer["nextToken"] = .string(try entrance.pageTokens.token(position: String(next), scope: scope))
    }
    return try Response.json(JSONValue.object(answer), mediaType: request.mediaType(program.mediaType))
  }
}
