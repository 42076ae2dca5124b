import Activation
import CleanRoom
import Hummingbird
import Metadata

/// The account's advertisers of Amazon DSP: `/dsp/advertisers`.
struct DSPAdvertiserRoutes: Sendable {
  /// The most advertisers of a page, and how many there are if nothing is said. Source: the published OpenAPI file.
  private static let pageCountLimit = 100
  /// Where a page may begin at the latest. Source: the published OpenAPI file.
  private static let startLimit = 29_900
  /// The most advertisers that a filter names.
  private static let filterCountLimit = 100

  let entrance: ActivationEntrance

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/dsp/advertisers").add(middleware: ErrorMiddleware(bodies: ActivationErrors()))
      .get { request, _ in try await self.list(request) }
      .get("{advertiserId}") { request, context in try await self.show(request, context) }
  }

  private struct Shown: Encodable {
    let advertiserId: String
    let name: String
    let country: String?
    let currency: String?
    let timezone: String?

    init(_ advertiser: AdvertiserRecord, of account: AccountRecord) {
      let marketplace = Marketplace(id: account.marketplaceID)
      advertiserId = advertiser.id
      name = advertiser.name
      country = marketplace?.profileCountryCode
      currency = marketplace?.currencyCode
      timezone = marketplace?.timeZoneName
    }
  }

  private struct List: Encodable {
    let totalResults: Int
    let response: [Shown]
  }

  private func list(_ request: Request) async throws -> Response {
    let visitor = try await entrance.enter(request, .listDspAdvertisers)
    let parameters = QueryParameters(request)
    let start = try parameters.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try parameters.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let ids = try parameters.string("advertiserIdFilter").map(Self.ids)
    if let ids, ids.isEmpty || ids.count > Self.filterCountLimit {
      throw RequestError.invalidQueryParameter(
        "advertiserIdFilter", reason: "must have 1 to \(Self.filterCountLimit) ids with commas between them.")
    }
    let advertisers = try await directory.displayAdvertisers(accountID: visitor.account.id).filter {
      ids?.contains($0.id) ?? true
    }
    return try Response.json(
      List(
        totalResults: advertisers.count,
        response: advertisers.dropFirst(start).prefix(count).map { Shown($0, of: visitor.account) }))
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let visitor = try await entrance.enter(request, .getDspAdvertiser)
    let id = context.pathParameter("advertiserId")
    let advertisers = try await directory.displayAdvertisers(accountID: visitor.account.id)
    guard let advertiser = advertisers.first(where: { $0.id == id }) else { throw CleanRoomError.unknownAdvertiser }
    return try Response.json(Shown(advertiser, of: visitor.account))
  }

  private var directory: ProfileDirectory { entrance.directory }

  private static func ids(_ text: String) -> Set<String> {
    Set(text.split(separator: ",").map { String($0.drop { $0 == " " }) })
  }
}
