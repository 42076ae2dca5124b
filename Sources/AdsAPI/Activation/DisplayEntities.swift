import Activation
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns, ad groups and targets of Sponsored Display: `/sd/campaigns`, `/sd/adGroups` and `/sd/targets`.
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
    add(
      .displayTarget, to: routes, create: "createTargetingClauses", update: "updateTargetingClauses",
      archive: "archiveTargetingClause", list: ("listTargetingClauses", "listTargetingClausesEx"),
      show: ("getTargets", "getTargetsEx"))
  }

  private typealias Kind = AdvertisingEntityRecord.Kind
  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  private func add(
    _ kind: Kind, to routes: Routes, create: String, update: String, archive: String,
    list: (short: String, extended: String), show: (short: String, extended: String)
  ) {
    routes.profile(create) { request in
      let elements = try await request.batch(limit: Self.requestLimit)
      return try Self.respond(to: request, try await entities.create(elements, kind: kind, in: request.subject), kind)
    }
    routes.profile(update) { request in
      let elements = try await request.batch(limit: Self.requestLimit)
      return try Self.respond(to: request, try await entities.update(elements, kind: kind, in: request.subject), kind)
    }
    routes.profile(archive) { request in
      let id = request.path(kind.idName)
      let outcomes = try await entities.archive(ids: [id], kind: kind, in: request.subject)
      return try request.respond(with: try DisplayStatuses.archived(outcomes[0], id: id, kind))
    }
    for (operation, isExtended) in [(list.short, false), (list.extended, true)] {
      routes.profile(operation) { try await self.list($0, kind, isExtended: isExtended) }
    }
    for (operation, isExtended) in [(show.short, false), (show.extended, true)] {
      routes.profile(operation) { request in
        let id = request.path(kind.idName)
        guard let entity = try await entities.entity(id: id, kind: kind, in: request.subject) else {
          throw kind.unknown
        }
        return try request.respond(with: try await shown([entity], in: request.subject, isExtended: isExtended)[0])
      }
    }
  }

  private static func respond(
    to request: Incoming, _ outcomes: [AdvertisingEntityService.Outcome], _ kind: Kind
  ) throws -> Response {
    try request.respond(with: outcomes.map { DisplayStatuses.status(of: $0, kind) }, status: .multiStatus)
  }

  // MARK: Showing

  private enum State: String, CaseIterable {
    case enabled, paused, archived
  }

  private func list(_ request: Incoming, _ kind: Kind, isExtended: Bool) async throws -> Response {
    let query = request.query
    var filter = AdvertisingEntityFilter()
    filter.ids = try Self.ids("\(kind.idName)Filter", query)
    switch kind {
    case .displayTarget:
      filter.parentIDs = try Self.ids("adGroupIdFilter", query)
      filter.grandparentIDs = try Self.ids("campaignIdFilter", query)
    case .displayAdGroup: filter.parentIDs = try Self.ids("campaignIdFilter", query)
    case .displayCampaign, .dspCampaign, .dspLineItem, .productsCampaign, .productsAdGroup, .brandsCampaign:
      filter.portfolioIDs = try Self.ids("portfolioIdFilter", query)
    }
    if let states = try query.choices("stateFilter", State.self) {
      filter.states = Set(states.compactMap { AdvertisingEntityRecord.State(rawValue: $0.rawValue.uppercased()) })
    }
    if kind != .displayTarget { filter.names = try query.string("name").map { [$0] } }
    filter.matchesWholeNames = true
    let start = try query.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try query.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let page = try await entities.entities(kind, matching: filter, in: request.subject, offset: start, limit: count)
    return try request.respond(with: try await shown(page.entities, in: request.subject, isExtended: isExtended))
  }

  private static func ids(_ name: String, _ query: QueryParameters) throws(RequestError) -> Set<String>? {
    try query.numbers(name, countLimit: filterCountLimit).map { numbers in Set(numbers.map { String($0) }) }
  }

  /// Entities of one kind: the client's own members, and those that the server adds.
  private func shown(
    _ found: [AdvertisingEntityRecord], in scope: SponsoredScope, isExtended: Bool
  ) async throws -> [JSONValue] {
    let targets = found.filter { $0.kind == .displayTarget }
    let names = try await entities.audienceNames(of: targets, in: scope)
    let campaigns = isExtended ? try await entities.campaignIDs(of: targets, in: scope) : [:]
    return try found.map { entity in
      var members = try entity.members()
      members[entity.kind.idName] = Self.number(entity.id)
      members["state"] = .string(entity.kind.text(of: entity.state))
      if entity.kind == .displayTarget {
        members["resolvedExpression"] = Self.resolved(members["expression"] ?? .array([]), names)
      }
      if entity.kind == .displayCampaign, !isExtended { members["deliveryProfile"] = .string("as_soon_as_possible") }
      guard isExtended else { return .object(members) }
      if entity.kind == .displayTarget {
        members["campaignId"] = entity.parentID.flatMap { campaigns[$0] }.flatMap(Self.number)
      }
      members["creationDate"] = .milliseconds(entity.createdAt)
      members["lastUpdatedDate"] = .milliseconds(entity.updatedAt)
      members["servingStatus"] = .string(entity.servingStatus)
      return .object(members)
    }
  }

  private static func number(_ id: String) -> JSONValue? { Int64(id).map(JSONValue.integer) }

  /// The expression with names instead of the audiences' ids.
  private static func resolved(_ expression: JSONValue, _ names: [String: String]) -> JSONValue {
    switch expression {
    case .array(let elements): .array(elements.map { resolved($0, names) })
    case .object(let members): .object(members.mapValues { resolved($0, names) })
    case .string(let text): .string(names[text] ?? text)
    case .null, .boolean, .integer, .decimal: expression
    }
  }
}

