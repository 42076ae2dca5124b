import Foundation
import S3TestSupport
import Synchronization
import Testing

@testable import ObjectStorage

@Suite struct RetryTests {
  static let slowDown = FaultyTransport.Fate.answer(503, "<Error><Code>SlowDown</Code></Error>")

  private func storage(
    _ test: S3TestStorage, _ transport: FaultyTransport, sleep: @escaping S3Client.Sleep = { _ in }
  ) throws -> S3Storage {
    let client = S3Client(
      settings: try test.server.settings(), transport: transport, now: { Date() }, sleep: sleep, random: { 1 })
    return try S3Storage(
      location: S3Location(url: "s3://\(test.bucket)"), client: client, workFolder: test.folder)
  }

  @Test func requestsToBusyServicesAreRetriedWithBackoff() async throws {
    let test = try await S3TestStorage(prefix: "")
    let waits = Mutex<[Duration]>([])
    let fates: [FaultyTransport.Fate] = [Self.slowDown, .answer(500, ""), .lost, .answer(502, "x"), .answer(429, "")]
    let storage = try storage(test, FaultyTransport(fates)) { wait in waits.withLock { $0.append(wait) } }
    let key = try ObjectKey("a")
    try await storage.put(Data("x".utf8), at: key)
    #expect(try await test.storage.get(key) == Data("x".utf8))
    let expected: [Duration] = [100, 200, 400, 800, 1600].map { .milliseconds($0) }
    #expect(waits.withLock { $0 } == expected)
  }

  @Test func retriesEndEventually() async throws {
    let test = try await S3TestStorage(prefix: "")
    let transport = FaultyTransport { _ in Self.slowDown }
    let storage = try storage(test, transport)
    await #expect(throws: StorageError(.unreachable)) { try await storage.get(ObjectKey("a")) }
    #expect(transport.messageCount == S3Client.attemptLimit)
    let unreachable = FaultyTransport { _ in .lost }
    let other = try self.storage(test, unreachable)
    await #expect(throws: StorageError(.unreachable)) { try await other.get(ObjectKey("a")) }
    #expect(unreachable.messageCount == S3Client.attemptLimit)
  }

  @Test(arguments: [
    (403, "AccessDenied", StorageError.Code.denied), (404, "NoSuchKey", .notFound), (404, "NoSuchBucket", .noBucket),
    (400, "InvalidArgument", .failed), (301, "PermanentRedirect", .failed), (507, "QuotaExceeded", .full),
    (403, "SignatureDoesNotMatch", .denied),
  ])
  func refusalsAreFinal(_ status: Int, _ name: String, _ code: StorageError.Code) async throws {
    let test = try await S3TestStorage(prefix: "")
    let text = "<Error><Code>\(name)</Code><Message>the secret of the key is x</Message></Error>"
    let transport = FaultyTransport { _ in .answer(status, text) }
    let storage = try storage(test, transport)
    let error = await #expect(throws: StorageError.self) { try await storage.get(ObjectKey("a")) }
    #expect(error?.code == code)
    #expect(error?.description.contains("secret") == false)
    #expect(transport.messageCount == 1)
  }

  /// A first attempt that succeeded, but whose response was lost, must not look like another client's write.
  @Test func aConditionalWriteWithALostResponseSucceeds() async throws {
    let test = try await S3TestStorage(prefix: "")
    let storage = try storage(test, FaultyTransport([.answerLost]))
    let key = try ObjectKey("once")
    #expect(try await storage.putIfAbsent(Data("mine".utf8), at: key))
    #expect(try await storage.putIfAbsent(Data("other".utf8), at: key) == false)
    #expect(try await test.storage.get(key) == Data("mine".utf8))
  }

  @Test func aConditionalWriteAfterAnotherWriterFails() async throws {
    let test = try await S3TestStorage(prefix: "")
    let key = try ObjectKey("once")
    try await test.storage.put(Data("other".utf8), at: key)
    let storage = try storage(test, FaultyTransport([Self.slowDown]))
    #expect(try await storage.putIfAbsent(Data("mine".utf8), at: key) == false)
  }

  @Test func cancellingTheTaskEndsTheWait() async throws {
    let test = try await S3TestStorage(prefix: "")
    let (began, begins) = AsyncStream.makeStream(of: Void.self)
    let storage = try storage(test, FaultyTransport { _ in Self.slowDown }) { _ in
      begins.yield()
      try await Task.sleep(for: .seconds(3600))
    }
    let work = Task { try await storage.get(ObjectKey("a")) }
    for await _ in began { break }
    work.cancel()
    await #expect(throws: StorageError(.cancelled)) { try await work.value }
  }
}
