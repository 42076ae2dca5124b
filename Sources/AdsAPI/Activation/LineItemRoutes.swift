import Activation
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Line items of Amazon DSP and the audiences that they use: `/adsApi/v1/…/adGroups` and `…/targets`.
struct LineItemRoutes {
  /// The largest and default number of line items of a page. Source: the published OpenAPI file.
  private static let lineItemPageLimit = 100
  /// The same for targets.
  private static let targetPageLimit = 5000
  /// The largest number of ids of a filter. Source: the published OpenAPI file.
  private static let lineItemFilterLimit = 1000
  private static let parentFilterLimit = 100

  static let states = ["ARCHIVED", "ENABLED", "PAUSED"]

  let lineItems: LineItemService

  func add(to routes: Routes) {
    routes.dspAdvertiser("DSPCreateAdGroup") { request in
      let elements = try await request.batch("adGroups", counts: 1...LineItemService.lineItemRequestLimit)
      return try Self.respond(to: request, try await lineItems.create(elements, in: request.subject))
    }
    routes.dspAdvertiser("DSPUpdateAdGroup") { request in
      let elements = try await request.batch("adGroups", counts: 1...LineItemService.lineItemRequestLimit)
      return try Self.respond(to: request, try await lineItems.update(elements, in: request.subject))
    }
    routes.dspAdvertiser("DSPQueryAdGroup", list)
    routes.dspAdvertiser("DSPCreateTarget") { request in
      let elements = try await request.batch("targets", counts: 1...LineItemService.targetRequestLimit)
      return try Self.respond(
        to: request, try await lineItems.addTargets(elements, in: request.subject), list: "targets")
    }
    routes.dspAdvertiser("DSPQueryTarget", listTargets)
    routes.dspAdvertiser("DSPDeleteTarget") { request in
      let elements = try await request.batch("targetIds", counts: 1...LineItemService.targetRequestLimit)
      let ids = elements.compactMap(\.string)
      guard ids.count == elements.count else {
        throw RequestError.wrongType("targetIds", expected: "an array of strings")
      }
      return try Self.respond(
        to: request, try await lineItems.removeTargets(ids: ids, in: request.subject), list: "targetIds")
    }
  }

  private static func respond(
    to request: AuthorizedRequest<LineItemService.Scope>, _ outcomes: [LineItemService.Outcome]
  ) throws -> Response {
    let body = try LineItemResponses.multiStatus(outcomes, list: "adGroups", member: "adGroup") { lineItem in
      try LineItemResponses.lineItem(lineItem, of: request.subject.account)
    }
    return try request.respond(with: body, status: .multiStatus)
  }

  private static func respond(
    to request: AuthorizedRequest<LineItemService.Scope>, _ outcomes: [LineItemService.TargetOutcome], list: String
  ) throws -> Response {
    let body = try LineItemResponses.multiStatus(outcomes, list: list, member: "target", LineItemResponses.target)
    return try request.respond(with: body, status: .multiStatus)
  }

  // MARK: Lists

  private func list(_ request: AuthorizedRequest<LineItemService.Scope>) async throws -> Response {
    var fields = try await request.batchFields()
    try fields.requireDSP()
    var filter = LineItemFilter()
    filter.ids = try fields.included("adGroupIdFilter", limit: Self.lineItemFilterLimit).map { Set($0) }
    filter.campaignIDs = try fields.included("campaignIdFilter", limit: Self.parentFilterLimit).map { Set($0) }
    filter.states = try fields.included("stateFilter", among: Self.states)
    let limit = try fields.pageCount(in: 1...Self.lineItemPageLimit, default: Self.lineItemPageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(
      limit: limit, token: token, filters: Self.identity(filter.ids, filter.campaignIDs, filter.states))
    let found = try await lineItems.lineItems(
      matching: filter, in: request.subject, after: try page.number(first: 0), limit: limit)
    let shown = try found.lineItems.map { try LineItemResponses.lineItem($0, of: request.subject.account) }
    return try request.respond(
      with: LineItemResponses.list(
        "adGroups", shown, nextToken: try page.nextToken(after: found.nextSequence.map { String($0) })))
  }

  private func listTargets(_ request: AuthorizedRequest<LineItemService.Scope>) async throws -> Response {
    var fields = try await request.batchFields()
    try fields.requireDSP()
    var filter = LineItemTargetFilter()
    filter.lineItemIDs = try fields.included("adGroupIdFilter", limit: Self.parentFilterLimit).map { Set($0) }
    filter.states = try fields.included("stateFilter", among: Self.states)
    let types = try fields.included("targetTypeFilter", limit: Self.parentFilterLimit).map { Set($0) }
    let limit = try fields.pageCount(in: 1...Self.targetPageLimit, default: Self.targetPageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(
      limit: limit, token: token, filters: Self.identity(filter.lineItemIDs, filter.states, types))
    let found = try await lineItems.targets(
      matching: filter, types: types, in: request.subject, after: try page.value(LineItemTargetPosition.self),
      limit: limit)
    return try request.respond(
      with: LineItemResponses.list(
        "targets", try found.targets.map(LineItemResponses.target),
        nextToken: try page.nextToken(after: found.nextPosition?.description)))
  }

  /// The filters that a token is bound to. A missing filter differs from an empty one.
  static func identity(_ filters: Set<String>?...) -> [String] {
    filters.flatMap { filter in filter.map { ["filter"] + $0.sorted() } ?? ["any"] }
  }
}

extension FieldReader {
  /// Reads the filter of products, which is required. There is only one product.
  mutating func requireDSP() throws(RequestError) {
    guard let products = try included("adProductFilter", among: ["AMAZON_DSP"]), !products.isEmpty else {
      throw .missingField("adProductFilter.include")
    }
  }
}