extension AdvertisingEntityRecord {
  fileprivate var servingStatus: String {
    if kind == .displayTarget { return "TARGET_STATUS_\(state == .enabled ? "LIVE" : state.rawValue)" }
    let isCampaign = kind == .displayCampaign
    return switch state {
    case .enabled, .proposed: isCampaign ? "ADVERTISER_STATUS_ENABLED" : "AD_GROUP_STATUS_ENABLED"
    case .paused, .archived: "\(isCampaign ? "CAMPAIGN" : "AD_GROUP")_\(state.rawValue)"
    }
  }
}

extension JSONValue {
  /// A time in milliseconds since 1970-01-01 UTC.
  static func milliseconds(_ date: Date) -> JSONValue {
    .integer(Int64((date.timeIntervalSince1970 * 1000).rounded(.down)))
  }
}

extension AdvertisingEntityRecord.Kind {
  /// The error for an id that there is not.
  fileprivate var unknown: CleanRoomError {
    switch self {
    case .dspCampaign, .productsCampaign, .brandsCampaign, .displayCampaign: .unknownCampaign
    case .dspLineItem, .productsAdGroup, .displayAdGroup: .unknownAdGroup
    case .displayTarget: .unknownTarget
    }
  }
}

/// The outcome of each element of a request to Sponsored Display, as its published OpenAPI file has it.
private enum DisplayStatuses {
  static func status(of outcome: AdvertisingEntityService.Outcome, _ kind: AdvertisingEntityRecord.Kind) -> JSONValue {
    switch outcome {
    case .success(let entity): return success(entity.id, kind)
    case .failure(let failure):
      let isMissing = failure.problems.contains { [.notFound, .unknownParent].contains($0.reason) }
      let texts = failure.problems.map { "\($0.path): \($0.message)" }
      return .object([
        "code": .string(isMissing ? "404" : "400"), "description": .string(texts.joined(separator: " ")),
      ])
    }
  }

  private static func success(_ id: String, _ kind: AdvertisingEntityRecord.Kind) -> JSONValue {
    .object(["code": .string("200"), "description": .string("SUCCESS"), kind.idName: .integer(Int64(id) ?? 0)])
  }

  /// The response to archiving one thing. One that is archived already stays so; repeating the request changes nothing.
  ///
  /// - Throws: The error of the kind if there is none with the id.
  static func archived(
    _ outcome: AdvertisingEntityService.Outcome, id: String, _ kind: AdvertisingEntityRecord.Kind
  ) throws -> JSONValue {
    if case .failure(let failure) = outcome, failure.problems.first?.reason != .archived { throw kind.unknown }
    return success(id, kind)
  }
}
