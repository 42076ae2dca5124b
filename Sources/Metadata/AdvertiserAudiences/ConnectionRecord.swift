package import struct Foundation.Date

/// A client's mapping of a clean room and a DSP advertiser, one of which may be missing: where audience members go.
package struct ConnectionRecord: Sendable, Hashable {
  package var sequence: Int64?
  /// Unique among those of the client, which may choose it.
  package var id: String
  package var clientID: String
  package var accountID: String?
  package var instanceID: String?
  package var dspAdvertiserID: String?
  package var dspProfileID: String?
  /// The instance that the DSP advertiser belongs to; set where the advertiser is.
  package var dspInstanceID: String?
  package var isDefault: Bool
  package var createdAt: Date
  package var updatedAt: Date

  package init(id: String, clientID: String, isDefault: Bool, createdAt: Date) {
    self.id = id
    self.clientID = clientID
    self.isDefault = isDefault
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension ConnectionRecord: StoredRecord {
  package static let databaseTableName = "connection"
}
