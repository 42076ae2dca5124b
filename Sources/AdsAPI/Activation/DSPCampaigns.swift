import Activation
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns of Amazon DSP, which line items belong to: `/adsApi/v1/…/campaigns`.
struct DSPCampaignRoutes {
  /// The largest number of campaigns in a request. Source: the published OpenAPI file.
  private static let requestLimit = 5
  /// The largest and default number of campaigns of a page. Source: the published OpenAPI file.
  private static let pageLimit = 100
  /// The largest number of ids of a filter. Source: the published OpenAPI file.
  private static let idFilterLimit = 1000

  let entities: AdvertisingEntityService

  func add(to routes: Routes) {
    routes.dspAdvertiser("DSPCreateCampaign") { request in
      let elements = try await request.batch("campaigns", counts: 1...Self.requestLimit)
      let outcomes = try await entities.create(elements, kind: .dspCampaign, in: request.entityScope)
      return try Self.respond(to: request, outcomes)
    }
    routes.dspAdvertiser("DSPUpdateCampaign") { request in
      let elements = try await request.batch("campaigns", counts: 1...Self.requestLimit)
      let outcomes = try await entities.update(elements, kind: .dspCampaign, in: request.entityScope)
      return try Self.respond(to: request, outcomes)
    }
    routes.dspAdvertiser("DSPQueryCampaign", list)
  }

  private typealias Incoming = AuthorizedRequest<LineItemService.Scope>

  private static func respond(
    to request: Incoming, _ outcomes: [AdvertisingEntityService.Outcome]
  ) throws -> Response {
    let body = try LineItemResponses.multiStatus(outcomes, list: "campaigns", member: "campaign") { campaign in
      try shown(campaign, of: request.subject.account)
    }
    return try request.respond(with: body, status: .multiStatus)
  }

  private func list(_ request: Incoming) async throws -> Response {
    var fields = try await request.batchFields()
    try fields.requireDSP()
    var filter = AdvertisingEntityFilter()
    filter.ids = try fields.included("campaignIdFilter", limit: Self.idFilterLimit).map { Set($0) }
    let states = try fields.included("stateFilter", among: LineItemRoutes.states)
    filter.states = states.map { Set($0.compactMap(AdvertisingEntityRecord.State.init)) }
    let limit = try fields.pageCount(in: 1...Self.pageLimit, default: Self.pageLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(limit: limit, token: token, filters: LineItemRoutes.identity(filter.ids, states))
    let found = try await entities.entities(
      .dspCampaign, matching: filter, in: request.entityScope, after: try page.number(first: 0), limit: limit)
    return try request.respond(
      with: LineItemResponses.list(
        "campaigns", try found.entities.map { try Self.shown($0, of: request.subject.account) },
        nextToken: try page.nextToken(after: found.nextSequence.map { String($0) })))
  }

  /// A campaign: the client's own members, and those that the server adds.
  private static func shown(_ campaign: AdvertisingEntityRecord, of account: AccountRecord) throws -> JSONValue {
    let currency = JSONValue.string(Marketplace(id: account.marketplaceID)?.currencyCode ?? "USD")
    var members = try campaign.members()
    members["campaignId"] = .string(campaign.id)
    members["creationDateTime"] = .string(Timestamp.text(of: campaign.createdAt))
    members["lastUpdatedDateTime"] = .string(Timestamp.text(of: campaign.updatedAt))
    members["budgets"] = members["budgets"].map { .array($0.arrayElements.map { $0.inCurrency(currency) }) }
    let flights = members["flights"]?.arrayElements ?? []
    members["flights"] = .array(
      flights.map { flight in flight.changing("budget") { $0.inCurrency(currency) } })
    members["startDateTime"] = bound(of: flights, "startDateTime") { $0.min() }
    members["endDateTime"] = bound(of: flights, "endDateTime") { $0.max() }
    members["optimizations"] = members["optimizations"]?.changing("goalSettings") { settings in
      let indicator = settings.objectMembers["kpi"]?.string ?? ""
      let goal = JSONValue.string((CampaignGoal(indicator: indicator) ?? .awareness).rawValue)
      return settings.adding("goal", goal).adding("currencyCode", currency)
    }
    return .object(members)
  }

  /// The first or last of the flights' times, whatever their precision.
  private static func bound(
    of flights: [JSONValue], _ name: String, _ choose: ([Date]) -> Date?
  ) -> JSONValue? {
    let times = flights.compactMap { $0.objectMembers[name]?.string.flatMap { Timestamp.date(utc: $0) } }
    return choose(times).map { .string(Timestamp.text(of: $0)) }
  }
}

extension AuthorizedRequest where Subject == LineItemService.Scope {
  /// The owner of the request's campaigns.
  fileprivate var entityScope: AdvertisingEntityService.Scope { AdvertisingEntityService.Scope(subject) }
}
