import CleanRoom
import Metadata

/// The accounts that a client may act for: `/amc/accounts`.
struct AccountRoutes {
  let instances: InstanceService

  func add(to routes: Routes) {
    routes.caller("listAmcAccounts") { request in
      let page = try request.page()
      let found = try await instances.accounts(of: request.principal, afterID: page.text, limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found, at: \.id)
      return try request.respond(with: Accounts(amcAccounts: shown.map(Account.init), nextToken: nextToken))
    }
  }

  private struct Accounts: Encodable {
    let amcAccounts: [Account]
    let nextToken: String?
  }

  private struct Account: Encodable {
    let accountId: String
    let accountName: String
    let marketplaceId: String

    init(_ account: AccountRecord) {
      accountId = account.id
      accountName = account.name
      marketplaceId = account.marketplaceID
    }
  }
}
