import Foundation
import S3TestSupport
import Synchronization
import Testing

@testable import ObjectStorage

/// The S3 storage against a service in its own process, with boto3 as the other client.
@Suite struct S3StorageTests {
  @Test func otherClientsReadWrittenObjects() async throws {
    let test = try await S3TestStorage(prefix: "rooms/first")
    try await test.storage.put(Data("content".utf8), at: ObjectKey("a b/é.txt"))
    #expect(try await test.server.object("rooms/first/a b/é.txt", in: test.bucket) == Data("content".utf8))
    #expect(try await test.server.list("keys", ["bucket": test.bucket, "prefix": ""]) == ["rooms/first/a b/é.txt"])
  }

  @Test func objectsOfOtherClientsAreRead() async throws {
    let test = try await S3TestStorage(prefix: "")
    for name in ["x/one.txt", "x/", "x/.hidden", "y/two.txt"] {
      let arguments = ["bucket": test.bucket, "key": name, "base64_body": Data("1".utf8).base64EncodedString()]
      try await test.server.call("put", arguments)
    }
    #expect(try await test.storage.get(ObjectKey("x/one.txt")) == Data("1".utf8))
    // Names that are no keys are not listed: the marker of a folder, a name with a dot at its beginning.
    #expect(try await test.storage.list(under: ObjectKey("x")).map(\.key.value) == ["x/one.txt"])
  }

  @Test func listingsOfSeveralPagesAreComplete() async throws {
    let test = try await S3TestStorage()
    let names = (0..<45).map { "p/\(1000 + $0)" }
    _ = try await ConcurrentWork.map(names, atOnce: 8) { (_, name) throws(StorageError) in
      try await test.storage.put(Data(name.utf8), at: ObjectKey(name))
    }
    #expect(try await test.storage.list(under: ObjectKey("p")).map(\.key.value) == names)
  }

  @Test func everyRequestNamesTheOwnerOfTheBucket() async throws {
    let test = try await S3TestStorage()
    let owners = Mutex<[String?]>([])
    let transport = FaultyTransport { message in
      owners.withLock { $0.append(message.headers["x-amz-expected-bucket-owner"]) }
      return .passOn
    }
    let client = S3Client(settings: try test.server.settings(), transport: transport, now: { Date() }, sleep: { _ in })
    let folder = TestFolder()
    let storage = try S3Storage(
      location: S3Location(url: "s3://\(test.bucket)/owned"), client: client, owner: "123456789012",
      workFolder: folder.url)
    let key = try ObjectKey("a")
    try await storage.put(Data("1".utf8), at: key)
    #expect(try await storage.get(key) == Data("1".utf8))
    #expect(try await storage.byteCount(of: key) == 1)
    _ = try await storage.list(under: ObjectKey("b"))
    _ = try await storage.engineLocation(of: key)
    try await storage.delete(key)
    #expect(owners.withLock { $0.count } >= 6)
    #expect(owners.withLock { Set($0) } == ["123456789012"])
    withExtendedLifetime(folder) {}
  }

  @Test func largeFilesAreUploadedInParts() async throws {
    let test = try await S3TestStorage()
    let storage = try partStorage(of: test)
    // The length of a piece is odd, so that every part begins with other bytes.
    let piece = Data((0..<4093).map { _ in UInt8.random(in: .min ... .max) })
    let content = Data(repeatElement(piece, count: 3080).joined())
    let file = try await storage.stage().file("large.bin")
    try content.write(to: file.url)
    let key = try ObjectKey("large")
    try await storage.publish(file, as: key)
    #expect(try await test.server.object("rooms/first/large", in: test.bucket) == content)
    // The tag of an object that came in parts ends in their number.
    let tag = try await test.server.call("tag", ["bucket": test.bucket, "key": "rooms/first/large"])["tag"]
    #expect(tag?.hasSuffix("-3\"") == true)
    let copy = try await storage.engineLocation(of: key)
    #expect(try Data(contentsOf: URL(filePath: copy.path)) == content)
  }

