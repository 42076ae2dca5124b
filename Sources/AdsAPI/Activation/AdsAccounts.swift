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
      var accounts: [Account] = []
      for account in shown { accounts.append(Account(account, try await directory.profiles(of: account))) }
      return try request.respond(with: List(adsAccounts: accounts, nextToken: nextToken))
    }
  }

  // MARK: Responses, as the published OpenAPI file has them

  private struct List: Encodable {
    let adsAccounts: [Account]
    let nextToken: String?
  }

  private struct Account: Encodable {
    struct AlternateID: Encodable {
      let countryCode: String?
      let entityId: String
      let profileId: JSONValue
    }

    let accountName: String
    let adsAccountId: String
    let alternateIds: [AlternateID]
    let countryCodes: [String]
    /// Nothing goes wrong with an account here.
    let errors: [String: String] = [:]
    let status = "CREATED"

    init(_ account: AccountRecord, _ profiles: [ProfileDirectory.Profile]) {
      accountName = account.name
      adsAccountId = account.id
      alternateIds = profiles.map { profile in
        AlternateID(
          countryCode: profile.marketplace?.countryCode, entityId: profile.entityID,
          profileId: ProfileRoutes.shownID(of: profile.record))
      }
      countryCodes = Marketplace(id: account.marketplaceID).map { [$0.countryCode] } ?? []
    }
  }
}
