import Base
import CleanRoom
import Foundation
import Hummingbird
import ObjectStorage

/// A CloudFormation template of a bucket that results can be delivered into: where `updateCustomerAwsAccount` sends its
/// clients. It is the same for everybody, and holds nothing but the name that the URL has and the delivery account.
struct BucketTemplateRoutes {
  /// Who delivers; nil where there are no buckets.
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

  /// Where the template of a bucket is.
  static func url(ofBucket name: String, base: String) -> String {
    // A valid name needs no escaping.
    "\(base)/adyton/delivery-bucket-template.json?bucketName=\(name)"
  }

  /// The bucket with the policy that delivery and uploads need. Without the resource `Bucket`, whoever has the bucket
  /// already takes the policy from it.
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
