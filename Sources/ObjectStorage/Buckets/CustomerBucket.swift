package import struct Foundation.URL

/// The buckets of customers, into which results are delivered and out of which files are uploaded.
package protocol CustomerBuckets: Sendable {
  /// Whether objects reach the buckets encrypted.
  var isSecure: Bool { get }

  /// The bucket of that name, which need not exist; throws `storage_invalid_key` for a text that no bucket can have as
  /// its name.
  ///
  /// - Parameter owner: The id of the account of AWS that has to own the bucket; nil for any. A folder has no owner.
  func bucket(named name: String, ownedBy owner: String?) throws(StorageError) -> any CustomerBucket
}

extension CustomerBuckets {
  /// The bucket of that name, whosever it is.
  package func bucket(named name: String) throws(StorageError) -> any CustomerBucket {
    try bucket(named: name, ownedBy: nil)
  }
}

/// A bucket that belongs to someone else.
package protocol CustomerBucket: Sendable {
  /// The guard of the bucket. Throws `storage_no_bucket`, and `storage_denied` when it can't be read.
  func guarding() async throws(StorageError) -> BucketGuard

  /// Writes a file of the local disk as an object that the owner of the bucket has full control over. The file stays.
  func put(_ file: URL, at key: ObjectKey) async throws(StorageError)

  /// Removes an object; one that does not exist is no error.
  func delete(_ key: ObjectKey) async throws(StorageError)

  /// The objects whose keys begin with `prefix`, ordered by key, at most `limit`.
  func objects(prefix: String, limit: Int) async throws(StorageError) -> [BucketObject]

  /// The object of that key; nil when there is none, or none of that key can be.
  func object(_ key: String) async throws(StorageError) -> BucketObject?

  /// Copies an object into a new file of the local disk. Throws `storage_conflict` when it is not the one any more that
  /// was looked at.
  func fetch(_ object: BucketObject, to file: URL) async throws(StorageError)

  /// The tags of an object, or of the bucket itself for nil. Without any there are none.
  func tags(of key: String?) async throws(StorageError) -> [String: String]
}

/// An object of a customer's bucket, whose key may be any that the service takes.
package struct BucketObject: Hashable, Sendable {
  package let key: String
  package let byteCount: Int
}

/// The rules for those who want to read from a bucket or write into it.
package enum BucketGuard: Hashable, Sendable {
  /// A policy that the caller has to enforce.
  case policy(BucketPolicy)
  /// Nobody was granted anything.
  case noPolicy
  /// The service itself, which shows its policies to nobody but the bucket's owner and holds every request to them.
  case service
}

/// Buckets of an S3 service, read from and written into with the server's own key.
package struct S3CustomerBuckets: CustomerBuckets {
  private let client: S3Client

  /// The buckets of the service that a client speaks to.
  package init(client: S3Client) {
    self.client = client
  }

  /// Whether requests are encrypted.
  package var isSecure: Bool { client.settings.endpoint.isSecure }

  /// The bucket of that name.
  package func bucket(named name: String, ownedBy owner: String?) throws(StorageError) -> any CustomerBucket {
    S3CustomerBucket(bucket: try S3Bucket(name: name, client: client, owner: owner))
  }
}

/// A bucket of an S3 service.
private struct S3CustomerBucket: CustomerBucket {
  let bucket: S3Bucket

  func guarding() async throws(StorageError) -> BucketGuard {
    let request = S3Request(method: "GET", bucket: bucket.name, query: [.init("policy")])
    let response = try await bucket.send(request).response
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

  func delete(_ key: ObjectKey) async throws(StorageError) {
    try await bucket.delete(key.value)
  }

  func objects(prefix: String, limit: Int) async throws(StorageError) -> [BucketObject] {
    let found = try await bucket.list(prefix: prefix, limit: limit)
    return found.map { BucketObject(key: $0.key, byteCount: $0.byteCount) }
  }

  func object(_ key: String) async throws(StorageError) -> BucketObject? {
    guard !key.isEmpty, let byteCount = try await bucket.byteCount(of: key) else { return nil }
    return BucketObject(key: key, byteCount: byteCount)
  }

  func fetch(_ object: BucketObject, to file: URL) async throws(StorageError) {
    try await bucket.download(object.key, byteCount: object.byteCount, to: file)
  }

  func tags(of key: String?) async throws(StorageError) -> [String: String] {
    let request = S3Request(method: "GET", bucket: bucket.name, key: key, query: [.init("tagging")])
    let response = try await bucket.send(request).response
    if S3ErrorBody.code(of: response) == "NoSuchTagSet" { return [:] }
    guard response.status == 200 else { throw StorageError(response) }
    guard let document = S3Document(response.body), document.root == "Tagging" else { throw StorageError(.corrupt) }
    let names = document.texts.filter { $0.path == "TagSet/Tag/Key" }.map(\.text)
    let values = document.texts.filter { $0.path == "TagSet/Tag/Value" }.map(\.text)
    return Dictionary(zip(names, values)) { first, _ in first }
  }
}
