import Activation
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns and ad groups of Sponsored Products, and campaigns of Sponsored Brands: `/sp/campaigns`, `/sp/adGroups`
/// and `/sb/v4/campaigns`, which guides call `/sb/campaigns`.
struct SponsoredEntityRoutes {
  let entities: AdvertisingEntityService

  func add(to routes: Routes) {
    add(
      .productsCampaigns, to: routes, create: "createSponsoredProductsCampaigns",
      update: "updateSponsoredProductsCampaigns", delete: "deleteSponsoredProductsCampaigns",
      list: "listSponsoredProductsCampaigns")
    add(
      .productsAdGroups, to: routes, create: "createSponsoredProductsAdGroups",
      update: "updateSponsoredProductsAdGroups", delete: "deleteSponsoredProductsAdGroups",
      list: "listSponsoredProductsAdGroups")
    add(
      .brandsCampaigns, to: routes, create: "createSponsoredBrandsCampaigns",
      update: "updateSponsoredBrandsCampaigns", delete: "deleteSponsoredBrandsCampaigns",
      list: "listSponsoredBrandsCampaigns")
    // The path in AMC's guide.
    routes.profile("createBrandsCampaignsByGuide") { try await create($0, .brandsCampaigns) }
    routes.profile("listBrandsCampaignsByGuide") { try await list($0, .brandsCampaigns) }
  }

  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  private func add(
    _ form: SponsoredForm, to routes: Routes, create: String, update: String, delete: String, list: String
  ) {
    routes.profile(create) { try await self.create($0, form) }
    routes.profile(update) { try await self.update($0, form) }
    routes.profile(delete) { try await self.delete($0, form) }
    routes.profile(list) { try await self.list($0, form) }
  }

  private func create(_ request: Incoming, _ form: SponsoredForm) async throws -> Response {
    let elements = try await request.batch(form.listName, counts: form.requestCounts)
    let outcomes = try await entities.create(elements, kind: form.kind, in: request.subject)
    return try respond(to: request, outcomes, ids: [], list: form.listName, form)
  }

  private func update(_ request: Incoming, _ form: SponsoredForm) async throws -> Response {
    let elements = try await request.batch(form.listName, counts: form.requestCounts)
    let outcomes = try await entities.update(elements, kind: form.kind, in: request.subject)
    let ids = elements.map { $0.objectMembers[form.kind.idName]?.string ?? "" }
    return try respond(to: request, outcomes, ids: ids, list: form.listName, form)
  }

  private func delete(_ request: Incoming, _ form: SponsoredForm) async throws -> Response {
    var fields = try await request.batchFields()
    guard let ids = try fields.included(form.idFilter, limit: form.idFilterLimit) else {
      throw RequestError.missingField("\(form.idFilter).include")
    }
    try fields.finish()
    let outcomes = try await entities.archive(ids: ids, kind: form.kind, in: request.subject)
    return try respond(to: request, outcomes, ids: ids, list: "\(form.idFilter).include", form)
  }

  private func respond(
    to request: Incoming, _ outcomes: [AdvertisingEntityService.Outcome], ids: [String], list: String,
    _ form: SponsoredForm
  ) throws -> Response {
    // Source: the parameter `Prefer` of Sponsored Products. Sponsored Brands always shows the campaigns.
    let isAskedFor = request.headers[.prefer]?.contains("return=representation") ?? false
    let body = try SponsoredResponses(form: form).outcomes(
      outcomes, ids: ids, list: list, areShown: isAskedFor || form.isOfBrands)
    return try request.respond(with: body, status: .multiStatus)
  }

  private func list(_ request: Incoming, _ form: SponsoredForm) async throws -> Response {
    let listing = try SponsoredListing(try await request.batchFields(isRequired: false), form)
    let page = try request.page(limit: listing.limit, token: listing.token, filters: listing.filter.identity)
    let found = try await entities.entities(
      form.kind, matching: listing.filter, in: request.subject, after: try page.number(first: 0), limit: page.limit)
    let responses = SponsoredResponses(form: form)
    var body = [
      form.listName: JSONValue.array(
        try found.entities.map { try responses.entity($0, isExtended: listing.isExtended) }),
      form.totalName: .integer(Int64(found.matchCount)),
    ]
    body["nextToken"] = try page.nextToken(after: found.nextSequence.map { String($0) }).map(JSONValue.string)
    return try request.respond(with: JSONValue.object(body))
  }
}

/// The differences between campaigns and ad groups of Sponsored Products and campaigns of Sponsored Brands, as their
/// published OpenAPI files have them.
struct SponsoredForm: Sendable {
  let kind: AdvertisingEntityRecord.Kind
  /// The name of the lists in requests and responses.
  let listName: String
  /// The name of the member with one of them.
  let elementName: String
  /// The word for the type in errors.
  let type: String
  /// The possible numbers of elements in a request.
  let requestCounts: ClosedRange<Int>
  /// The largest and default number of elements of a page.
  let pageCountLimit: Int
  /// The largest number of ids of a filter.
  let idFilterLimit: Int
  /// The largest number of portfolios, or campaigns, of a filter.
  let groupFilterLimit: Int
  /// The states that a filter may name.
  let states: [String]
  /// The name of the member with the number of all matches.
  let totalName: String

