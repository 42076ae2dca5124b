package import struct Foundation.Date
import GRDB

/// The acceptance by a client of the terms of bringing data. A later one takes the place of an earlier one.
package struct TermsAcceptanceRecord: IdentifiedRecord {
  package static let databaseTableName = "termsAcceptance"
  package static let identity = "clientID"
  package enum CodingKeys: String, StoredColumn { case clientID, agreementToken, acceptedAt }

  package var clientID: String
  /// Which text was accepted, for this client.
  package var agreementToken: String
  package var acceptedAt: Date

  package init(clientID: String, agreementToken: String, acceptedAt: Date) {
    (self.clientID, self.agreementToken, self.acceptedAt) = (clientID, agreementToken, acceptedAt)
  }

  package var id: String { clientID }
}
