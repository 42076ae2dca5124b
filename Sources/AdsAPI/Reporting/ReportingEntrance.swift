import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// What every request about an instance of the path passes, and what the lists of the reporting API share.
struct ReportingEntrance: Sendable {
  /// The most elements of a page, and how many there are when the client does not say.
  static let pageCountLimit = 100

  let gate: Gate
  let instances: InstanceService
  let pageTokens: PageTokens

  /// A request that was let in.
  struct Entry: Sendable {
    let caller: Caller
    let instance: InstanceRecord
    let mediaType: String
    let operation: Operation
  }

  func enter<MediaType: CaseIterable & RawRepresentable & Sendable>(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation, _ mediaType: MediaType
  ) async throws -> Entry where MediaType.RawValue == String {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<MediaType>(newest: mediaType).choose(
      for: request.headers[.accept], preferred: mediaType)
    return try await enter(request, context, operation, caller, mediaType: choice.mediaType)
  }

  /// Lets in whom the gate has admitted, if the client may act for the instance of the path.
  func enter(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation, _ caller: Caller, mediaType: String
  ) async throws -> Entry {
    let scope = try AccountHeaders(request.headers)
    let account = try await instances.account(
      id: scope.accountID, marketplaceID: scope.marketplaceID, principal: caller.principal)
    let instance = try await instances.instance(
      id: context.pathParameter("instanceId"), accountID: account.id, principal: caller.principal)
    return Entry(caller: caller, instance: instance, mediaType: mediaType, operation: operation)
  }

  /// The page of a list that a request asks for.
  struct Page: Sendable {
    let limit: Int
    let token: String?
    let scope: PageTokens.Scope
  }

  /// - Parameter filters: What else the list depends on: a token is good for the same list only.
  func page(_ request: Request, _ entry: Entry, filters: [String] = []) throws(RequestError) -> Page {
    let parameters = QueryParameters(request)
    let limit = try parameters.integer("limit", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    // Clients send an empty token for the first page.
    let token = try parameters.string("nextToken").flatMap { $0.isEmpty ? nil : $0 }
    let scope = PageTokens.Scope(
      operation: entry.operation, clientID: entry.caller.clientID, subject: [entry.instance.id] + filters)
    return Page(limit: limit, token: token, scope: scope)
  }

  /// The place where a page begins, as a number.
  func start(of page: Page, from first: Int64) throws(RequestError) -> Int64 {
    try pageTokens.number(of: page.token, scope: page.scope, start: first)
  }

  /// The token for what comes after a page; nil behind the last one.
  ///
  /// - Parameter positions: The places of what was found: one more than the page takes, where there is more.
  func nextToken(after page: Page, positions: [some CustomStringConvertible]) throws -> String? {
    guard positions.count > page.limit else { return nil }
    return try pageTokens.token(position: "\(positions[page.limit - 1])", scope: page.scope)
  }
}

/// An answer without members: it was done.
struct EmptyAnswer: Encodable {}
