package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// An invitation of a person to an account.
package struct InvitationRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "invitation"
  package enum CodingKeys: String, StoredColumn {
    case id, accountID, emailAddress, userName, role, state, createdAt, updatedAt, expiresAt
  }

  package enum State: String, StoredChoice {
    case pending = "PENDING"
    case redeemed = "REDEEMED"
    case revoked = "REVOKED"
  }

  package var id: String
  package var accountID: String
  package var emailAddress: String
  package var userName: String
  package var role: Role
  package var state: State = .pending
  package var createdAt: Date
  package var updatedAt: Date
  package var expiresAt: Date

  package init(
    id: String, accountID: String, emailAddress: String, userName: String, role: Role, createdAt: Date,
    expiresAt: Date
  ) {
    (self.id, self.accountID, self.emailAddress) = (id, accountID, emailAddress)
    (self.userName, self.role, self.expiresAt) = (userName, role, expiresAt)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

/// A link that lets its holder choose a password, once: as an invited person or as a user. Only its SHA-256 is stored.
package struct OneTimeLinkRecord: IdentifiedRecord {
  package static let databaseTableName = "oneTimeLink"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, invitationID, userID, expiresAt }

  package var hash: Data
  /// The invitation that the link accepts; nil for a new password of a user.
  package var invitationID: String?
  package var userID: String?
  package var expiresAt: Date

  package init(hash: Data, invitationID: String, expiresAt: Date) {
    (self.hash, self.invitationID, self.expiresAt) = (hash, invitationID, expiresAt)
  }

  package init(hash: Data, userID: String, expiresAt: Date) {
    (self.hash, self.userID, self.expiresAt) = (hash, userID, expiresAt)
  }

  package var id: Data { hash }
}

/// A user's acceptance of a region's terms.
package struct UserTermsRecord: StoredRecord {
  package static let databaseTableName = "userTerms"
  package enum CodingKeys: String, StoredColumn { case userID, region, version, acceptedAt }

  package var userID: String
  package var region: Region
  /// The version of the text, which rises with every change.
  package var version: Int
  package var acceptedAt: Date

  package init(userID: String, region: Region, version: Int, acceptedAt: Date) {
    (self.userID, self.region, self.version, self.acceptedAt) = (userID, region, version, acceptedAt)
  }
}

extension MetadataReading {
  /// The invitations that can still be accepted, of one account if one is given, by id, from after `afterID`, at most
  /// `limit`.
  package func pendingInvitations(
    accountID: String?, at now: Date, afterID: String, limit: Int
  ) throws -> [InvitationRecord] {
    var invitations = InvitationRecord.filter {
      $0.state == InvitationRecord.State.pending && $0.expiresAt > now.databaseMilliseconds && $0.id > afterID
    }
    if let accountID { invitations = invitations.filter { $0.accountID == accountID } }
    return try invitations.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// Whether the user has accepted the version of the region's terms.
  package func hasAcceptedTerms(userID: String, region: Region, version: Int) throws -> Bool {
    let accepted = try UserTermsRecord.fetchOne(database, key: ["userID": userID, "region": region])
    return accepted.map { $0.version >= version } ?? false
  }
}

extension WriteTransaction {
  /// Stores a link; earlier ones for the same invitation or user are no longer valid.
  package func replaceLink(with link: OneTimeLinkRecord) throws {
    try deleteLinks(invitationID: link.invitationID, userID: link.userID)
    try insert(link)
  }

  /// Removes the links of an invitation, or of a user.
  package func deleteLinks(invitationID: String?, userID: String?) throws {
    if let invitationID { try OneTimeLinkRecord.filter { $0.invitationID == invitationID }.deleteAll(database) }
    if let userID { try OneTimeLinkRecord.filter { $0.userID == userID }.deleteAll(database) }
  }
}
