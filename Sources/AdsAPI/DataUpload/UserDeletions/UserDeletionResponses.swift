import Base
import CleanRoom
import Metadata

/// What requests about user deletions are answered with, as the published API has it. How many of the people were known
/// is not said: it would tell whether one of them was.
enum UserDeletionResponses {
  struct Creation: Encodable {
    let userDeletionRequestId: String
  }

  struct Single: Encodable {
    let identityDeletion: Details
  }

  struct List: Encodable {
    let nextToken: String?
    let userDeletions: [Details]
  }

  struct Details: Encodable {
    let creationDateTime: String
    let identityCount: Int
    let status: String
    let userDeletionRequestId: String

    init(_ deletion: UserDeletionRecord) {
      creationDateTime = Timestamp.text(of: deletion.createdAt)
      identityCount = deletion.identityCount
      status = deletion.status.rawValue
      userDeletionRequestId = deletion.id
    }
  }
}
