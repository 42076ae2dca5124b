import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// Invitations of people to an account: `/user-invitations`, as the guide "AMC account management" and the release notes of
/// the published API have them. There is no mail here: the operator hands out the links.
struct InvitationRoutes: Sendable {
  /// The most elements of a page of the list, and how many there are when the client does not say.
  static let pageCountLimit = 100
  /// Of a batch, each element has a result of its own (RFC 4918).
  private static let multiStatus = HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status")

  let gate: Gate
  let instances: InstanceService
  let invitations: InvitationService
  let pageTokens: PageTokens
  let clock: any WallClock

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/user-invitations").add(middleware: ErrorMiddleware(bodies: GeneralErrors()))
      .post { request, _ in try await self.create(request) }
      .put { request, _ in try await self.update(request) }
      .post("list") { request, _ in try await self.list(request) }
      .get("{invitationId}") { request, context in try await self.show(request, context) }
  }

  private func create(_ request: Request) async throws -> Response {
    let (caller, account) = try await enter(request, .createUserInvitations)
    let drafts = try InvitationRequests.drafts(
      try BodyReader.object(try await BodyReader.data(of: request), of: request))
    var results = InvitationResponses.Batch()
    for (index, draft) in drafts.enumerated() {
      await results.add(index) {
        try await invitations.create(draft, accountID: account.id, at: clock.now, by: caller.principal.administrator)
      }
    }
    return try Response.json(results, status: Self.multiStatus)
  }

  private func update(_ request: Request) async throws -> Response {
    let (caller, account) = try await enter(request, .updateUserInvitations)
    let changes = try InvitationRequests.changes(
      try BodyReader.object(try await BodyReader.data(of: request), of: request))
    var results = InvitationResponses.Batch()
    for (index, change) in changes.enumerated() {
      await results.add(index) {
        switch change.state {
        case .revoked:
          try await invitations.revoke(
            id: change.id, accountID: account.id, at: clock.now, by: caller.principal.administrator)
        case .pending:
          try await invitations.resend(
            id: change.id, accountID: account.id, at: clock.now, by: caller.principal.administrator)
        }
      }
    }
    return try Response.json(results, status: Self.multiStatus)
  }

  private func list(_ request: Request) async throws -> Response {
    let (caller, account) = try await enter(request, .listUserInvitations)
    let page = try InvitationRequests.page(
      request, try await BodyReader.data(of: request), limit: Self.pageCountLimit)
    let scope = PageTokens.Scope(
      operation: .listUserInvitations, clientID: caller.clientID, subject: [account.id])
    let found = try await invitations.pending(
      accountID: account.id, afterID: try pageTokens.text(of: page.token, scope: scope), limit: page.limit + 1,
      at: clock.now)
    let token =
      found.count > page.limit ? try pageTokens.token(position: found[page.limit - 1].id, scope: scope) : nil
    return try Response.json(
      InvitationResponses.List(
        userInvitations: found.prefix(page.limit).map { InvitationResponses.Invitation($0, at: clock.now) },
        nextToken: token))
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (_, account) = try await enter(request, .getUserInvitation)
    let found = try await invitations.invitation(
      id: context.pathParameter("invitationId"), accountID: account.id)
    return try Response.json(InvitationResponses.Invitation(found, at: clock.now))
  }

  private func enter(_ request: Request, _ operation: Operation) async throws -> (Caller, AccountRecord) {
    let caller = try await gate.admit(request, to: operation)
    let id = try request.headers.requiredIdentifier(.adsAccountID)
    return (caller, try await instances.account(id: id, principal: caller.principal))
  }
}

extension InvitationError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .unfitEmailAddress, .unfitName, .notPending: .badRequest
    case .unknownInvitation, .unknownAccount: .notFound
    }
  }

  var details: String { message }
}
