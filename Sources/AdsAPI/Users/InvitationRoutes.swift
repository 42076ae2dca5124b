import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// Invitations of people to an account: `/user-invitations`, as in the guide "AMC account management" and the release
/// notes of the published API. The server sends no mail: the operator hands out the links.
struct InvitationRoutes {
  let invitations: InvitationService
  let clock: any WallClock

  func add(to routes: Routes) {
    routes.account("createUserInvitations") { request in
      var results = InvitationResponses.Batch()
      for (index, draft) in try InvitationRequests.drafts(try await request.fields()).enumerated() {
        try await results.add(index, in: request.context) {
          try await invitations.create(
            draft, accountID: request.account.id, at: clock.now, by: request.principal.administrator)
        }
      }
      return try request.respond(with: results, status: .multiStatus)
    }
    routes.account("updateUserInvitations") { request in
      var results = InvitationResponses.Batch()
      for (index, change) in try InvitationRequests.changes(try await request.fields()).enumerated() {
        try await results.add(index, in: request.context) { try await update(change, request) }
      }
      return try request.respond(with: results, status: .multiStatus)
    }
    routes.account("listUserInvitations", list)
    routes.account("getUserInvitation") { request in
      let found = try await invitations.invitation(
        id: request.path("invitationId"), accountID: request.account.id)
      return try request.respond(object: InvitationResponses.invitation(found, at: clock.now))
    }
  }

  private func update(
    _ change: (id: String, state: InvitationRequests.NewState), _ request: AuthorizedRequest<AccountRecord>
  ) async throws -> InvitationRecord {
    let administrator = request.principal.administrator
    switch change.state {
    case .revoked:
      return try await invitations.revoke(
        id: change.id, accountID: request.account.id, at: clock.now, by: administrator)
    case .pending:
      return try await invitations.resend(
        id: change.id, accountID: request.account.id, at: clock.now, by: administrator)
    }
  }

  private func list(_ request: AuthorizedRequest<AccountRecord>) async throws -> Response {
    var fields = try await request.fields(isRequired: false)
    let token = try fields.filledString("nextToken")
    let limit = try fields.pageCount(in: 1...ListPage.usualLimit, default: ListPage.usualLimit)
    try fields.finish()
    let page = try request.page(limit: limit, token: token)
    let found = try await invitations.pending(
      accountID: request.account.id, afterID: page.text, limit: page.fetchLimit, at: clock.now)
    return try request.respond(
      object: page.list("userInvitations", of: found, at: \.id) {
        InvitationResponses.invitation($0, at: clock.now)
      })
  }
}
