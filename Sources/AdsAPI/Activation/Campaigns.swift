import Activation
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Campaigns that bid for audiences: `/sp/campaigns` and `/sb/v4/campaigns`, which guides call `/sb/campaigns`.
struct CampaignRoutes {
  let campaigns: CampaignService

  func add(to routes: Routes) {
    routes.profile("createSponsoredProductsCampaigns") { try await create($0, .products) }
    routes.profile("updateSponsoredProductsCampaigns") { try await update($0, .products) }
    routes.profile("listSponsoredProductsCampaigns") { try await list($0, .products) }
    routes.profile("deleteSponsoredProductsCampaigns") { try await delete($0, .products) }
    routes.profile("createSponsoredBrandsCampaigns") { try await create($0, .brands) }
    routes.profile("updateSponsoredBrandsCampaigns") { try await update($0, .brands) }
    routes.profile("listSponsoredBrandsCampaigns") { try await list($0, .brands) }
    routes.profile("deleteSponsoredBrandsCampaigns") { try await delete($0, .brands) }
    // The path in AMC's guide.
    routes.profile("createBrandsCampaignsByGuide") { try await create($0, .brands) }
    routes.profile("listBrandsCampaignsByGuide") { try await list($0, .brands) }
  }

  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  private func create(_ request: Incoming, _ program: CampaignProgram) async throws -> Response {
    let elements = try await request.batch("campaigns", counts: program.requestCounts)
    let outcomes = try await campaigns.create(elements, program: program.program, in: request.subject)
    return try respond(to: request, outcomes, ids: [], list: "campaigns", program)
  }

  private func update(_ request: Incoming, _ program: CampaignProgram) async throws -> Response {
    let elements = try await request.batch("campaigns", counts: program.requestCounts)
    let outcomes = try await campaigns.update(elements, program: program.program, in: request.subject)
    let ids = elements.map { $0.objectMembers["campaignId"]?.string ?? "" }
    return try respond(to: request, outcomes, ids: ids, list: "campaigns", program)
  }

  private func delete(_ request: Incoming, _ program: CampaignProgram) async throws -> Response {
    let ids = try CampaignRequests.deletion(try await request.batchFields(), program)
    let outcomes = try await campaigns.archive(ids: ids, program: program.program, in: request.subject)
    return try respond(to: request, outcomes, ids: ids, list: "campaignIdFilter.include", program)
  }

  private func respond(
    to request: Incoming, _ outcomes: [CampaignService.Outcome], ids: [String], list: String,
    _ program: CampaignProgram
  ) throws -> Response {
    // Source: the parameter `Prefer` of Sponsored Products. Sponsored Brands always shows the campaigns.
    let isAskedFor = request.headers[.prefer]?.contains("return=representation") ?? false
    let body = try CampaignResponses.multiStatus(outcomes, ids: ids, list: list, of: program, .campaign) { campaign in
      var element = ["campaignId": JSONValue.string(campaign.id)]
      if isAskedFor || program.program == .sponsoredBrands {
        element["campaign"] = try CampaignResponses.campaign(campaign)
      }
      return element
    }
    return try request.respond(with: body, status: .multiStatus)
  }

  private func list(_ request: Incoming, _ program: CampaignProgram) async throws -> Response {
    let listing = try CampaignRequests.listing(try await request.batchFields(isRequired: false), program)
    let page = try request.page(limit: listing.limit, token: listing.token, filters: listing.identity)
    let found = try await campaigns.campaigns(
      program: program.program, matching: listing.filter, in: request.subject,
      after: try page.number(first: 0), limit: page.limit)
    var body = [
      "campaigns": JSONValue.array(
        try found.campaigns.map { try CampaignResponses.campaign($0, isExtended: listing.isExtended) }),
      program.totalName: .integer(Int64(found.matchCount)),
    ]
    body["nextToken"] = try page.nextToken(after: found.nextSequence.map { String($0) }).map(JSONValue.string)
    return try request.respond(with: JSONValue.object(body))
  }
}

