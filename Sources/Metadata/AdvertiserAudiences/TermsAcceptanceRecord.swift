package import struct Foundation.Date
import GRDB

/// That a client has accepted the terms of bringing data.
package struct TermsAcceptanceRecord: Sendable, Hashable {
  package var clientID: String
  /// Which text was accepted, for this client.
  package var agreementToken: String
  package var acceptedAt: Date

  package init(clientID: String, agreementToken: String, acceptedAt: Date) {
    self.clientID = clientID
    self.agreementToken = agreementToken
    self.acceptedAt = acceptedAt
  }
}

extension TermsAcceptanceRecord: StoredRecord {
  package static let databaseTableName = "termsAcceptance"
}

extension MetadataReading {
  /// What the client has accepted, or nil.
  package func termsAcceptance(clientID: String) throws -> TermsAcceptanceRecord? {
    try TermsAcceptanceRecord.fetchOne(database, key: clientID)
  }
}

extension WriteTransaction {
  /// Records the acceptance, in place of an earlier one.
  package func save(_ acceptance: TermsAcceptanceRecord) throws {
    try acceptance.insert(database, onConflict: .replace)
  }

  /// Forgets what the client has accepted.
  package func deleteTermsAcceptance(clientID: String) throws {
    try TermsAcceptanceRecord.deleteOne(database, key: clientID)
  }
}
