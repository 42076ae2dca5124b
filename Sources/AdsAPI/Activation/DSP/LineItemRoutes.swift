import Activation
import CleanRoom
import HTTPTypes
import Hummingbird

/// Line items of Amazon DSP and the audiences that they use: `/adsApi/v1/…/adGroups` and `…/targets`.
struct LineItemRoutes: Sendable {
  /// The most line items of a page, and how many there are if nothing is said. Source: the published OpenAPI file.
  private static let lineItemPageLimit = 100
  /// The same for targets.
  private static let targetPageLimit = 5000
  /// How many ids filters may name. Source: the published OpenAPI file.
  private static let lineItemFilterLimit = 1000
  private static let parentFilterLimit = 100

  private static let states = ["ARCHIVED", "ENABLED", "PAUSED"]

  let entrance: ActivationEntrance
  let lineItems: LineItemService

  func add(to router: some RouterMethods<APIRequestContext>) {
    let group = router.group("/adsApi/v1").add(middleware: ErrorMiddleware(bodies: LineItemErrors()))
    group.post("create/adGroups") { request, _ in try await self.create(request) }
    group.post("update/adGroups") { request, _ in try await self.update(request) }
    group.post("query/adGroups") { request, _ in try await self.list(request) }
    group.post("create/targets") { request, _ in try await self.addTargets(request) }
    group.post("query/targets") { request, _ in try await self.listTargets(request) }
    group.post("delete/targets") { request, _ in try await self.removeTargets(request) }
  }

  // MARK: Line items

  private func create(_ request: Request) async throws -> Response {
    let (_, scope) = try await entrance.enterAdvertiser(request, .createAdGroup)
    let elements = try await BatchBody.elements(
      "adGroups", of: request, counts: 1...LineItemService.lineItemRequestLimit)
    return try answer(to: try await lineItems.create(elements, in: scope), scope)
  }

  private func update(_ request: Request) async throws -> Response {
    let (_, scope) = try await entrance.enterAdvertiser(request, .updateAdGroup)
    let elements = try await BatchBody.elements(
      "adGroups", of: request, counts: 1...LineItemService.lineItemRequestLimit)
    return try answer(to: try await lineItems.update(elements, in: scope), scope)
  }

  private func answer(to outcomes: [LineItemService.Outcome], _ scope: LineItemService.Scope) throws -> Response {
    try Response.json(
      LineItemResponses.multiStatus(outcomes, list: "adGroups", member: "adGroup") { lineItem in
        try LineItemResponses.lineItem(lineItem, of: scope.account)
      }, status: .multiStatus)
  }

  private func list(_ request: Request) async throws -> Response {
    let (clientID, scope) = try await entrance.enterAdvertiser(request, .queryAdGroup)
    var fields = try await BatchBody.fields(of: request)
    try requireProduct(&fields)
    var filter = LineItemService.Filter()
    filter.ids = try fields.included("adGroupIdFilter", limit: Self.lineItemFilterLimit).map { Set($0) }
    filter.campaignIDs = try fields.included("campaignIdFilter", limit: Self.parentFilterLimit).map { Set($0) }
    filter.states = try fields.included("stateFilter", among: Self.states)
    let limit = try fields.pageCount(in: 1...Self.lineItemPageLimit, default: Self.lineItemPageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let tokenScope = entrance.tokenScope(
      .queryAdGroup, clientID,
      [scope.account.id, scope.advertiserID] + Self.identity(filter.ids, filter.campaignIDs, filter.states))
    let page = try await lineItems.lineItems(
      matching: filter, in: scope, after: try entrance.pageTokens.number(of: token, scope: tokenScope, start: 0),
      limit: limit)
    var answer = [
      "adGroups": JSONValue.array(
        try page.lineItems.map { try LineItemResponses.lineItem($0, of: scope.account) })
    ]
    if let next = page.nextSequence {
      answer["nextToken"] = .string(try entrance.pageTokens.token(position: String(next), scope: tokenScope))
    }
    return try Response.json(JSONValue.object(answer))
  }

  /// Which products are meant has to be said, and there is one.
  private func requireProduct(_ fields: inout FieldReader) throws {
    guard let products = try fields.included("adProductFilter", among: ["AMAZON_DSP"]), !products.isEmpty else {
      throw RequestError.missingField("adProductFilter.include")
    }
  }

  /// What a page depends on beside its place: no filter is not an empty one.
  private static func identity(_ filters: Set<String>?...) -> [String] {
    filters.flatMap { filter in filter.map { ["filter"] + $0.sorted() } ?? ["any"] }
  }

  // MARK: Audiences that they use

  private func addTargets(_ request: Request) async throws -> Response {
    let (_, scope) = try await entrance.enterAdvertiser(request, .createTarget)
    let elements = try await BatchBody.elements(
      "targets", of: request, counts: 1...LineItemService.targetRequestLimit)
    return try answer(to: try await lineItems.addTargets(elements, in: scope), list: "targets")
  }

  private func removeTargets(_ request: Request) async throws -> Response {
    let (_, scope) = try await entrance.enterAdvertiser(request, .deleteTarget)
    let elements = try await BatchBody.elements(
      "targetIds", of: request, counts: 1...LineItemService.targetRequestLimit)
    let ids = try elements.map { element in
      guard let id = element.string else {
        throw RequestError.wrongType("targetIds", expected: "an array of strings")
      }
      return id
    }
    return try answer(to: try await lineItems.removeTargets(ids: ids, in: scope), list: "targetIds")
  }

  private func answer(to outcomes: [LineItemService.TargetOutcome], list: String) throws -> Response {
    try Response.json(
      LineItemResponses.multiStatus(outcomes, list: list, member: "target", LineItemResponses.target),
      status: .multiStatus)
  }

  private func listTargets(_ request: Request) async throws -> Response {
    let (clientID, scope) = try await entrance.enterAdvertiser(request, .queryTarget)
    var fields = try await BatchBody.fields(of: request)
    try requireProduct(&fields)
    var filter = LineItemService.TargetFilter()
    filter.lineItemIDs = try fields.included("adGroupIdFilter", limit: Self.parentFilterLimit).map { Set($0) }
    filter.states = try fields.included("stateFilter", among: Self.states)
    filter.types = try fields.included("targetTypeFilter", limit: Self.parentFilterLimit).map { Set($0) }
    let limit = try fields.pageCount(in: 1...Self.targetPageLimit, default: Self.targetPageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let tokenScope = entrance.tokenScope(
      .queryTarget, clientID,
      [scope.account.id, scope.advertiserID] + Self.identity(filter.lineItemIDs, filter.states, filter.types))
    let page = try await lineItems.targets(
      matching: filter, in: scope, after: try entrance.pageTokens.text(of: token, scope: tokenScope), limit: limit)
    var answer = ["targets": JSONValue.array(try page.targets.map(LineItemResponses.target))]
    if let next = page.nextPosition {
      answer["nextToken"] = .string(try entrance.pageTokens.token(position: next, scope: tokenScope))
    }
    return try Response.json(JSONValue.object(answer))
  }
}
