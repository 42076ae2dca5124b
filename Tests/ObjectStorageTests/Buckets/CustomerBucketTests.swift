import Foundation
import S3TestSupport
import Synchronization
import Testing

@testable import ObjectStorage

@Suite struct CustomerBucketTests {
  private func client(_ server: S3Server, _ transport: FaultyTransport) throws -> S3Client {
    S3Client(settings: try server.settings(), transport: transport, now: { Date() }, sleep: { _ in })
  }

  private func file(of byteCount: Int, in folder: TestFolder) throws -> URL {
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    let file = folder.url.appending(path: "file-\(byteCount)")
    try Data(count: byteCount).write(to: file)
    return file
  }

  /// The service of the tests does not report the rights that were requested, so the test looks at the requests.
  @Test func writtenObjectsBelongToTheBucketOwner() async throws {
    let server = try await S3Server.shared
    let name = try await server.makeBucket()
    let wishes = Mutex<[String]>([])
    let transport = FaultyTransport { message in
      let begins = !message.url.contains("uploadId") && ["PUT", "POST"].contains(message.method)
      if begins { wishes.withLock { $0.append(message.headers["x-amz-acl"] ?? "none") } }
      return .passOn
    }
    let bucket = try S3CustomerBuckets(client: client(server, transport)).bucket(named: name)
    let folder = TestFolder()
    try await bucket.put(try file(of: 10, in: folder), at: ObjectKey("small"))
    try await bucket.put(try file(of: 33 << 20, in: folder), at: ObjectKey("large"))
    #expect(wishes.withLock { $0 } == ["bucket-owner-full-control", "bucket-owner-full-control"])
    #expect(try await server.object("large", in: name).count == 33 << 20)
    #expect(try await server.list("uploads", ["bucket": name]).isEmpty)
  }

  /// Browsers and tools know an object by its media type, also one that was written in parts.
  @Test func writtenObjectsHaveTheirMediaTypes() async throws {
    let server = try await S3Server.shared
    let name = try await server.makeBucket()
    let types = Mutex<[String: String]>([:])
    let transport = FaultyTransport { message in
      if !message.url.contains("uploadId"),
        let key = message.url.split(separator: "?").first?.split(separator: "/").last
      {
        types.withLock { $0[String(key)] = message.headers["content-type"] ?? "none" }
      }
      return .passOn
    }
    let bucket = try S3CustomerBuckets(client: client(server, transport)).bucket(named: name)
    let folder = TestFolder()
    for key in ["report.csv", "report.parquet", "metadata.json", "other"] {
      try await bucket.put(try file(of: 10, in: folder), at: ObjectKey("out/\(key)"))
    }
    try await bucket.put(try file(of: 33 << 20, in: folder), at: ObjectKey("out/large.csv"))
    #expect(
      types.withLock { $0 } == [
        "report.csv": "text/csv; charset=utf-8", "large.csv": "text/csv; charset=utf-8",
        "report.parquet": "application/vnd.apache.parquet", "metadata.json": "application/json",
        "other": "application/octet-stream",
      ])
  }

  /// The service refuses a bucket of another account than the one named by every request.
  @Test func requestsNameAKnownOwner() async throws {
    let server = try await S3Server.shared
    let name = try await server.makeBucket()
    let owners = Mutex<[String]>([])
    let transport = FaultyTransport { message in
      owners.withLock { $0.append(message.headers["x-amz-expected-bucket-owner"] ?? "none") }
      return .passOn
    }
    let bucket = try S3CustomerBuckets(client: client(server, transport)).bucket(named: name, ownedBy: "123456789012")
    let folder = TestFolder()
    for byteCount in [10, 33 << 20] {
      try await bucket.put(try file(of: byteCount, in: folder), at: ObjectKey("file-\(byteCount)"))
    }
    _ = try await bucket.guarding()
    _ = try await bucket.objects(prefix: "", limit: 10)
    #expect(owners.withLock { Set($0) } == ["123456789012"])
    owners.withLock { $0 = [] }
    let anybodys = try S3CustomerBuckets(client: client(server, transport)).bucket(named: name)
    _ = try await anybodys.guarding()
    #expect(owners.withLock { $0 } == ["none"])
  }

  @Test func bucketsReportTheirPolicy() async throws {
    let server = try await S3Server.shared
    let name = try await server.makeBucket()
    let bucket = try S3CustomerBuckets(client: client(server, FaultyTransport([]))).bucket(named: name)
    #expect(try await bucket.guarding() == .noPolicy)
    let policy = #"{"Version": "2012-10-17", "Statement": []}"#
    try await server.call("set_policy", ["bucket": name, "policy": policy])
    #expect(try await bucket.guarding() == .policy(try BucketPolicy(Data(policy.utf8))))
    let missing = try S3CustomerBuckets(client: client(server, FaultyTransport([]))).bucket(named: "no-such-bucket")
    await #expect(throws: StorageError(.noBucket)) { try await missing.guarding() }
  }

  /// Amazon's responses to accounts other than the owner's: with, and without, the right to read the policy.
  @Test func theServiceEnforcesPoliciesOfOtherAccounts() async throws {
    let server = try await S3Server.shared
    let others = FaultyTransport { _ in .answer(405, "<Error><Code>MethodNotAllowed</Code></Error>") }
    let bucket = try S3CustomerBuckets(client: client(server, others)).bucket(named: "bucket")
    #expect(try await bucket.guarding() == .service)
    let closed = FaultyTransport { _ in .answer(403, "<Error><Code>AccessDenied</Code></Error>") }
    let second = try S3CustomerBuckets(client: client(server, closed)).bucket(named: "bucket")
    await #expect(throws: StorageError(.denied)) { try await second.guarding() }
  }

  @Test func bucketFoldersNeedValidNames() {
    for name in ["..", "a/b", "A", ""] {
      #expect(throws: StorageError(.invalidKey)) {
        try FolderBuckets(root: URL(filePath: "/tmp")).bucket(named: name)
      }
    }
  }
}
