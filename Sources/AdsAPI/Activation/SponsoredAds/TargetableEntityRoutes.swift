import Activation
import CleanRoom
import Hummingbird

/// What sponsored ads can target: `POST /targetableEntities/list`. Here that is audiences, and nothing else.
struct TargetableEntityRoutes: Sendable {
  static let mediaType = "application/vnd.Mindreader.TargetableEntitiesResource.v1+json"
  /// The most entities of a page.
  private static let pageCountLimit = 250
  /// How many a page has when the client does not say.
  private static let defaultPageCount = 250
  /// The most paths of a filter, and the most parts of one.
  private static let pathCountLimit = 10
  /// The most ids of a filter.
  private static let idCountLimit = 1000
  /// The most characters of what is searched for.
  private static let searchLengthLimit = 1000

  /// Where audiences of a clean room are in Amazon's taxonomy.
  private static let path = ["Audience Category", "Custom-built", "AMC"]

  private enum Product: String, CaseIterable {
    case sponsoredBrands = "SPONSORED_BRANDS"
    case sponsoredDisplay = "SPONSORED_DISPLAY"
    case sponsoredProducts = "SPONSORED_PRODUCTS"
    case sponsoredTelevision = "SPONSORED_TELEVISION"
  }

  private enum TargetType: String, CaseIterable {
    case audience = "AUDIENCE"
    case contentCategory = "CONTENT_CATEGORY"
    case productCategory = "PRODUCT_CATEGORY"
    case productCategoryAudience = "PRODUCT_CATEGORY_AUDIENCE"
  }

  let entrance: ActivationEntrance
  let audiences: AdvertiserAudienceService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/targetableEntities/list")
      .add(middleware: ErrorMiddleware(bodies: SponsoredErrors(mediaType: Self.mediaType)))
      .post { request, _ in try await self.list(request) }
  }

  private struct Entity: Encodable {
    let audienceId: String
    let audienceResolved: String
    let audienceTooltip: String
    let path = TargetableEntityRoutes.path
    let targetType = TargetType.audience.rawValue

    init(_ audience: AudienceSummary) {
      audienceId = audience.id
      audienceResolved = audience.name
      audienceTooltip = audience.description
    }
  }

  private struct List: Encodable {
    let targetableEntities: [Entity]
    let totalResults: Int
    let nextToken: String?
  }

  private struct Query {
    var product: Product
    var wantsAudiences: Bool
    var words: [String]
    var limit: Int
    var token: String?
  }

  private func list(_ request: Request) async throws -> Response {
    let visitor = try await entrance.enter(request, .listTargetableEntities)
    let query = try await query(of: request)
    let scope = entrance.tokenScope(
      .listTargetableEntities, visitor.clientID,
      [visitor.profile.id, query.product.rawValue, "\(query.wantsAudiences)"] + query.words)
    let position = try entrance.pageTokens.text(of: query.token, scope: scope)
    var page = AdvertiserAudienceService.Page(audiences: [], matchCount: 0, nextPosition: "")
    if query.wantsAudiences {
      page = try await audiences.sponsoredAudiences(
        accountID: visitor.account.id, advertiserID: visitor.scope.advertiserID, words: query.words,
        after: position, limit: query.limit)
    }
    let token =
      page.nextPosition.isEmpty ? nil : try entrance.pageTokens.token(position: page.nextPosition, scope: scope)
    return try Response.json(
      List(targetableEntities: page.audiences.map(Entity.init), totalResults: page.matchCount, nextToken: token),
      mediaType: request.mediaType(Self.mediaType))
  }

  private func query(of request: Request) async throws -> Query {
    var fields = try await BatchBody.fields(of: request, mediaType: Self.mediaType)
    guard let product = try fields.choice("adProduct", Product.self) else {
      throw RequestError.missingField("adProduct")
    }
    let types = try fields.strings("targetTypeFilter") ?? []
    guard types.allSatisfy({ TargetType(rawValue: $0) != nil }) else {
      let known = TargetType.allCases.map(\.rawValue).joined(separator: ", ")
      throw RequestError.wrongType("targetTypeFilter", expected: "an array of \(known)")
    }
    let paths = try Self.paths(&fields)
    // There are no products and no categories here, and names are in one language.
    let browseNodes = try Self.ids("parentBrowseNodeIdFilter", &fields)
    let categories = try Self.ids("productCategoryIdFilter", &fields)
    _ = try fields.string("locale")
    let search = try fields.string("searchQueryFilter") ?? ""
    guard search.count <= Self.searchLengthLimit else {
      throw RequestError.wrongType("searchQueryFilter", expected: "a string of at most \(Self.searchLengthLimit)")
    }
    let limit = try fields.pageCount(in: 1...Self.pageCountLimit, default: Self.defaultPageCount)
    let token = try fields.string("nextToken")
    try fields.finish()
    let isWanted =
      product != .sponsoredTelevision && (types.isEmpty || types.contains(TargetType.audience.rawValue))
      && (paths.isEmpty || paths.contains { Self.path.starts(with: $0) }) && browseNodes.isEmpty && categories.isEmpty
    return Query(
      product: product, wantsAudiences: isWanted, words: search.split(separator: " ").map(String.init), limit: limit,
      token: token)
  }

  private static func paths(_ fields: inout FieldReader) throws(RequestError) -> [[String]] {
    let expected = "an array of at most \(pathCountLimit) paths, which are arrays of strings"
    let elements = try fields.array("pathsFilter") ?? []
    guard elements.count <= pathCountLimit else { throw .wrongType("pathsFilter", expected: expected) }
    var paths: [[String]] = []
    for element in elements {
      guard case .array(let parts) = element, parts.count <= pathCountLimit else {
        throw .wrongType("pathsFilter", expected: expected)
      }
      let texts = parts.compactMap(\.string)
      guard texts.count == parts.count else { throw .wrongType("pathsFilter", expected: expected) }
      paths.append(texts)
    }
    return paths
  }

  private static func ids(_ name: String, _ fields: inout FieldReader) throws(RequestError) -> [String] {
    let ids = try fields.strings(name) ?? []
    guard ids.count <= idCountLimit else {
      throw .wrongType(name, expected: "an array of at most \(idCountLimit) strings")
    }
    return ids
  }
}
