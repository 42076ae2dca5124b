import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata
import ObjectStorage

/// Accounts, instances and their advertisers: `/amc/accounts`, `/amc/instances`.
struct AdministrationRoutes: Sendable {
  let gate: Gate
  let instances: InstanceService
  let pageTokens: PageTokens
  let addresses: PublicAddresses
  /// Who reads the files of uploads; nil where the server reads from no buckets.
  let dataUploadAccount: DeliveryAccount?

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/accounts").add(middleware: ErrorMiddleware(bodies: AccountErrors()))
      .get { request, _ in try await self.listAccounts(request) }
    router.group("/amc/instances").add(middleware: ErrorMiddleware(bodies: InstanceErrors()))
      .get { request, _ in try await self.listInstances(request) }
      .get("{instanceId}") { request, context in try await self.showInstance(request, context) }
      .get("{instanceId}/advertisers") { request, context in try await self.listAdvertisers(request, context) }
  }

  // MARK: Operations

  private func listAccounts(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .listAmcAccounts)
    let choice = try MediaTypes<AccountMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    let limit = AdministrationRequests.pageCountLimit
    let page = try AdministrationRequests.page(request)
    let scope = PageTokens.Scope(operation: .listAmcAccounts, clientID: caller.clientID, subject: [])
    let found = try await instances.accounts(
      of: caller.actor, afterID: try pageTokens.text(of: page.token, scope: scope), limit: limit + 1)
    let token = try nextToken(found.map(\.id), limit: limit, scope: scope)
    return try Response.json(
      AdministrationResponses.Accounts(
        amcAccounts: found.prefix(limit).map(AdministrationResponses.Account.init), nextToken: token),
      mediaType: choice.mediaType)
  }

  private func listInstances(_ request: Request) async throws -> Response {
    let entry = try await enter(request, .listInstances)
    let page = try AdministrationRequests.page(request)
    let scope = PageTokens.Scope(
      operation: .listInstances, clientID: entry.caller.clientID, subject: [entry.account.id])
    let found = try await instances.instances(
      accountID: entry.account.id, afterID: try pageTokens.text(of: page.token, scope: scope),
      limit: page.limit + 1)
    let token = try nextToken(found.map(\.instance.id), limit: page.limit, scope: scope)
    let endpoint = addresses.base(for: request)
    return try Response.json(
      AdministrationResponses.Instances(
        instances: found.prefix(page.limit).map { instance($0, endpoint) },
        nextToken: token), mediaType: entry.mediaType)
  }

  private func instance(
    _ summary: InstanceService.Summary, _ endpoint: String
  ) -> AdministrationResponses.Instance {
    AdministrationResponses.Instance(
      summary, apiEndpoint: endpoint, dataUploadAccountID: dataUploadAccount?.id ?? "")
  }

  private func showInstance(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await enter(request, .getInstance)
    let summary = try await instances.summary(of: try await instance(of: context, entry))
    return try Response.json(
      AdministrationResponses.SingleInstance(
        instance: instance(summary, addresses.base(for: request))),
      mediaType: entry.mediaType)
  }

  private func listAdvertisers(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await enter(request, .getInstanceAdvertisers)
    let page = try AdministrationRequests.page(request)
    let type = try AdministrationRequests.advertiserType(request)
    let instance = try await instance(of: context, entry)
    let scope = PageTokens.Scope(
      operation: .getInstanceAdvertisers, clientID: entry.caller.clientID,
      subject: [instance.id, type?.rawValue ?? ""])
    let afterID = try pageTokens.text(of: page.token, scope: scope)
    let (found, total) = try await instances.advertisers(
      instanceID: instance.id, kind: type?.kind, afterID: afterID, limit: page.limit + 1)
    return try Response.json(
      AdministrationResponses.Advertisers(
        advertisers: found.prefix(page.limit).map(AdministrationResponses.Advertiser.init),
        nextToken: try nextToken(found.map(\.id), limit: page.limit, scope: scope), totalCount: total),
      mediaType: entry.mediaType)
  }

  // MARK: What they share

  private struct Entry: Sendable {
    let caller: Caller
    let account: AccountRecord
    let mediaType: String
  }

  private func enter(_ request: Request, _ operation: Operation) async throws -> Entry {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<InstanceMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    let scope = try AccountHeaders(request.headers)
    let account = try await instances.account(
      id: scope.accountID, marketplaceID: scope.marketplaceID, actor: caller.actor)
    return Entry(caller: caller, account: account, mediaType: choice.mediaType)
  }

  private func instance(of context: APIRequestContext, _ entry: Entry) async throws -> InstanceRecord {
    try await instances.instance(
      id: context.pathParameter("instanceId"), accountID: entry.account.id, actor: entry.caller.actor)
  }

  /// A token when more was found than the page takes.
  private func nextToken(_ ids: [String], limit: Int, scope: PageTokens.Scope) throws -> String? {
    guard ids.count > limit, limit > 0 else { return nil }
    return try pageTokens.token(position: ids[limit - 1], scope: scope)
  }
}
