import Base
import CleanRoom
import Crypto
import Foundation
import Metadata

/// Reads the bodies of requests about instances.
enum InstanceRequests {
  /// `AmcCreateInstanceRequest` of the published API, and `instanceType`, which it does not have: this server makes
  /// sandboxes on request.
  static func creation(of members: [String: JSONValue]) throws -> InstanceDraft {
    var fields = FieldReader(members)
    var draft = InstanceDraft(name: try fields.requiredString("instanceName"))
    draft.advertiserName = try fields.string("advertiserName")
    // Clients without an account send an empty text.
    draft.awsAccountID = try fields.filledString("awsAccountId")
    draft.s3BucketName = try fields.filledString("s3BucketName")
    draft.kind = try fields.choice("instanceType", InstanceRecord.Kind.self) ?? .standard
    // Partners are of collaborations alone, however `acrBacked` is written.
    if try fields.array("acrCustomerPartners")?.isEmpty == false {
      throw CleanRoomError.unavailable(feature: "acrCustomerPartners")
    }
    if try fields.boolean("acrBacked") == true { throw CleanRoomError.unavailable(feature: "acrBacked") }
    if let token = try fields.string("idempotencyToken") {
      guard (1...InstanceRules.idempotencyTokenLengthLimit).contains(token.utf8.count) else {
        throw CleanRoomError.invalidField(
          name: "idempotencyToken", reason: "must have 1 to \(InstanceRules.idempotencyTokenLengthLimit) bytes.")
      }
      draft.repetition = InstanceDraft.Repetition(
        keyHash: Data(SHA256.hash(data: Data(token.utf8))),
        bodyHash: Data(SHA256.hash(data: Data(try JSONValue.object(members).text.utf8))))
    }
    try fields.finish()
    return draft
  }

  /// `AmcUpdateInstanceRequest` of the published API. The guide tells clients to send `customerCanonicalName` back as
  /// `advertiserName`. Without an advertiser's name, that is the name of the instance.
  static func update(of body: FieldReader) throws -> InstanceChanges {
    var fields = body
    let changes = InstanceChanges(
      name: try fields.string("instanceName"), advertiserName: try fields.string("advertiserName"),
      awsAccountID: try fields.string("awsAccountId"), s3BucketName: try fields.string("s3BucketName"))
    try fields.finish()
    return changes
  }

  /// `InstanceCustomerAwsAccountMetadataPayload` of the published API.
  static func awsAccount(of body: FieldReader) throws -> InstanceChanges {
    var fields = body
    let changes = InstanceChanges(
      awsAccountID: try fields.requiredString("awsAccountId"), s3BucketName: try fields.requiredString("bucketName"),
      bucketField: "bucketName")
    for (name, value) in [("awsAccountId", changes.awsAccountID), ("bucketName", changes.s3BucketName)]
    where value == "" {
      throw CleanRoomError.invalidField(name: name, reason: "is empty.")
    }
    try fields.finish()
    return changes
  }
}
