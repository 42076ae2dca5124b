import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The audiences that Amazon DSP can target: `POST /audiences/list`.
struct AdvertiserAudienceRoutes {
  /// The largest number of audiences of a page.
  private static let pageCountLimit = 250
  /// The number of audiences of a page by default.
  private static let defaultPageCount = 10
  /// The largest number of filters, and of values of one.
  private static let filterCountLimit = 100

  let audiences: AdvertiserAudienceService

  func add(to routes: Routes) {
    routes.profile("listAudiences", list)
  }

  private func list(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    let listing = try Self.listing(request.query, try await request.fields(isRequired: false))
    let page = try request.page(limit: listing.limit, token: listing.token, filters: listing.identity)
    var found = AdvertiserAudienceService.Page(audiences: [], matchCount: 0, nextPosition: "")
    if listing.target.showsAudiences(of: request.account) {
      found = try await audiences.displayAudiences(
        accountID: request.account.id, advertiserID: listing.target.advertiserID, filters: listing.filters,
        after: page.text, limit: page.limit)
    }
    return try request.respond(object: [
      "audiences": found.audiences.map(Self.shown), "matchCount": found.matchCount,
      "nextToken": try page.nextToken(after: found.nextPosition.isEmpty ? nil : found.nextPosition),
    ])
  }

  // MARK: Requests

  private struct Listing: Sendable {
    var target: AudienceTarget
    var filters: [AdvertiserAudienceFilter]
    var limit: Int
    var token: String?

    /// The filters that a token of this list is bound to.
    var identity: [String] {
      target.identity
        + filters.flatMap { [$0.field.rawValue, $0.isNegated ? "NOT_EQ" : "EQ"] + $0.values }
    }
  }

  private static func listing(_ parameters: QueryParameters, _ body: FieldReader) throws(RequestError) -> Listing {
    var fields = body
    let target = try AudienceTarget(parameters, &fields)
    let filters = try filters(&fields)
    try fields.finish()
    // Audiences of a clean room can always be targeted, so both values mean the same.
    _ = try parameters.boolean("canTarget", default: false)
    return Listing(
      target: target, filters: filters,
      limit: try parameters.integer("maxResults", in: 1...pageCountLimit, default: defaultPageCount),
      token: try parameters.string("nextToken"))
  }

  private static func filters(_ fields: inout FieldReader) throws(RequestError) -> [AdvertiserAudienceFilter] {
    let elements = try fields.array("filters") ?? []
    guard elements.count <= filterCountLimit else {
      throw .wrongType("filters", expected: "an array of at most \(filterCountLimit) filters")
    }
    var filters: [AdvertiserAudienceFilter] = []
    for element in elements {
      guard case .object(let members) = element else { throw .wrongType("filters", expected: "an array of objects") }
      filters.append(try filter(members))
    }
    return filters
  }

  private static func filter(_ members: [String: JSONValue]) throws(RequestError) -> AdvertiserAudienceFilter {
    var fields = FieldReader(members, path: "filters.")
    guard let field = AdvertiserAudienceFilter.Field(rawValue: try fields.requiredString("field")) else {
      let names = AdvertiserAudienceFilter.Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw .wrongType("filters.field", expected: "one of \(names)")
    }
    let comparison = try fields.string("operator") ?? "EQ"
    guard ["EQ", "NOT_EQ"].contains(comparison) else {
      throw .wrongType("filters.operator", expected: "EQ or NOT_EQ")
    }
    let values = try fields.strings("values") ?? []
    guard values.count <= filterCountLimit else {
      throw .wrongType("filters.values", expected: "an array of at most \(filterCountLimit) strings")
    }
    try fields.finish()
    return AdvertiserAudienceFilter(field: field, isNegated: comparison == "NOT_EQ", values: values)
  }

  /// An audience, as the published OpenAPI file has it.
  ///
  /// The forecast is the number of users that can be reached: the size of the audience, as a range as wide as sizes are
  /// rounded. There is no inventory whose impressions could be forecast, so their number has no bounds.
  private static func shown(_ audience: AudienceSummary) -> JSONObject {
    let reach: JSONObject = [
      "lowerBoundInclusive": audience.size.lowerBound, "upperBoundExclusive": audience.size.upperBound,
    ]
    let inventory: JSONObject = ["dailyImpressions": JSONObject(), "dailyReach": reach]
    let forecasts: JSONObject = ["inventoryForecasts": ["all": inventory]]
    return [
      "audienceId": audience.id, "audienceName": audience.name, "category": audience.origin.category,
      "createDate": Timestamp.text(of: audience.createdAt), "description": audience.description,
      "forecasts": forecasts, "status": audience.status.rawValue, "subCategory": audience.origin.subcategory,
      "updateDate": Timestamp.text(of: audience.updatedAt),
    ]
  }
}
