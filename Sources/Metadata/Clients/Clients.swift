package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A Login with Amazon application that may ask for tokens.
package struct ClientRecord: IdentifiedRecord {
  package static let databaseTableName = "client"
  package enum CodingKeys: String, StoredColumn {
    case id, name, company, secretHash, previousSecretHash, previousSecretExpiresAt, createdAt, deletedAt
  }

  package var id: String
  package var name: String
  /// The company behind it, which has one application; nil for applications of the operator's own.
  package var company: String?
  /// SHA-256 of the secret, which itself is nowhere.
  package var secretHash: Data
  /// SHA-256 of the secret before this one, while it is still good.
  package var previousSecretHash: Data?
  /// When the previous secret is no longer good.
  package var previousSecretExpiresAt: Date?
  package var createdAt: Date
  /// Since when the application is no more; what it has made stays.
  package var deletedAt: Date?

  package init(id: String, name: String, company: String? = nil, secretHash: Data, createdAt: Date) {
    (self.id, self.name, self.company) = (id, name, company)
    (self.secretHash, self.createdAt) = (secretHash, createdAt)
  }
}

/// A URL that a client may have users sent back to.
struct ReturnURLRecord: StoredRecord {
  static let databaseTableName = "returnURL"
  enum CodingKeys: String, StoredColumn { case clientID, url }

  var clientID: String
  var url: String
}

extension MetadataReading {
  /// The client of that company, whatever the case of its letters, or nil.
  package func client(company: String) throws -> ClientRecord? {
    try ClientRecord.filter { $0.company.collating(.nocase) == company && $0.deletedAt == nil }.fetchOne(database)
  }

  /// The clients that have not been deleted, oldest first.
  package func clients() throws -> [ClientRecord] {
    try ClientRecord.filter { $0.deletedAt == nil }.order { [$0.createdAt, $0.id] }.fetchAll(database)
  }

  /// The URLs that the client may have users sent back to, in order.
  package func returnURLs(clientID: String) throws -> [String] {
    try ReturnURLRecord.filter { $0.clientID == clientID }.order { $0.url }.select({ $0.url }, as: String.self)
      .fetchAll(database)
  }
}

extension WriteTransaction {
  /// From now on the client may have users sent back to these URLs and to no others.
  package func setReturnURLs(_ urls: Set<String>, clientID: String) throws {
    try ReturnURLRecord.filter { $0.clientID == clientID }.deleteAll(database)
    for url in urls { try insert(ReturnURLRecord(clientID: clientID, url: url)) }
  }
}
