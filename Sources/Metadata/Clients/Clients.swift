package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A Login with Amazon application that may ask for tokens.
package struct ClientRecord: IdentifiedRecord {
  package static let databaseTableName = "client"
  package enum CodingKeys: String, StoredColumn {
    case id, name, company, secretHash, previousSecretHash, previousSecretExpiresAt, createdAt, deletedAt
    case approvedScopes
  }

  package var id: String
  package var name: String
  /// The company behind the application, which has no other one; nil for the operator's own applications.
  package var company: String?
  /// The SHA-256 of the secret, which itself is stored nowhere.
  package var secretHash: Data
  /// The SHA-256 of the previous secret, while it is still valid.
  package var previousSecretHash: Data?
  /// The time until which the previous secret is valid.
  package var previousSecretExpiresAt: Date?
  package var createdAt: Date
  /// The time of the application's deletion; its data stay.
  package var deletedAt: Date?
  /// The scopes that the operator has approved; nil for none. Tokens are good for no others.
  package var approvedScopes: Scopes?

  package init(
    id: String, name: String, company: String? = nil, secretHash: Data, createdAt: Date,
    approvedScopes: Scopes? = .every
  ) {
    (self.id, self.name, self.company) = (id, name, company)
    (self.secretHash, self.createdAt, self.approvedScopes) = (secretHash, createdAt, approvedScopes)
  }
}

/// A URL to which a client may have users sent back.
struct ReturnURLRecord: StoredRecord {
  static let databaseTableName = "returnURL"
  enum CodingKeys: String, StoredColumn { case clientID, url }

  var clientID: String
  var url: String
}

extension MetadataReading {
  /// The client of the company, whatever the case of its letters, or nil.
  package func client(company: String) throws -> ClientRecord? {
    try ClientRecord.filter { $0.company.collating(.nocase) == company && $0.deletedAt == nil }.fetchOne(database)
  }

  /// The clients that are not deleted, oldest first.
  package func clients() throws -> [ClientRecord] {
    try ClientRecord.filter { $0.deletedAt == nil }.order { [$0.createdAt, $0.id] }.fetchAll(database)
  }

  /// The URLs to which the client may have users sent back, in order.
  package func returnURLs(clientID: String) throws -> [String] {
    try ReturnURLRecord.filter { $0.clientID == clientID }.order { $0.url }.select({ $0.url }, as: String.self)
      .fetchAll(database)
  }
}

extension WriteTransaction {
  /// Replaces the URLs to which the client may have users sent back.
  package func setReturnURLs(_ urls: Set<String>, clientID: String) throws {
    try ReturnURLRecord.filter { $0.clientID == clientID }.deleteAll(database)
    for url in urls { try insert(ReturnURLRecord(clientID: clientID, url: url)) }
  }
}
