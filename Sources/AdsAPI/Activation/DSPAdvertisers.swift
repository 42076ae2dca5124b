import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The account's advertisers of Amazon DSP: `/dsp/advertisers`.
struct DSPAdvertiserRoutes {
  /// The largest and default number of advertisers of a page. Source: the published OpenAPI file.
  private static let pageCountLimit = 100
  /// The largest index at which a page may begin. Source: the published OpenAPI file.
  private static let startLimit = 29_900
  /// The largest number of advertisers of a filter.
  private static let filterCountLimit = 100

  let directory: ProfileDirectory

  func add(to routes: Routes) {
    routes.profile("listDspAdvertisers", list)
    routes.profile("getDspAdvertiser") { request in
      let id = request.path("advertiserId")
      let found = try await directory.displayAdvertisers(accountID: request.account.id, ids: [id], count: 1)
      guard let advertiser = found.advertisers.first else { throw CleanRoomError.unknownAdvertiser }
      return try request.respond(object: Self.shown(advertiser, of: request.account))
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
    let found = try await directory.displayAdvertisers(
      accountID: request.account.id, ids: ids, start: start, count: count)
    return try request.respond(
      object: [
        "totalResults": found.matchCount,
        "response": found.advertisers.map { Self.shown($0, of: request.account) },
      ])
  }

  private static func ids(_ text: String) -> Set<String> {
    Set(text.split(separator: ",").map { String($0.drop { $0 == " " }) })
  }

  // MARK: Responses, as the published OpenAPI file has them

  private static func shown(_ advertiser: AdvertiserRecord, of account: AccountRecord) -> JSONObject {
    let marketplace = Marketplace(id: account.marketplaceID)
    return [
      "advertiserId": advertiser.id,
      "name": advertiser.name,
      "country": marketplace?.profileCountryCode,
      "currency": marketplace?.currencyCode,
      "timezone": marketplace?.timeZoneName,
    ]
  }
}
