import Base
import CleanRoom
import Metadata

/// The accounts that a client may act for: `/amc/accounts`.
struct AccountRoutes {
  let instances: InstanceService

  func add(to routes: Routes) {
    routes.caller("listAmcAccounts") { request in
      let page = try request.page()
      let found = try await instances.accounts(of: request.principal, afterID: page.text, limit: page.fetchLimit)
      return try request.respond(object: page.list("amcAccounts", of: found, at: \.id, Self.account))
    }
  }

  private static func account(_ account: AccountRecord) -> JSONObject {
    [
      "accountId": account.id,
      "accountName": account.name,
      "marketplaceId": account.marketplaceID,
    ]
  }
}
