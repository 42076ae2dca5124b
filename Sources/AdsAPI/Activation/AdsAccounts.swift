import Activation
import Base
import CleanRoom
import Hummingbird
import Metadata

/// The accounts that a client may act for, as the advertising API lists them: `POST /adsAccounts/list`.
struct AdsAccountRoutes {
  /// The largest and default number of accounts of a page. Source: the published OpenAPI file.
  private static let pageCountLimit = 100

  let instances: InstanceService
  let directory: ProfileDirectory

  func add(to routes: Routes) {
    routes.caller("listAdsAccounts") { request in
      var fields = try await request.fields(isRequired: false)
      let limit = try fields.pageCount(in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
      let token = try fields.filledString("nextToken")
      try fields.finish()
      let page = try request.page(limit: limit, token: token)
      let found = try await instances.accounts(of: request.principal, afterID: page.text, limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found, at: \.id)
      var accounts: [JSONObject] = []
      for account in shown {
        accounts.append(
          account.isOnboarded
            ? Self.shown(account, try await directory.profiles(of: account)) : Self.shownPending(account))
      }
      return try request.respond(object: ["adsAccounts": accounts, "nextToken": nextToken])
    }
  }

  /// An account whose onboarding is not completed: none of its countries can be used, as the guide says.
  private static func shownPending(_ account: AccountRecord) -> JSONObject {
    [
      "accountName": account.name, "adsAccountId": account.id, "alternateIds": [JSONObject](),
      "countryCodes": [String](), "errors": JSONObject(), "status": "PENDING",
    ]
  }

  /// An account, as the published OpenAPI file has it.
  private static func shown(_ account: AccountRecord, _ profiles: [ProfileDirectory.Profile]) -> JSONObject {
    let alternates = profiles.map { profile -> JSONObject in
      [
        "countryCode": profile.marketplace?.countryCode, "entityId": profile.entityID,
        "profileId": ProfileRoutes.shownID(of: profile.record),
      ]
    }
    // Nothing goes wrong with an account here.
    return [
      "accountName": account.name, "adsAccountId": account.id, "alternateIds": alternates,
      "countryCodes": Marketplace(id: account.marketplaceID).map { [$0.countryCode] } ?? [], "errors": JSONObject(),
      "status": "CREATED",
    ]
  }
}