  /// Whether the responses are those of Sponsored Brands.
  var isOfBrands: Bool { kind == .brandsCampaign }
  var idFilter: String { "\(kind.idName)Filter" }

  static let productsCampaigns = products(.productsCampaign, "campaigns", "campaign", type: "CAMPAIGN")
  static let productsAdGroups = products(.productsAdGroup, "adGroups", "adGroup", type: "AD_GROUP")

  private static func products(
    _ kind: AdvertisingEntityRecord.Kind, _ listName: String, _ elementName: String, type: String
  ) -> SponsoredForm {
    SponsoredForm(
      kind: kind, listName: listName, elementName: elementName, type: type, requestCounts: 0...1000,
      pageCountLimit: 1000, idFilterLimit: 1000, groupFilterLimit: 100,
      states: ["ARCHIVED", "ENABLED", "ENABLING", "OTHER", "PAUSED", "PROPOSED", "USER_DELETED"],
      totalName: "totalResults")
  }

  static let brandsCampaigns = SponsoredForm(
    kind: .brandsCampaign, listName: "campaigns", elementName: "campaign", type: "CAMPAIGN", requestCounts: 1...10,
    pageCountLimit: 100, idFilterLimit: 10, groupFilterLimit: 10, states: ["ENABLED", "PAUSED", "ARCHIVED"],
    totalName: "totalCount")
}

/// A request for a list.
private struct SponsoredListing {
  /// The largest number of names of a filter. Source: the published OpenAPI files.
  private static let nameFilterLimit = 100

  private enum NameMatch: String, CaseIterable {
    case broad = "BROAD_MATCH"
    case exact = "EXACT_MATCH"
  }

  private enum Targeting: String, CaseIterable {
    case auto = "AUTO"
    case manual = "MANUAL"
  }

  private(set) var filter = AdvertisingEntityFilter()
  let isExtended: Bool
  let limit: Int
  let token: String?

  init(_ body: FieldReader, _ form: SponsoredForm) throws(RequestError) {
    var fields = body
    filter.ids = try fields.included(form.idFilter, limit: form.idFilterLimit).map { Set($0) }
    if form.kind == .productsAdGroup {
      filter.parentIDs = try fields.included("campaignIdFilter", limit: form.groupFilterLimit).map { Set($0) }
      filter.targetingType = try fields.choice("campaignTargetingTypeFilter", Targeting.self)?.rawValue
    } else {
      filter.portfolioIDs = try fields.included("portfolioIdFilter", limit: form.groupFilterLimit).map { Set($0) }
    }
    if form.isOfBrands {
      filter.goals = try fields.included("goalTypeFilter", limit: Self.nameFilterLimit).map { Set($0) }
    }
    filter.states = try fields.includedStates(among: form.states)
    if let members = try fields.object("nameFilter") {
      var names = FieldReader(members, path: "nameFilter.")
      filter.names = try names.strings("include")
      filter.matchesWholeNames = try names.choice("queryTermMatchType", NameMatch.self) == .exact
      try names.finish()
      if let count = filter.names?.count, count > Self.nameFilterLimit {
        throw .wrongType("nameFilter.include", expected: "an array of at most \(Self.nameFilterLimit) strings")
      }
    }
    isExtended = try fields.boolean("includeExtendedDataFields") ?? false
    limit = try fields.pageCount(in: 1...form.pageCountLimit, default: form.pageCountLimit)
    token = try fields.string("nextToken")
    try fields.finish()
  }
}

extension FieldReader {
  /// The states of the filter `stateFilter`, which must be among the known ones; nil if it is missing.
  mutating func includedStates(among known: [String]) throws(RequestError) -> Set<AdvertisingEntityRecord.State>? {
    try included("stateFilter", among: known).map { Set($0.compactMap(AdvertisingEntityRecord.State.init)) }
  }
}

extension AdvertisingEntityFilter {
  /// The filters that a token of a list is bound to.
  var identity: [String] {
    let lists = [ids, parentIDs, portfolioIDs, goals, states.map { Set($0.map(\.rawValue)) }, names.map { Set($0) }]
    return lists.filterIdentity + ["\(matchesWholeNames)", targetingType ?? ""]
  }
}

extension [Set<String>?] {
  /// The texts of filters that a token of a list is bound to. A missing filter differs from an empty one.
  var filterIdentity: [String] {
    flatMap { values in values.map { ["filter"] + $0.sorted() } ?? ["any"] }
  }
}
