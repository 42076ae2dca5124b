import Activation
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Ad groups of Sponsored Products: `/sp/adGroups`.
struct ProductsAdGroupRoutes {
  /// The limits are those of campaigns of Sponsored Products. Source: the published OpenAPI file.
  private static let program = CampaignProgram.products
  private static let campaignFilterLimit = 100

  let entities: AdvertisingEntityService

  func add(to routes: Routes) {
    routes.profile("createSponsoredProductsAdGroups") { request in
      let elements = try await request.batch("adGroups", counts: Self.program.requestCounts)
      let outcomes = try await entities.create(elements, kind: .productsAdGroup, in: request.entityScope)
      return try Self.respond(to: request, outcomes, ids: [], list: "adGroups")
    }
    routes.profile("updateSponsoredProductsAdGroups") { request in
      let elements = try await request.batch("adGroups", counts: Self.program.requestCounts)
      let outcomes = try await entities.update(elements, kind: .productsAdGroup, in: request.entityScope)
      let ids = elements.map { $0.objectMembers["adGroupId"]?.string ?? "" }
      return try Self.respond(to: request, outcomes, ids: ids, list: "adGroups")
    }
    routes.profile("deleteSponsoredProductsAdGroups") { request in
      var fields = try await request.batchFields()
      guard let ids = try fields.included("adGroupIdFilter", limit: Self.program.idFilterLimit) else {
        throw RequestError.missingField("adGroupIdFilter.include")
      }
      try fields.finish()
      let outcomes = try await entities.archive(ids: ids, kind: .productsAdGroup, in: request.entityScope)
      return try Self.respond(to: request, outcomes, ids: ids, list: "adGroupIdFilter.include")
    }
    routes.profile("listSponsoredProductsAdGroups", list)
  }

  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  private static func respond(
    to request: Incoming, _ outcomes: [AdvertisingEntityService.Outcome], ids: [String], list: String
  ) throws -> Response {
    let isAskedFor = request.headers[.prefer]?.contains("return=representation") ?? false
    let body = try CampaignResponses.multiStatus(outcomes, ids: ids, list: list, of: program, .adGroup) { adGroup in
      var element = ["adGroupId": JSONValue.string(adGroup.id)]
      if isAskedFor { element["adGroup"] = try shown(adGroup, isExtended: false) }
      return element
    }
    return try request.respond(with: body, status: .multiStatus)
  }

  // MARK: Showing

  private enum Targeting: String, CaseIterable {
    case auto = "AUTO"
    case manual = "MANUAL"
  }

  private func list(_ request: Incoming) async throws -> Response {
    var fields = try await request.batchFields(isRequired: false)
    var filter = AdvertisingEntityFilter()
    filter.ids = try fields.included("adGroupIdFilter", limit: Self.program.idFilterLimit).map { Set($0) }
    filter.parentIDs = try fields.included("campaignIdFilter", limit: Self.campaignFilterLimit).map { Set($0) }
    filter.targetingType = try fields.choice("campaignTargetingTypeFilter", Targeting.self)?.rawValue
    let states = try fields.included("stateFilter", among: Self.program.states)
    filter.states = states.map { Set($0.compactMap(AdvertisingEntityRecord.State.init)) }
    if let wanted = try fields.nameFilter() {
      (filter.names, filter.matchesWholeNames) = (wanted.names, wanted.matchesWhole)
    }
    let isExtended = try fields.boolean("includeExtendedDataFields") ?? false
    let limit = try fields.pageCount(in: 1...Self.program.pageCountLimit, default: Self.program.pageCountLimit)
    let token = try fields.string("nextToken")
    try fields.finish()
    let page = try request.page(limit: limit, token: token, filters: Self.identity(filter))
    let found = try await entities.entities(
      .productsAdGroup, matching: filter, in: request.entityScope, after: try page.number(first: 0), limit: page.limit)
    var body = [
      "adGroups": JSONValue.array(try found.entities.map { try Self.shown($0, isExtended: isExtended) }),
      Self.program.totalName: .integer(Int64(found.matchCount)),
    ]
    body["nextToken"] = try page.nextToken(after: found.nextSequence.map { String($0) }).map(JSONValue.string)
    return try request.respond(with: JSONValue.object(body))
  }

  /// The filters that a token of the list is bound to.
  private static func identity(_ filter: AdvertisingEntityFilter) -> [String] {
    let lists = [
      filter.ids, filter.parentIDs, filter.states.map { Set($0.map(\.rawValue)) }, filter.names.map { Set($0) },
    ]
    return lists.flatMap { values in values.map { ["filter"] + $0.sorted() } ?? ["any"] }
      + ["\(filter.matchesWholeNames)", filter.targetingType ?? ""]
  }

  /// An ad group: the client's own members, and those that the server adds.
  private static func shown(_ adGroup: AdvertisingEntityRecord, isExtended: Bool) throws -> JSONValue {
    var members = try adGroup.members()
    members["adGroupId"] = .string(adGroup.id)
    members["state"] = .string(adGroup.state.rawValue)
    guard isExtended else { return .object(members) }
    let status =
      switch adGroup.state {
      case .enabled: "AD_GROUP_STATUS_ENABLED"
      case .paused: "AD_GROUP_PAUSED"
      case .proposed: "PENDING_REVIEW"
      case .archived: "AD_GROUP_ARCHIVED"
      }
    members["extendedData"] = .object([
      "servingStatus": .string(status), "creationDateTime": .string(Timestamp.text(of: adGroup.createdAt)),
      "lastUpdateDateTime": .string(Timestamp.text(of: adGroup.updatedAt)),
    ])
    return .object(members)
  }
}