/// The differences between campaigns of Sponsored Products and of Sponsored Brands, as their published OpenAPI files
/// have them.
struct CampaignProgram: Sendable {
  let program: CampaignRecord.Program
  /// The possible numbers of campaigns in a request.
  let requestCounts: ClosedRange<Int>
  /// The largest and default number of campaigns of a page.
  let pageCountLimit: Int
  /// The largest number of ids of a filter.
  let idFilterLimit: Int
  let portfolioFilterLimit: Int
  /// The states that a filter may name.
  let states: [String]
  /// The name of the member with the number of all matches.
  let totalName: String
  /// Whether empty lists of outcomes are left out.
  let leavesOutEmptyLists: Bool

  static let products = CampaignProgram(
    program: .sponsoredProducts, requestCounts: 0...1000, pageCountLimit: 1000, idFilterLimit: 1000,
    portfolioFilterLimit: 100,
    states: ["ARCHIVED", "ENABLED", "ENABLING", "OTHER", "PAUSED", "PROPOSED", "USER_DELETED"],
    totalName: "totalResults", leavesOutEmptyLists: false)

  static let brands = CampaignProgram(
    program: .sponsoredBrands, requestCounts: 1...10, pageCountLimit: 100, idFilterLimit: 10, portfolioFilterLimit: 10,
    states: ["ENABLED", "PAUSED", "ARCHIVED"], totalName: "totalCount", leavesOutEmptyLists: true)
}

/// Reads requests about campaigns.
enum CampaignRequests {
  /// The largest number of names of a filter. Source: the published OpenAPI files.
  fileprivate static let nameFilterLimit = 100

  struct Listing: Sendable {
    var filter = CampaignFilter()
    var isExtended = false
    var limit = 0
    var token: String?

    /// The filters that a token of this list is bound to.
    var identity: [String] {
      [filter.ids, filter.portfolioIDs, filter.states, filter.goals, filter.names.map { Set($0) }].flatMap { values in
        values.map { ["filter"] + $0.sorted() } ?? ["any"]
      } + ["\(filter.matchesWholeNames)"]
    }
  }

  static func listing(_ body: FieldReader, _ program: CampaignProgram) throws(RequestError) -> Listing {
    var fields = body
    var listing = Listing()
    listing.filter.ids = try fields.included("campaignIdFilter", limit: program.idFilterLimit).map { Set($0) }
    listing.filter.portfolioIDs = try fields.included("portfolioIdFilter", limit: program.portfolioFilterLimit)
      .map { Set($0) }
    listing.filter.states = try fields.included("stateFilter", among: program.states)
    if program.program == .sponsoredBrands {
      listing.filter.goals = try fields.included("goalTypeFilter", limit: nameFilterLimit).map { Set($0) }
    }
    if let wanted = try fields.nameFilter() {
      (listing.filter.names, listing.filter.matchesWholeNames) = (wanted.names, wanted.matchesWhole)
    }
    listing.isExtended = try fields.boolean("includeExtendedDataFields") ?? false
    listing.limit = try fields.pageCount(in: 1...program.pageCountLimit, default: program.pageCountLimit)
    listing.token = try fields.string("nextToken")
    try fields.finish()
    return listing
  }

  /// The campaigns that a deletion names.
  static func deletion(_ body: FieldReader, _ program: CampaignProgram) throws(RequestError) -> [String] {
    var fields = body
    guard let ids = try fields.included("campaignIdFilter", limit: program.idFilterLimit) else {
      throw .missingField("campaignIdFilter.include")
    }
    try fields.finish()
    return ids
  }
}

private enum NameMatch: String, CaseIterable {
  case broad = "BROAD_MATCH"
  case exact = "EXACT_MATCH"
}

extension FieldReader {
  /// The names, or parts of names, of the filter `nameFilter`; nil if it is missing.
  mutating func nameFilter() throws(RequestError) -> (names: [String]?, matchesWhole: Bool)? {
    guard let members = try object("nameFilter") else { return nil }
    var fields = FieldReader(members, path: "nameFilter.")
    let names = try fields.strings("include")
    let match = try fields.choice("queryTermMatchType", NameMatch.self)
    try fields.finish()
    let limit = CampaignRequests.nameFilterLimit
    if let names, names.count > limit {
      throw .wrongType("nameFilter.include", expected: "an array of at most \(limit) strings")
    }
    return (names, match == .exact)
  }
}
