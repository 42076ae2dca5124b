import Activation
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns and ad groups of Sponsored Display: `/sd/campaigns` and `/sd/adGroups`.
struct DisplayEntityRoutes {
  /// The largest number of elements of a request. Source: the published OpenAPI file.
  private static let requestLimit = 100
  /// The largest and default number of elements of a page.
  private static let pageCountLimit = 5000
  /// The largest index at which a page may begin: there are no more.
  private static let startLimit = AdvertisingEntityService.countLimit * 10
  /// The largest number of ids of a filter.
  private static let filterCountLimit = 1000

  let entities: AdvertisingEntityService

  func add(to routes: Routes) {
    add(
      .displayCampaign, to: routes, create: "createCampaigns", update: "updateCampaigns", archive: "archiveCampaign",
      list: ("listCampaigns", "listCampaignsEx"), show: ("getCampaign", "getCampaignResponseEx"))
    add(
      .displayAdGroup, to: routes, create: "createAdGroups", update: "updateAdGroups", archive: "archiveAdGroup",
      list: ("listAdGroups", "listAdGroupsEx"), show: ("getAdGroup", "getAdGroupResponseEx"))
  }

  private typealias Kind = AdvertisingEntityRecord.Kind
  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  private func add(
    _ kind: Kind, to routes: Routes, create: String, update: String, archive: String,
    list: (short: String, extended: String), show: (short: String, extended: String)
  ) {
    routes.profile(create) { request in
      let elements = try await request.batch(limit: Self.requestLimit)
      let outcomes = try await entities.create(elements, kind: kind, in: request.entityScope)
      return try Self.respond(to: request, outcomes, kind)
    }
    routes.profile(update) { request in
      let elements = try await request.batch(limit: Self.requestLimit)
      let outcomes = try await entities.update(elements, kind: kind, in: request.entityScope)
      return try Self.respond(to: request, outcomes, kind)
    }
    routes.profile(archive) { request in
      let outcomes = try await entities.archive(ids: [request.path(kind.idName)], kind: kind, in: request.entityScope)
      let id = Int64(request.path(kind.idName)) ?? 0
      let outcome = outcomes[0].map { _ in id }
      return try request.respond(
        with: try DisplayStatuses.archived(outcome, id: id, idName: kind.idName, unknown: kind.unknown))
    }
    for (operation, isExtended) in [(list.short, false), (list.extended, true)] {
      routes.profile(operation) { try await self.list($0, kind, isExtended: isExtended) }
    }
    for (operation, isExtended) in [(show.short, false), (show.extended, true)] {
      routes.profile(operation) { request in
        let id = request.path(kind.idName)
        guard let entity = try await entities.entity(id: id, kind: kind, in: request.entityScope) else {
          throw kind.unknown
        }
        return try request.respond(with: try Self.shown(entity, isExtended: isExtended))
      }
    }
  }

  private static func respond(
    to request: Incoming, _ outcomes: [AdvertisingEntityService.Outcome], _ kind: Kind
  ) throws -> Response {
    let statuses = outcomes.map { outcome in
      DisplayStatuses.status(of: outcome.map { Int64($0.id) ?? 0 }, idName: kind.idName)
    }
    return try request.respond(with: statuses, status: .multiStatus)
  }

  // MARK: Showing

  private func list(_ request: Incoming, _ kind: Kind, isExtended: Bool) async throws -> Response {
    let query = request.query
    var filter = AdvertisingEntityFilter()
    let campaigns = try Self.ids("campaignIdFilter", query)
    switch kind {
    case .displayAdGroup:
      filter.ids = try Self.ids("adGroupIdFilter", query)
      filter.parentIDs = campaigns
    case .displayCampaign, .dspCampaign, .productsAdGroup:
      filter.ids = campaigns
      filter.portfolioIDs = try query.numbers("portfolioIdFilter", countLimit: Self.filterCountLimit)
    }
    if let states = try query.choices("stateFilter", DisplayTargetRecord.State.self) {
      filter.states = Set(states.compactMap { AdvertisingEntityRecord.State(rawValue: $0.rawValue.uppercased()) })
    }
    filter.names = try query.string("name").map { [$0] }
    filter.matchesWholeNames = true
    let start = try query.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try query.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let page = try await entities.entities(
      kind, matching: filter, in: request.entityScope, offset: start, limit: count)
    return try request.respond(with: page.entities.map { try Self.shown($0, isExtended: isExtended) })
  }

  private static func ids(_ name: String, _ query: QueryParameters) throws(RequestError) -> Set<String>? {
    guard let numbers = try query.numbers(name, countLimit: filterCountLimit) else { return nil }
    return Set(numbers.map { String($0) })
  }

  /// A campaign or an ad group: the client's own members, and those that the server adds.
  private static func shown(_ entity: AdvertisingEntityRecord, isExtended: Bool) throws -> JSONValue {
    var members = try entity.members()
    members[entity.kind.idName] = Int64(entity.id).map(JSONValue.integer)
    members["state"] = .string(entity.kind.text(of: entity.state))
    if entity.kind == .displayCampaign { members["deliveryProfile"] = .string("as_soon_as_possible") }
    guard isExtended else { return .object(members) }
    members["deliveryProfile"] = nil
    members["creationDate"] = .integer(milliseconds(entity.createdAt))
    members["lastUpdatedDate"] = .integer(milliseconds(entity.updatedAt))
    members["servingStatus"] = .string(servingStatus(of: entity))
    return .object(members)
  }

  private static func servingStatus(of entity: AdvertisingEntityRecord) -> String {
    let isCampaign = entity.kind == .displayCampaign
    return switch entity.state {
    case .enabled, .proposed: isCampaign ? "ADVERTISER_STATUS_ENABLED" : "AD_GROUP_STATUS_ENABLED"
    case .paused: isCampaign ? "CAMPAIGN_PAUSED" : "AD_GROUP_PAUSED"
    case .archived: isCampaign ? "CAMPAIGN_ARCHIVED" : "AD_GROUP_ARCHIVED"
    }
  }

  private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }
}

extension AdvertisingEntityRecord.Kind {
  /// The error for an id that there is not.
  fileprivate var unknown: CleanRoomError {
    switch self {
    case .dspCampaign, .displayCampaign: .unknownCampaign
    case .displayAdGroup, .productsAdGroup: .unknownAdGroup
    }
  }
}

extension AuthorizedRequest where Subject == SponsoredScope {
  /// The owner of the request's campaigns and ad groups.
  var entityScope: AdvertisingEntityService.Scope { AdvertisingEntityService.Scope(subject) }
}
