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

    /// Processes an element and keeps its outcome. A failure of one does not prevent the others.
    ///
    /// - Throws: `CancellationError`, because nobody waits for the outcome any more.
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

  static func invitation(_ invitation: InvitationRecord, at now: Date) -> JSONObject {
    let isExpired = invitation.state == .pending && invitation.expiresAt <= now
    return [
      "invitationId": invitation.id,
      "accountId": invitation.accountID,
      "user": ["emailAddress": invitation.emailAddress, "userName": invitation.userName],
      "permissionSet": ["type": "ROLE", "role": ["name": invitation.role.rawValue]] as JSONObject,
      "state": isExpired ? "EXPIRED" : invitation.state.rawValue,
      "creationDateTime": Timestamp.text(of: invitation.createdAt),
      "expirationDateTime": Timestamp.text(of: invitation.expiresAt),
      // The terms that have to be accepted before joining.
      "termsTypes": ["MARKETING_CLOUD"],
    ]
  }
}
