import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Accounts, and what belongs to them: `/amc/accounts`, `/amc/instances`, `/adyton/audit`.
struct AdministrationRoutes: Sendable {
  let entrance: AdministrationEntrance
  let instances: InstanceRoutes
  let advertisers: AdvertiserRoutes
  let audit: AuditRoutes

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/accounts").add(middleware: ErrorMiddleware(bodies: AccountErrors()))
      .get { request, _ in try await self.listAccounts(request) }
    instances.add(to: router)
    advertisers.add(to: router)
    CollaborationRoutes(entrance: entrance).add(to: router)
    BucketTemplateRoutes(account: instances.bucketAccount).add(to: router)
    audit.add(to: router)
  }

  private func listAccounts(_ request: Request) async throws -> Response {
    let caller = try await entrance.gate.admit(request, to: .listAmcAccounts)
    let choice = try MediaTypes<AccountMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    let limit = AdministrationRequests.pageCountLimit
    let page = try AdministrationRequests.page(request)
    let scope = PageTokens.Scope(operation: .listAmcAccounts, clientID: caller.clientID, subject: [])
    let found = try await entrance.instances.accounts(
      of: caller.principal, afterID: try entrance.pageTokens.text(of: page.token, scope: scope), limit: limit + 1)
    let token = try entrance.nextToken(found.map(\.id), limit: limit, scope: scope)
    return try Response.json(
      AdministrationResponses.Accounts(
        amcAccounts: found.prefix(limit).map(AdministrationResponses.Account.init), nextToken: token),
      mediaType: choice.mediaType)
  }
}
