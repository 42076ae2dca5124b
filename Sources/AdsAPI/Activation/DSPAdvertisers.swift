import Activation
import CleanRoom
import Hummingbird
import Metadata

/// The account's advertisers of Amazon DSP: `/dsp/advertisers`.
struct DSPAdvertiserRoutes {
  /// The most advertisers of a page, and how many there are if nothing is said. Source: the published OpenAPI file.
  private static let pageCountLimit = 100
  /// Where a page may begin at the latest. Source: the published OpenAPI file.
  private static let startLimit = 29_900
  /// The most advertisers that a filter names.
  private static let filterCountLimit = 100

  let directory: ProfileDirectory

  func add(to routes: Routes) {
    routes.profile("listDspAdvertisers", list)
    routes.profile("getDspAdvertiser") { request in
      let id = request.path("advertiserId")
      let advertisers = try await directory.displayAdvertisers(accountID: request.account.id)
      guard let advertiser = advertisers.first(where: { $0.id == id }) else {
        throw CleanRoomError.unknownAdvertiser
      }
      return try request.respond(with: Shown(advertiser, of: request.account))
    }
  }

  private func list(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    let query = request.query
    let start = try query.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try query.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let ids = try query.string("advertiserIdFilter").map(Self.ids)
    if let ids, ids.isEmpty || ids.count > Self.filterCountLimit {
      throw RequestError.invalidQueryParameter(
        "advertiserIdFilter", reason: "must have 1 to \(Self.filterCountLimit) ids with commas between them.")
    }
    let advertisers = try await directory.displayAdvertisers(accountID: request.account.id).filter {
      ids?.contains($0.id) ?? true
    }
    return try request.respond(
      with: List(
        totalResults: advertisers.count,
        response: advertisers.dropFirst(start).prefix(count).map { Shown($0, of: request.account) }))
  }

  private static func ids(_ text: String) -> Set<String> {
    Set(text.split(separator: ",").map { String($0.drop { $0 == " " }) })
  }

  // MARK: Responses, as the published OpenAPI file has them

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
}
