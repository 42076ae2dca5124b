import Foundation

/// The operations on one bucket. Keys are whole, as the bucket has them.
package struct S3Bucket: Sendable {
  /// The bucket's name.
  package let name: String
  let client: S3Client
  /// The id of the account that has to own the bucket, or the service refuses every request; nil for any.
  let owner: String?

  /// Asks nothing yet; throws `storage_invalid_key` for a text that can't name a bucket.
  package init(name: String, client: S3Client, owner: String? = nil) throws(StorageError) {
    guard S3BucketName.isValid(name) else { throw StorageError(.invalidKey) }
    self.name = name
    self.client = client
    self.owner = owner
  }

  /// A grant of rights to an object that is written, as S3 calls it.
  package enum ACL: String, Sendable {
    /// The owner of the bucket owns what others write into it.
    case bucketOwnerFullControl = "bucket-owner-full-control"
  }

  /// The object that a write may replace.
  enum Condition: Sendable {
    case any
    case absent
    /// The object of that ETag.
    case version(String)

    var headers: [String: String] {
      switch self {
      case .any: [:]
      case .absent: ["if-none-match": "*"]
      case .version(let tag): ["if-match": tag]
      }
    }
  }

  /// An object with the tag of its version.
  struct Tagged: Sendable {
    var data: Data
    var tag: String
  }

  func get(_ key: String, range: Range<Int>? = nil) async throws(StorageError) -> Tagged {
    var request = S3Request(method: "GET", bucket: name, key: key)
    if let range { request.headers["range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" }
    let response = try await send(request).response
    // A range that begins after the end.
    if response.status == 416, range != nil { return Tagged(data: Data(), tag: "") }
    guard response.status == 200 || response.status == 206 else { throw StorageError(response) }
    return Tagged(data: response.body, tag: response.headers["etag"] ?? "")
  }

  func byteCount(of key: String) async throws(StorageError) -> Int? {
    let response = try await send(S3Request(method: "HEAD", bucket: name, key: key)).response
    if response.status == 404 { return nil }
    guard response.status == 200, let length = response.headers["content-length"].flatMap(Int.init) else {
      throw StorageError(response)
    }
    return length
  }

  /// Writes an object. Returns false, and changes nothing, when the condition does not hold.
  func put(
    _ data: Data, at key: String, if condition: Condition = .any, acl: ACL? = nil
  ) async throws(StorageError) -> Bool {
    var request = S3Request(method: "PUT", bucket: name, key: key, headers: condition.headers, body: data)
    request.headers["content-type"] = ObjectMediaType.name(of: key)
    if let acl { request.headers["x-amz-acl"] = acl.rawValue }
    let outcome = try await send(request)
    switch outcome.response.status {
    case 200: return true
    case 412:
      // An answer that got lost may have been a success: what is there now then is what was to be written.
      return outcome.attempts > 1 ? try await get(key).data == data : false
    // There is nothing of the version that was to be replaced.
    case 404 where S3ErrorBody.code(of: outcome.response) == "NoSuchKey": return false
    default: throw StorageError(outcome.response)
    }
  }

  func delete(_ key: String) async throws(StorageError) {
    let response = try await send(S3Request(method: "DELETE", bucket: name, key: key)).response
    guard response.status == 204 || response.status == 200 || isMissingObject(response) else {
      throw StorageError(response)
    }
  }

  /// The objects whose keys begin with `prefix`, in the order of the service, at most `limit`.
  func list(prefix: String, limit: Int = .max) async throws(StorageError) -> [(key: String, byteCount: Int)] {
    var objects: [(key: String, byteCount: Int)] = []
    var continuation: String?
    repeat {
      var request = S3Request(method: "GET", bucket: name)
      request.query = [.init("list-type", "2"), .init("prefix", prefix)]
      if let continuation { request.query.append(.init("continuation-token", continuation)) }
      let response = try await send(request).response
      guard response.status == 200 else { throw StorageError(response) }
      let page = try S3ListPage(response.body)
      objects += page.objects
      continuation = page.continuation
    } while continuation != nil && objects.count < limit
    return objects.count > limit ? Array(objects.prefix(limit)) : objects
  }

  private func isMissingObject(_ response: S3Response) -> Bool {
    response.status == 404 && S3ErrorBody.code(of: response) != "NoSuchBucket"
  }

  /// Sends a request about the bucket.
  func send(_ request: S3Request) async throws(StorageError) -> S3Client.Outcome {
    guard let owner else { return try await client.send(request) }
    var request = request
    request.headers["x-amz-expected-bucket-owner"] = owner
    return try await client.send(request)
  }
}
