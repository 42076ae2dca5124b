import Base
import CleanRoom
import Foundation
import Hummingbird
import ObjectStorage

/// A CloudFormation template of a bucket for results, to which `updateCustomerAwsAccount` sends its clients. It is
/// public, because it contains only the names from the URL and the delivery account.
struct BucketTemplateRoutes {
  /// The account that delivers; nil if there are no buckets.
  let account: DeliveryAccount?

  func add(to routes: Routes) {
    routes.public("getDeliveryBucketTemplate") { request in
      guard let name = try request.query.string("bucketName"), S3BucketName.isValid(name) else {
        throw RequestError.invalidQueryParameter("bucketName", reason: "must be the name of a bucket.")
      }
      let instanceID = try request.query.string("instanceId")
      if let instanceID, !IdentifierShape.accepts(instanceID) {
        throw RequestError.invalidQueryParameter("instanceId", reason: "must be the id of an instance.")
      }
      guard let account else { throw CleanRoomError.unavailable(feature: "Delivery into buckets") }
      return try Response.json(Self.template(bucket: name, instanceID: instanceID, account: account))
    }
  }

  /// The URL of a bucket's template.
  static func url(ofBucket name: String, instanceID: String, base: String) -> String {
    // Valid names need no escaping.
    "\(base)/adyton/delivery-bucket-template.json?bucketName=\(name)&instanceId=\(instanceID)"
  }

  /// The bucket with the policy that delivery and uploads need, and with the tag that gives it to the instance. For a
  /// bucket that exists, the policy is used without the resource `Bucket`.
  private static func template(bucket: String, instanceID: String?, account: DeliveryAccount) throws -> JSONValue {
    let policy = try JSONValue(parsing: Data(BucketPolicy.granting(account, bucket: bucket).utf8))
    var properties: [String: JSONValue] = ["BucketName": .string(bucket)]
    if let instanceID {
      properties["Tags"] = .array([.object(["Key": .string(InstanceTag.name), "Value": .string(instanceID)])])
    }
    return .object([
      "AWSTemplateFormatVersion": .string("2010-09-09"),
      "Description": .string("A bucket that query results are delivered into, and uploads are read from."),
      "Resources": .object([
        "Bucket": .object([
          "Type": .string("AWS::S3::Bucket"), "DeletionPolicy": .string("Retain"),
          "Properties": .object(properties),
        ]),
        "BucketPolicy": .object([
          "Type": .string("AWS::S3::BucketPolicy"), "DependsOn": .string("Bucket"),
          "Properties": .object(["Bucket": .string(bucket), "PolicyDocument": policy]),
        ]),
      ]),
    ])
  }
}
