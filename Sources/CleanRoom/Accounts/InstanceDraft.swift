package import Metadata

package import struct Foundation.Data

/// A requested instance.
package struct InstanceDraft: Sendable, Hashable {
  package var name: String
  /// AMC's customer canonical name; nil if none is given.
  package var advertiserName: String?
  package var awsAccountID: String?
  package var s3BucketName: String?
  package var kind: InstanceRecord.Kind
  /// The token of the request; nil for a request that is always a new one.
  package var repetition: Repetition?

  /// Hashes, never the texts.
  package struct Repetition: Sendable, Hashable {
    package var keyHash: Data
    package var bodyHash: Data

    package init(keyHash: Data, bodyHash: Data) {
      self.keyHash = keyHash
      self.bodyHash = bodyHash
    }
  }

  package init(name: String, kind: InstanceRecord.Kind = .standard) {
    self.name = name
    self.kind = kind
  }

  func validate() throws(CleanRoomError) {
    try InstanceRules.checkName(name, field: "instanceName")
    if let advertiserName { try InstanceRules.checkName(advertiserName, field: "advertiserName") }
    if let awsAccountID { try InstanceRules.checkAWSAccount(awsAccountID) }
    if let s3BucketName { try InstanceRules.checkBucket(s3BucketName, field: "s3BucketName") }
  }
}

/// Changes of an instance. Fields that are nil stay as they are.
package struct InstanceChanges: Sendable, Hashable {
  package var name: String?
  package var advertiserName: String?
  /// Empty to remove it.
  package var awsAccountID: String?
  /// Empty to end deliveries.
  package var s3BucketName: String?
  /// The name of the bucket's field in the request.
  package var bucketField: String

  package init(
    name: String? = nil, advertiserName: String? = nil, awsAccountID: String? = nil, s3BucketName: String? = nil,
    bucketField: String = "s3BucketName"
  ) {
    self.name = name
    self.advertiserName = advertiserName
    self.awsAccountID = awsAccountID
    self.s3BucketName = s3BucketName
    self.bucketField = bucketField
  }

  func validate() throws(CleanRoomError) {
    if let name { try InstanceRules.checkName(name, field: "instanceName") }
    if let advertiserName { try InstanceRules.checkName(advertiserName, field: "advertiserName") }
    if let awsAccountID, !awsAccountID.isEmpty { try InstanceRules.checkAWSAccount(awsAccountID) }
    if let s3BucketName, !s3BucketName.isEmpty {
      try InstanceRules.checkBucket(s3BucketName, field: bucketField)
    }
  }

  /// The instance with the changes. A bucket counts as approved if the operator names it.
  func applied(to instance: InstanceRecord, by administrator: Administrator) -> InstanceRecord {
    var instance = instance
    if let name { instance.name = name }
    if let advertiserName { instance.advertiserName = advertiserName }
    if let awsAccountID { instance.awsAccountID = awsAccountID.isEmpty ? nil : awsAccountID }
    if let s3BucketName {
      let isSame = instance.s3BucketName == s3BucketName
      instance.isBucketApproved =
        !s3BucketName.isEmpty && (administrator == .operatorAtMachine || isSame && instance.isBucketApproved)
      instance.s3BucketName = s3BucketName.isEmpty ? nil : s3BucketName
    }
    return instance
  }
}
