extension BucketPolicy {
  /// A policy, as JSON, that lets the account deliver results into a bucket and read uploads from it.
  ///
  /// - Parameters:
  ///   - bucket: A name that `S3BucketName` accepts.
  ///   - takesExports: Whether the account may remove objects as well, as it does with members that were exported.
  package static func granting(_ account: DeliveryAccount, bucket: String, takesExports: Bool = false) -> String {
    let removal = takesExports ? #", "s3:DeleteObject""# : ""
    return """
      {
        "Version": "2012-10-17",
        "Statement": [{
          "Sid": "Delivery",
          "Effect": "Allow",
          "Principal": {"AWS": "\(account.rootARN)"},
          "Action": ["s3:PutObject", "s3:PutObjectAcl"\(removal)],
          "Resource": "arn:aws:s3:::\(bucket)/*"
        }, {
          "Sid": "Uploads",
          "Effect": "Allow",
          "Principal": {"AWS": "\(account.rootARN)"},
          "Action": ["s3:GetObject", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging"],
          "Resource": ["arn:aws:s3:::\(bucket)", "arn:aws:s3:::\(bucket)/*"]
        }]
      }

      """
  }
}
