import Base
package import Foundation

extension S3Bucket {
  /// The parts that large files are cut into for their upload.
  package struct UploadLimits: Sendable {
    /// From this length on a file goes in parts, in bytes.
    package var partsFromByteCount = 32 << 20
    /// The length of a part, in bytes. It grows for files that would have more than `partCountLimit`.
    package var partByteCount = 16 << 20

    /// The most parts that S3 takes for one object.
    package static let partCountLimit = 10_000
    /// The number of parts that are sent at the same time; each of them is held in memory.
    package static let concurrentParts = 4

    /// The limits of every upload.
    package init() {}
  }

  /// Writes a file of the local disk as an object, replacing an existing one: in one piece, or in parts.
  package func upload(
    _ file: URL, to key: String, acl: ACL? = nil, limits: UploadLimits = UploadLimits()
  ) async throws(StorageError) {
    let byteCount = try await LocalFile.byteCount(of: file)
    guard byteCount >= limits.partsFromByteCount else {
      _ = try await put(try await LocalFile.read(file, 0..<byteCount), at: key, acl: acl)
      return
    }
    let upload = try await beginUpload(to: key, acl: acl)
    do {
      let tags = try await uploadParts(of: file, byteCount: byteCount, to: key, upload: upload, limits)
      try await completeUpload(to: key, upload: upload, tags: tags)
    } catch {
      await abortUpload(to: key, upload: upload)
      throw error
    }
  }

  private func beginUpload(to key: String, acl: ACL?) async throws(StorageError) -> String {
    var request = S3Request(method: "POST", bucket: name, key: key, query: [.init("uploads")])
    request.headers["content-type"] = ObjectMediaType.name(of: key)
    if let acl { request.headers["x-amz-acl"] = acl.rawValue }
    let response = try await send(request).response
    guard response.status == 200 else { throw StorageError(response) }
    guard let id = S3Document(response.body)?.text("UploadId"), !id.isEmpty else { throw StorageError(.corrupt) }
    return id
  }

  /// Sends all parts, some at a time. Returns their tags in order.
  private func uploadParts(
    of file: URL, byteCount: Int, to key: String, upload: String, _ limits: UploadLimits
  ) async throws(StorageError) -> [String] {
    let smallest = (byteCount + UploadLimits.partCountLimit - 1) / UploadLimits.partCountLimit
    let partByteCount = max(limits.partByteCount, smallest)
    let ranges = stride(from: 0, to: byteCount, by: partByteCount).map { $0..<min($0 + partByteCount, byteCount) }
    return try await ConcurrentWork.map(ranges, atOnce: UploadLimits.concurrentParts) {
      (number, range) throws(StorageError) in
      try await uploadPart(try await LocalFile.read(file, range), number: number + 1, to: key, upload: upload)
    }
  }

  private func uploadPart(
    _ data: Data, number: Int, to key: String, upload: String
  ) async throws(StorageError) -> String {
    let query: [S3Request.QueryItem] = [.init("partNumber", String(number)), .init("uploadId", upload)]
    let response = try await send(
      S3Request(method: "PUT", bucket: name, key: key, query: query, body: data)
    ).response
    guard response.status == 200, let tag = response.headers["etag"] else { throw StorageError(response) }
    return tag
  }

  private func completeUpload(to key: String, upload: String, tags: [String]) async throws(StorageError) {
    let parts = tags.enumerated().map { number, tag in
      "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(Self.escaped(tag))</ETag></Part>"
    }
    let body = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
    let outcome = try await send(
      S3Request(
        method: "POST", bucket: name, key: key, query: [.init("uploadId", upload)],
        headers: ["content-type": "application/xml"], body: Data(body.utf8)))
    // The answer to an earlier attempt may have got lost: the upload is gone then, and the object is there.
    if outcome.attempts > 1, S3ErrorBody.code(of: outcome.response) == "NoSuchUpload",
      try await byteCount(of: key) != nil
    {
      return
    }
    // An upload can fail after the status was sent.
    guard outcome.response.status == 200, S3ErrorBody.code(of: outcome.response) == nil else {
      throw StorageError(outcome.response)
    }
  }

  /// Gives the space of the parts back. Where that fails, the bucket's own rules for unfinished uploads have to.
  private func abortUpload(to key: String, upload: String) async {
    let request = S3Request(method: "DELETE", bucket: name, key: key, query: [.init("uploadId", upload)])
    // A cancelled task could not ask any more; this has to be asked all the same.
    await Task { _ = try? await send(request) }.value
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

/// Files of the local disk, read away from the threads that Swift's tasks share.
enum LocalFile {
  static func byteCount(of file: URL) async throws(StorageError) -> Int {
    try await BlockingWork.run { () throws(StorageError) in
      guard let byteCount = try FolderFiles.byteCount(of: file) else { throw StorageError(.notFound) }
      return byteCount
    }
  }

  static func read(_ file: URL, _ range: Range<Int>) async throws(StorageError) -> Data {
    try await BlockingWork.run { () throws(StorageError) in try FolderFiles.bytes(of: file, range) }
  }
}

/// Several pieces of work at the same time.
package enum ConcurrentWork {
  /// The results of `work` for all items, in their order, with at most `atOnce` of them under way. The first failure
  /// ends all.
  package static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], atOnce: Int,
    _ work: @escaping @Sendable (_ number: Int, _ item: Item) async throws(StorageError) -> Result
  ) async throws(StorageError) -> [Result] {
    do {
      return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        for (number, item) in items.enumerated() {
          if number >= atOnce, let (done, result) = try await group.next() { results[done] = result }
          group.addTask { (number, try await work(number, item)) }
        }
        for try await (done, result) in group { results[done] = result }
        return items.indices.compactMap { results[$0] }
      }
    } catch {
      throw error as? StorageError ?? StorageError(.failed)
    }
  }
}
