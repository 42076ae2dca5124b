import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The categories of the audiences that Amazon DSP can target: `POST /audiences/taxonomy/list`.
struct AudienceTaxonomyRoutes {
  /// The largest and default number of categories of a page. Source: the published OpenAPI file.
  private static let pageCountLimit = 250
  /// The largest number of parts of a path.
  private static let pathCountLimit = 10

  let audiences: AdvertiserAudienceService

  func add(to routes: Routes) {
    routes.profile("fetchTaxonomy", list)
  }

  private func list(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    var fields = try await request.fields(isRequired: false)
    let target = try AudienceTarget(request.query, &fields)
    let path = try fields.strings("categoryPath") ?? []
    guard path.count <= Self.pathCountLimit else {
      throw RequestError.wrongType("categoryPath", expected: "an array of at most \(Self.pathCountLimit) strings")
    }
    try fields.finish()
    let limit = try request.query.integer("maxResults", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let page = try request.page(
      limit: limit, token: try request.query.filledString("nextToken"), filters: target.identity + path)
    let names = target.showsAudiences(of: request.account) ? AudienceSummary.Origin.categories(under: path) : []
    let (shown, nextToken) = try page.cut(names.filter { $0 > page.text }.sorted(), at: \.self)
    var categories: [JSONObject] = []
    for name in shown {
      let found = try await audiences.displayAudiences(
        accountID: request.account.id, advertiserID: target.advertiserID,
        filters: [
          AdvertiserAudienceFilter(
            field: .categoryPath, isNegated: false, values: AudienceSummary.Origin.paths(under: path + [name]))
        ],
        after: "", limit: 1)
      categories.append(["audienceCount": found.matchCount, "category": name])
    }
    return try request.respond(object: ["categories": categories, "categoryPath": path, "nextToken": nextToken])
  }
}

/// The program and the place that a request for audiences names.
struct AudienceTarget: Sendable {
  enum AdType: String, CaseIterable, Sendable {
    case dsp = "DSP"
    case sponsoredDisplay = "SD"
    case sponsoredTelevision = "ST"
  }

  let adType: AdType
  let advertiserID: String?
  /// Two letters, ISO 3166-1; nil for any country.
  let country: String?

  init(_ parameters: QueryParameters, _ fields: inout FieldReader) throws(RequestError) {
    adType = try fields.choice("adType", AdType.self) ?? .dsp
    let countries = try fields.strings("countries")
    if let countries, countries.count != 1 {
      throw .wrongType("countries", expected: "an array of one country code")
    }
    country = countries?.first?.uppercased()
    advertiserID = try parameters.string("advertiserId")
    if adType == .dsp, advertiserID?.isEmpty != false {
      throw .invalidQueryParameter("advertiserId", reason: "is missing; adType DSP needs it.")
    }
  }

  /// The properties that a token of a list is bound to.
  var identity: [String] { [adType.rawValue, advertiserID ?? "", country ?? ""] }

  /// Whether the account's audiences are of the program and the country. An account's customers are in one country, and
  /// so are its audiences; audiences of sponsored ads advertisers are listed by another operation of the API.
  func showsAudiences(of account: AccountRecord) -> Bool {
    switch adType {
    case .dsp: country == nil || country == Marketplace(id: account.marketplaceID)?.countryCode
    case .sponsoredDisplay, .sponsoredTelevision: false
    }
  }
}
