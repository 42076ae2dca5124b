package import struct Foundation.Date

/// A clean room.
package struct InstanceRecord: Sendable, Hashable {
  /// What stands behind an instance's signals.
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case standard = "STANDARD"
    /// Synthetic signals only.
    case sandbox = "SANDBOX"
  }

  /// How far the making of an instance is. The published statuses but `SUCCEEDED`, which is no longer in use.
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case requested = "REQUESTED"
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    /// It can be used.
    case completed = "COMPLETED"
    case failed = "FAILED"
  }

  package var id: String
  package var accountID: String
  package var name: String
  package var kind: Kind
  /// When it was asked for.
  package var createdAt: Date
  /// The bucket that results are delivered into; nil for none.
  package var s3BucketName: String?
  /// The account of AWS that owns the bucket, 12 digits; nil where nobody has said.
  package var awsAccountID: String?
  package var status: Status
  /// Why it could not be made; nil unless `status` is `failed`.
  package var statusReason: String?
  /// The advertiser or company that it was made for; nil where nobody has said.
  package var advertiserName: String?
  /// When it could be used first; nil before.
  package var completedAt: Date?

  /// An instance that is there already, or, with another status, is to be made.
  package init(
    id: String, accountID: String, name: String, kind: Kind, createdAt: Date, status: Status = .completed
  ) {
    self.id = id
    self.accountID = accountID
    self.name = name
    self.kind = kind
    self.createdAt = createdAt
    self.status = status
    completedAt = status == .completed ? createdAt : nil
  }
}

extension InstanceRecord: StoredRecord {
  package static let databaseTableName = "instance"
}
