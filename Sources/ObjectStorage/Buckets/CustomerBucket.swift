package import struct Foundation.URL

/// The buckets of customers, into which results are delivered.
package protocol CustomerBuckets: Sendable {
  /// Whether objects reach the buckets encrypted.
  var isSecure: Bool { get }

  /// The bucket of that name, whether or not there is one; throws `storage_invalid_key` for a text that can't be the name
  /// of one.
  func bucket(named name: String) throws(StorageError) -> any CustomerBucket
}

/// A bucket that belongs to someone else.
package protocol CustomerBucket: Sendable {
  /// What guards the bucket. Throws `storage_no_bucket`, and `storage_denied` when it can't be read.
  func guarding() async throws(StorageError) -> BucketGuard

  /// Writes a file of the local disk as an object that the owner of the bucket has full control over. The file stays.
  func put(_ file: URL, at key: ObjectKey) async throws(StorageError)
}

/// What stands between a bucket and those who want to write into it.
package enum BucketGuard: Hashable, Sendable {
  /// A policy that whoever writes has to heed.
  case policy(BucketPolicy)
  /// Nobody was granted anything.
  case noPolicy
  /// The service itself, which shows its policies to nobody but the bucket's owner and holds every write to them.
  case service
}

/// Buckets of an S3 service, written into with the key of the delivery account.
package struct S3CustomerBuckets: CustomerBuckets {
  private let client: S3Client

  /// The buckets of the service that a client speaks to.
  package init(client: S3Client) {
    self.client = client
  }

  /// Whether requests are encrypted.
  package var isSecure: Bool { client.settings.endpoint.isSecure }

  /// The bucket of that name.
  package func bucket(named name: String) throws(StorageError) -> any CustomerBucket {
    S3CustomerBucket(bucket: try S3Bucket(name: name, client: client))
  }
}

/// A bucket of an S3 service.
private struct S3CustomerBucket: CustomerBucket {
  let bucket: S3Bucket

  func guarding() async throws(StorageError) -> BucketGuard {
    let request = S3Request(method: "GET", bucket: bucket.name, query: [.init("policy")])
    let response = try await bucket.client.send(request).response
    switch (response.status, S3ErrorBody.code(of: response)) {
    case (200, _): return .policy(try BucketPolicy(response.body))
    case (404, "NoSuchBucketPolicy"): return .noPolicy
    // Amazon's answer to everyone who may read the policy but is not of the owner's account.
    case (405, "MethodNotAllowed"): return .service
    default: throw StorageError(response)
    }
  }

  func put(_ file: URL, at key: ObjectKey) async throws(StorageError) {
    try await bucket.upload(file, to: key.value, acl: .bucketOwnerFullControl)
  }
}