  @Test func failedUploadsLeaveNothing() async throws {
    let test = try await S3TestStorage()
    let transport = FaultyTransport { message in
      message.url.contains("partNumber=2") ? .answer(403, "<Error><Code>AccessDenied</Code></Error>") : .passOn
    }
    let storage = try partStorage(of: test, transport: transport)
    let file = try await storage.stage().file("large.bin")
    try Data(count: 12 << 20).write(to: file.url)
    await #expect(throws: StorageError(.denied)) { try await storage.publish(file, as: ObjectKey("large")) }
    #expect(try await test.storage.exists(ObjectKey("large")) == false)
    #expect(try await test.server.list("uploads", ["bucket": test.bucket]).isEmpty)
  }

  @Test func signedURLsReadObjects() async throws {
    let test = try await S3TestStorage()
    let key = try ObjectKey("results/a b é.csv")
    try await test.storage.put(Data("campaign,n\n".utf8), at: key)
    let url = try #require(try test.storage.presignedURL(for: key, fileName: "report.csv", seconds: 60))
    let answer = try await test.server.call("fetch", ["url": url.absoluteString])
    #expect(answer["status"] == "200")
    #expect(answer["body"] == Data("campaign,n\n".utf8).base64EncodedString())
    // This service ignores the requested file name; S3 does not.
    let wish = "response-content-disposition=attachment%3B%20filename%3D%22report.csv%22"
    #expect(url.absoluteString.contains(wish))
    #expect(throws: StorageError(.invalidKey)) {
      try test.storage.presignedURL(for: key, fileName: "a.csv", seconds: S3Storage.urlSecondsLimit + 1)
    }
    #expect(throws: StorageError(.invalidKey)) {
      try test.storage.presignedURL(for: key, fileName: "a\"; x", seconds: 60)
    }
  }

  @Test func missingBucketsHaveTheirOwnCode() async throws {
    let test = try await S3TestStorage()
    let storage = try S3Storage(
      location: S3Location(url: "s3://no-such-bucket-here"), client: S3Client(settings: test.server.settings()),
      workFolder: test.folder)
    await #expect(throws: StorageError(.noBucket)) { try await storage.put(Data(), at: ObjectKey("a")) }
    await #expect(throws: StorageError(.noBucket)) { try await storage.get(ObjectKey("a")) }
    await #expect(throws: StorageError(.noBucket)) { try await storage.list(under: ObjectKey("a")) }
  }

  @Test func bucketsCanBeNamedByTheHost() async throws {
    let test = try await S3TestStorage()
    let settings = S3Settings(
      endpoint: try S3Endpoint(url: "http://s3.amazonaws.com", addressing: .virtualHosted), region: "us-east-1",
      credentials: try test.server.settings().credentials)
    let transport = FaultyTransport { [endpoint = test.server.endpoint] message in
      // Names under a real host would have to be resolved. The service goes by the Host header.
      let host = message.headers["host"] ?? ""
      return .passOnTo(message.url.replacing("http://\(host)", with: endpoint))
    }
    let storage = try S3Storage(
      location: S3Location(url: "s3://\(test.bucket)/rooms/first"),
      client: S3Client(settings: settings, transport: transport, now: { Date() }, sleep: { _ in }),
      workFolder: test.folder)
    let key = try ObjectKey("by/host")
    try await storage.put(Data("x".utf8), at: key)
    #expect(try await test.storage.get(key) == Data("x".utf8))
    #expect(try await storage.list(under: ObjectKey("by")).map(\.key) == [key])
  }

  private func partStorage(of test: S3TestStorage, transport: any S3Transport = HTTPTransport()) throws -> S3Storage {
    var limits = S3Bucket.UploadLimits()
    limits.partsFromByteCount = 6 << 20
    limits.partByteCount = 5 << 20
    let client = S3Client(
      settings: try test.server.settings(), transport: transport, now: { Date() }, sleep: { _ in })
    return try S3Storage(
      location: S3Location(url: "s3://\(test.bucket)/rooms/first"), client: client, workFolder: test.folder,
      cacheByteLimit: S3Storage.defaultCacheByteLimit, uploadLimits: limits)
  }
}
