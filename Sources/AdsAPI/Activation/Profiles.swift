import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The profiles that a client can act with: `/v2/profiles`.
struct ProfileRoutes {
  /// The largest number of profiles of a response. Source: the published OpenAPI file.
  private static let profileCountLimit = 5000

  let directory: ProfileDirectory

  func add(to routes: Routes) {
    routes.caller("listProfiles", list)
    routes.profile("getProfileById") { request in
      let profiles = try await directory.profiles(of: request.account)
      guard let profile = profiles.first(where: { $0.record.id == request.profile.id }) else {
        throw CleanRoomError.unknownProfile
      }
      return try request.respond(object: Self.shown(profile))
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
    let kinds = try query.choices("profileTypeFilter", ProfileRecord.Kind.self)
    // A client that may act for an account may do so in every program.
    _ = try query.choice("apiProgram", Program.self)
    // Nothing is paid for here, so no payment method is missing.
    guard try query.boolean("validPaymentMethodFilter", default: true) else {
      return try request.respond(with: [JSONObject]())
    }
    let profiles = try await directory.profiles(
      of: request.principal, onlyChangeable: access == .edit, limit: Self.profileCountLimit)
    return try request.respond(with: profiles.filter { kinds?.contains($0.record.kind) ?? true }.map(Self.shown))
  }

  /// The id of a profile, which is a number in lists of profiles and accounts only. An id that the operator gave in
  /// letters stays as it is.
  static func shownID(of profile: ProfileRecord) -> JSONValue {
    Int64(profile.id).map(JSONValue.integer) ?? .string(profile.id)
  }

  /// A profile, as the published OpenAPI file and the guide "Profiles" have it.
  private static func shown(_ profile: ProfileDirectory.Profile) -> JSONObject {
    let marketplace = profile.marketplace
    let account: JSONObject = [
      "marketplaceStringId": profile.account.marketplaceID, "id": profile.entityID,
      "type": profile.record.kind.rawValue, "name": profile.name, "validPaymentMethod": true,
    ]
    return [
      "profileId": shownID(of: profile.record), "countryCode": marketplace?.profileCountryCode,
      "currencyCode": marketplace?.currencyCode, "timezone": marketplace?.timeZoneName, "accountInfo": account,
    ]
  }
}
