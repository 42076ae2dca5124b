import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// The media type of the list of accounts.
enum AccountMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcaudiencesconnections.v1+json"
}

/// The media type of instances and what belongs to them.
enum InstanceMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcinstances.v1+json"
}

/// The headers that name an account, in administration and reporting alike.
struct AccountHeaders: Sendable {
  var accountID: String
  var marketplaceID: String

  init(_ headers: HTTPFields) throws(RequestError) {
    accountID = try headers.requiredIdentifier(.advertiserID)
    marketplaceID = try headers.requiredIdentifier(.marketplaceID)
  }
}

/// Reads what administration requests hold.
enum AdministrationRequests {
  /// The most elements of a page, and how many there are when the client does not say.
  static let pageCountLimit = 100

  /// The types of advertisers that the API knows.
  enum AdvertiserType: String, CaseIterable, Sendable {
    case display = "DISPLAY"
    case sponsoredAds = "SPONSORED_ADS"
    case adServer = "SAS"

    /// What the type is in the store.
    var kind: AdvertiserKind {
      switch self {
      case .display: .display
      case .sponsoredAds: .sponsoredAds
      case .adServer: .adServer
      }
    }
  }

  static func page(_ request: Request) throws(RequestError) -> (limit: Int, token: String?) {
    let parameters = QueryParameters(request)
    return (
      try parameters.integer("limit", in: 1...pageCountLimit, default: pageCountLimit),
      try parameters.string("nextToken")
    )
  }

  static func advertiserType(_ request: Request) throws(RequestError) -> AdvertiserType? {
    guard let text = try QueryParameters(request).string("type") else { return nil }
    guard let type = AdvertiserType(rawValue: text) else {
      throw .invalidQueryParameter("type", reason: "must be DISPLAY, SPONSORED_ADS or SAS.")
    }
    return type
  }
}
