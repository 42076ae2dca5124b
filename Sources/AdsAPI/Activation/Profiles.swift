import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The profiles that a client can act with: `/v2/profiles`.
struct ProfileRoutes {
  /// The most profiles of a response. Source: the published OpenAPI file.
  private static let profileCountLimit = 5000

  let directory: ProfileDirectory

  func add(to routes: Routes) {
    routes.caller("listProfiles", list)
    routes.profile("getProfileById") { request in
      let profiles = try await directory.profiles(of: request.account)
      guard let profile = profiles.first(where: { $0.record.id == request.profile.id }) else {
        throw CleanRoomError.unknownProfile
      }
      return try request.respond(with: Shown(profile))
    }
  }

  private enum Access: String, CaseIterable {
    case edit
    case view
  }

  private enum Program: String, CaseIterable {
    case billing, campaign, paymentMethod, store, report, account, posts
  }

  private func list(_ request: AuthorizedRequest<CallerSubject>) async throws -> Response {
    let query = request.query
    let access = try query.choice("accessLevel", Access.self) ?? .view
    let kind = try query.choice("profileTypeFilter", ProfileRecord.Kind.self)
    // Whoever may act for an account may do so in every program.
    _ = try query.choice("apiProgram", Program.self)
    // Nothing is paid for here, so that no payment method is missing.
    guard try query.boolean("validPaymentMethodFilter", default: true) else {
      return try request.respond(with: [Shown]())
    }
    let profiles = try await directory.profiles(
      of: request.principal, onlyChangeable: access == .edit, limit: Self.profileCountLimit)
    return try request.respond(with: profiles.filter { kind == nil || $0.record.kind == kind }.map(Shown.init))
  }

  /// A profile, as the published OpenAPI file and the guide "Profiles" have it.
  private struct Shown: Encodable {
    struct AccountInfo: Encodable {
      let marketplaceStringId: String
      let id: String
      let type: String
      let name: String
      let validPaymentMethod = true
    }

    let profileId: JSONValue
    let countryCode: String?
    let currencyCode: String?
    let timezone: String?
    let accountInfo: AccountInfo

    init(_ profile: ProfileDirectory.Profile) {
      let record = profile.record
      // Ids are numbers in this response alone; one that an operator has given in letters stays as it is.
      profileId = Int64(record.id).map(JSONValue.integer) ?? .string(record.id)
      let marketplace = profile.marketplace
      countryCode = marketplace?.profileCountryCode
      currencyCode = marketplace?.currencyCode
      timezone = marketplace?.timeZoneName
      accountInfo = AccountInfo(
        marketplaceStringId: profile.account.marketplaceID, id: profile.entityID, type: record.kind.rawValue,
        name: profile.name)
    }
  }
}
