import Activation
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns and line items of Amazon DSP: `/adsApi/v1/…/campaigns` and `…/adGroups`.
struct DSPEntityRoutes {
  /// The largest and default number of elements of a page. Source: the published OpenAPI file.
  private static let pageLimit = 100
  /// The largest number of ids of a filter. Source: the published OpenAPI file.
  private static let idFilterLimit = 1000
  fileprivate static let parentFilterLimit = 100

  /// A kind of elements, as the published OpenAPI file has them.
  private struct Form: Sendable {
    let kind: AdvertisingEntityRecord.Kind
    let listName: String
    let elementName: String
    /// The largest number of elements of a request. Source: the published OpenAPI file.
    let requestLimit: Int
  }

  let entities: AdvertisingEntityService

  func add(to routes: Routes) {
    add(
      Form(kind: .dspCampaign, listName: "campaigns", elementName: "campaign", requestLimit: 5), to: routes,
      create: "DSPCreateCampaign", update: "DSPUpdateCampaign", query: "DSPQueryCampaign")
    add(
      Form(kind: .dspLineItem, listName: "adGroups", elementName: "adGroup", requestLimit: 20), to: routes,
      create: "DSPCreateAdGroup", update: "DSPUpdateAdGroup", query: "DSPQueryAdGroup")
  }

  private func add(_ form: Form, to routes: Routes, create: String, update: String, query: String) {
    routes.dspAdvertiser(create) { request in
      let elements = try await request.batch(form.listName, counts: 1...form.requestLimit)
      return try Self.respond(
        to: request, try await entities.create(elements, kind: form.kind, in: request.subject), form)
    }
    routes.dspAdvertiser(update) { request in
      let elements = try await request.batch(form.listName, counts: 1...form.requestLimit)
      return try Self.respond(
        to: request, try await entities.update(elements, kind: form.kind, in: request.subject), form)
    }
    routes.dspAdvertiser(query) { try await list($0, form) }
  }

  private static func respond(
    to request: AuthorizedRequest<DSPScope>, _ outcomes: [AdvertisingEntityService.Outcome], _ form: Form
  ) throws -> Response {
    let body = try DSPResponses.multiStatus(outcomes, list: form.listName, member: form.elementName) {
      try DSPResponses.entity($0, of: request.subject.account)
    }
    return try request.respond(with: body, status: .multiStatus)
  }

  private func list(_ request: AuthorizedRequest<DSPScope>, _ form: Form) async throws -> Response {
    var fields = try await request.batchFields()
    try fields.requireDSP()
    var filter = AdvertisingEntityFilter()
    filter.ids = try fields.included("\(form.kind.idName)Filter", limit: Self.idFilterLimit).map { Set($0) }
    if form.kind == .dspLineItem {
      filter.parentIDs = try fields.included("campaignIdFilter", limit: Self.parentFilterLimit).map { Set($0) }
    }
    filter.states = try fields.includedStates(among: LineItemTargetRoutes.states)
    let limit = try fields.pageCount(in: 1...Self.pageLimit, default: Self.pageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(limit: limit, token: token, filters: filter.identity)
    let found = try await entities.entities(
      form.kind, matching: filter, in: request.subject, after: try page.number(first: 0), limit: limit)
    return try request.respond(
      with: DSPResponses.list(
        form.listName, try found.entities.map { try DSPResponses.entity($0, of: request.subject.account) },
        nextToken: try page.nextToken(after: found.nextSequence.map { String($0) })))
  }
}

/// The audiences that line items of Amazon DSP use: `/adsApi/v1/…/targets`.
struct LineItemTargetRoutes {
  /// The largest and default number of targets of a page. Source: the published OpenAPI file.
  private static let pageLimit = 5000

  static let states = ["ARCHIVED", "ENABLED", "PAUSED"]

  let targets: LineItemTargetService

  func add(to routes: Routes) {
    routes.dspAdvertiser("DSPCreateTarget") { request in
      let elements = try await request.batch("targets", counts: 1...LineItemTargetService.requestLimit)
      return try Self.respond(to: request, try await targets.add(elements, in: request.subject), list: "targets")
    }
    routes.dspAdvertiser("DSPQueryTarget", list)
    routes.dspAdvertiser("DSPDeleteTarget") { request in
      let elements = try await request.batch("targetIds", counts: 1...LineItemTargetService.requestLimit)
      let ids = elements.compactMap(\.string)
      guard ids.count == elements.count else {
        throw RequestError.wrongType("targetIds", expected: "an array of strings")
      }
      return try Self.respond(to: request, try await targets.remove(ids: ids, in: request.subject), list: "targetIds")
    }
  }

  private static func respond(
    to request: AuthorizedRequest<DSPScope>, _ outcomes: [LineItemTargetService.Outcome], list: String
  ) throws -> Response {
    let body = try DSPResponses.multiStatus(outcomes, list: list, member: "target", DSPResponses.target)
    return try request.respond(with: body, status: .multiStatus)
  }

  private func list(_ request: AuthorizedRequest<DSPScope>) async throws -> Response {
    var fields = try await request.batchFields()
    try fields.requireDSP()
    let parentLimit = DSPEntityRoutes.parentFilterLimit
    var filter = LineItemTargetFilter()
    filter.lineItemIDs = try fields.included("adGroupIdFilter", limit: parentLimit).map { Set($0) }
    filter.states = try fields.included("stateFilter", among: Self.states)
    let types = try fields.included("targetTypeFilter", limit: parentLimit).map { Set($0) }
    let limit = try fields.pageCount(in: 1...Self.pageLimit, default: Self.pageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(
      limit: limit, token: token, filters: [filter.lineItemIDs, filter.states, types].filterIdentity)
    let found = try await targets.targets(
      matching: filter, types: types, in: request.subject, after: try page.value(LineItemTargetPosition.self),
      limit: limit)
    return try request.respond(
      with: DSPResponses.list(
        "targets", try found.targets.map(DSPResponses.target),
        nextToken: try page.nextToken(after: found.nextPosition?.description)))
  }
}

extension FieldReader {
  /// Reads the filter of products, which is required. There is only one product.
  fileprivate mutating func requireDSP() throws(RequestError) {
    guard let products = try included("adProductFilter", among: ["AMAZON_DSP"]), !products.isEmpty else {
      throw .missingField("adProductFilter.include")
    }
  }
}
