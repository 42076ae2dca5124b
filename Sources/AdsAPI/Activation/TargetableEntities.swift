import Activation
import Base
import CleanRoom
import Hummingbird

/// The entities that sponsored ads can target: `POST /targetableEntities/list`. Here these are audiences only.
struct TargetableEntityRoutes {
  /// The largest number of entities of a page.
  private static let pageCountLimit = 250
  /// The default number of entities of a page.
  private static let defaultPageCount = 250
  /// The largest number of paths of a filter, and of parts of one.
  private static let pathCountLimit = 10
  /// The largest number of ids of a filter.
  private static let idCountLimit = 1000
  /// The largest number of characters of a search text.
  private static let searchLengthLimit = 1000

  /// The path of a clean room's audiences in Amazon's taxonomy.
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

  let audiences: AdvertiserAudienceService

  func add(to routes: Routes) {
    routes.profile("listTargetableEntities", list)
  }

  private static func entity(_ audience: AudienceSummary) -> JSONObject {
    [
      "audienceId": audience.id,
      "audienceResolved": audience.name,
      "audienceTooltip": audience.description,
      "path": path,
      "targetType": TargetType.audience.rawValue,
    ]
  }

  private struct Query {
    var product: Product
    var wantsAudiences: Bool
    var words: [String]
    var limit: Int
    var token: String?
  }

  private func list(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    let query = try Self.query(of: try await request.batchFields())
    let page = try request.page(
      limit: query.limit, token: query.token,
      filters: [query.product.rawValue, "\(query.wantsAudiences)"] + query.words)
    var found = AdvertiserAudienceService.Page(audiences: [], matchCount: 0, nextPosition: "")
    if query.wantsAudiences {
      found = try await audiences.sponsoredAudiences(
        accountID: request.account.id, advertiserID: request.subject.advertiserID, words: query.words,
        after: page.text, limit: page.limit)
    }
    return try request.respond(
      object: [
        "targetableEntities": found.audiences.map(Self.entity), "totalResults": found.matchCount,
        "nextToken": try page.nextToken(after: found.nextPosition.isEmpty ? nil : found.nextPosition),
      ])
  }

  private static func query(of body: FieldReader) throws(RequestError) -> Query {
    var fields = body
    let product = try fields.requiredChoice("adProduct", Product.self)
    let types = try fields.strings("targetTypeFilter") ?? []
    guard types.allSatisfy({ TargetType(rawValue: $0) != nil }) else {
      let known = TargetType.allCases.map(\.rawValue).joined(separator: ", ")
      throw .wrongType("targetTypeFilter", expected: "an array of \(known)")
    }
    let paths = try paths(&fields)
    // There are no products and no categories here, and names are in one language.
    let browseNodes = try ids("parentBrowseNodeIdFilter", &fields)
    let categories = try ids("productCategoryIdFilter", &fields)
    _ = try fields.string("locale")
    let search = try fields.string("searchQueryFilter") ?? ""
    guard search.count <= searchLengthLimit else {
      throw .wrongType("searchQueryFilter", expected: "a string of at most \(searchLengthLimit)")
    }
    let limit = try fields.pageCount(in: 1...pageCountLimit, default: defaultPageCount)
    let token = try fields.string("nextToken")
    try fields.finish()
    let isWanted =
      product != .sponsoredTelevision && (types.isEmpty || types.contains(TargetType.audience.rawValue))
      && (paths.isEmpty || paths.contains { path.starts(with: $0) }) && browseNodes.isEmpty && categories.isEmpty
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
