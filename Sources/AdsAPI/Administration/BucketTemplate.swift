import Base
import CleanRoom
import Foundation
import Hummingbird
import ObjectStorage

/// A CloudFormation template of a bucket for results, to which `updateCustomerAwsAccount` sends its clients. It is
/// public, because it contains only the name from the URL and the delivery account.
struct BucketTemplateRoutes {
  /// The account that delivers; nil if there are no buckets.
  let account: DeliveryAccount?

  func add(to routes: Routes) {
    routes.public("getDeliveryBucketTemplate") { request in
      guard let name = try request.query.string("bucketName"), S3BucketName.isValid(name) else {
        throw RequestError.invalidQueryParameter("bucketName", reason: "must be the name of a bucket.")
      }
      guard let account else { throw CleanRoomError.unavailable(feature: "Delivery into buckets") }
      return try Response.json(Self.template(bucket: name, account: account))
    }
  }

  /// The URL of a bucket's template.
  static func url(ofBucket name: String, base: String) -> String {
    // A valid name needs no escaping.
    "\(base)/adyton/delivery-bucket-template.json?bucketName=\(name)"
  }

  /// The bucket with the policy that delivery and uploads need. For a bucket that exists, the policy is used without
  /// the resource `Bucket`.
  private static func template(bucket: String, account: DeliveryAccount) throws -> JSONValue {
    let policy = try JSONValue(parsing: Data(BucketPolicy.granting(account, bucket: bucket).utf8))
    return .object([
      "AWSTemplateFormatVersion": .string("2010-09-09"),
      "Description": .string("A bucket that query results are delivered into, and uploads are read from."),
      "Resources": .object([
        "Bucket": .object([
          "Type": .string("AWS::S3::Bucket"), "DeletionPolicy": .string("Retain"),
          "Properties": .object(["BucketName": .string(bucket)]),
        ]),
        "BucketPolicy": .object([
          "Type": .string("AWS::S3::BucketPolicy"), "DependsOn": .string("Bucket"),
          "Properties": .object(["Bucket": .string(bucket), "PolicyDocument": policy]),
        ]),
      ]),
    ])
  }
}
