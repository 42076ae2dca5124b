import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// What every request about instances passes first: the gate, the media type, the account.
struct AdministrationEntrance: Sendable {
  let gate: Gate
  let instances: InstanceService
  let pageTokens: PageTokens

  /// A request that has passed.
  struct Entry: Sendable {
    let caller: Caller
    let account: AccountRecord
    let mediaType: String
  }

  func enter(_ request: Request, _ operation: Operation) async throws -> Entry {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<InstanceMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    return Entry(
      caller: caller, account: try await account(of: request, caller), mediaType: choice.mediaType)
  }

  /// The account that the headers name.
  func account(of request: Request, _ caller: Caller) async throws -> AccountRecord {
    let scope = try AccountHeaders(request.headers)
    return try await instances.account(
      id: scope.accountID, marketplaceID: scope.marketplaceID, principal: caller.principal)
  }

  /// The instance that the path names, whatever its status.
  func instance(of context: APIRequestContext, _ entry: Entry) async throws -> InstanceRecord {
    try await instances.instance(
      id: context.pathParameter("instanceId"), accountID: entry.account.id, principal: entry.caller.principal,
      mayBeUnfinished: true)
  }

  /// A token when more was found than the page takes.
  func nextToken(_ positions: [String], limit: Int, scope: PageTokens.Scope) throws -> String? {
    guard positions.count > limit, limit > 0 else { return nil }
    return try pageTokens.token(position: positions[limit - 1], scope: scope)
  }
}
