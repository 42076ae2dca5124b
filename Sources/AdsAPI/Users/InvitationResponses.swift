import Base
import CleanRoom
import Foundation
import Login
import Metadata

/// Responses to requests for invitations.
enum InvitationResponses {
  /// The outcome of each element of a batch.
  struct Batch: Encodable {
    struct Success: Encodable {
      let index: Int
      let invitationId: String
    }

    struct Failure: Encodable {
      let index: Int
      let code: String
      let details: String
    }

    private(set) var success: [Success] = []
    private(set) var error: [Failure] = []

    /// Does the work of an element and keeps its outcome: what goes wrong with one keeps no other from being done.
    ///
    /// - Throws: `CancellationError`: nobody waits for the outcome any more.
    mutating func add(
      _ index: Int, in context: APIRequestContext, _ work: () async throws -> InvitationRecord
    ) async throws(CancellationError) {
      do {
        success.append(Success(index: index, invitationId: try await work().id))
      } catch let error as CancellationError {
        throw error
      } catch {
        let failure = APIFailure(error, in: context)
        self.error.append(Failure(index: index, code: failure.code, details: failure.details))
      }
    }
  }

  struct List: Encodable {
    let userInvitations: [Invitation]
    let nextToken: String?
  }

  struct Invitation: Encodable {
    struct User: Encodable {
      let emailAddress: String
      let userName: String
    }

    struct PermissionSet: Encodable {
      struct Role: Encodable {
        let name: String
      }

      let type = "ROLE"
      let role: Role
    }

    let invitationId: String
    let accountId: String
    let user: User
    let permissionSet: PermissionSet
    let state: String
    let creationDateTime: String
    let expirationDateTime: String
    /// The terms that have to be accepted on the way.
    let termsTypes = ["MARKETING_CLOUD"]

    init(_ invitation: InvitationRecord, at now: Date) {
      invitationId = invitation.id
      accountId = invitation.accountID
      user = User(emailAddress: invitation.emailAddress, userName: invitation.userName)
      permissionSet = PermissionSet(role: .init(name: invitation.role.rawValue))
      let isExpired = invitation.state == .pending && invitation.expiresAt <= now
      state = isExpired ? "EXPIRED" : invitation.state.rawValue
      creationDateTime = Timestamp.text(of: invitation.createdAt)
      expirationDateTime = Timestamp.text(of: invitation.expiresAt)
    }
  }
}
