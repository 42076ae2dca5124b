import Foundation
import S3TestSupport
import Synchronization
import Testing

@testable import ObjectStorage

@Suite struct ObjectCacheTests {
  /// Objects of ten bytes that count how often they are fetched.
  private final class Origin: Sendable {
    let fetches = Mutex<[String: Int]>([:])

    func cache(limit: Int) throws -> ObjectCache {
      let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-cache-\(UUID().uuidString)")
      return ObjectCache(area: try TemporaryFolders(in: folder).make(), byteLimit: limit) {
        [self] (key, file) throws(StorageError) in
        guard key.value != "missing" else { throw StorageError(.notFound) }
        return ObjectCache.Source(byteCount: 10) { () throws(StorageError) in
          self.fetches.withLock { $0[key.value, default: 0] += 1 }
          do { try Data(count: 10).write(to: file) } catch { throw StorageError(cocoa: error) }
        }
      }
    }

    func count(_ key: String) -> Int { fetches.withLock { $0[key] ?? 0 } }
  }

  private func exists(_ location: EngineLocation) -> Bool {
    FileManager.default.fileExists(atPath: location.path)
  }

  @Test func anObjectIsFetchedOnce() async throws {
    let origin = Origin()
    let cache = try origin.cache(limit: 100)
    let key = try ObjectKey("a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { _ = try await cache.location(of: key) } }
      try await group.waitForAll()
    }
    #expect(exists(try await cache.location(of: key)))
    #expect(origin.count("a") == 1)
    #expect(await cache.byteCount == 10)
  }

  @Test func leastRecentlyUsedObjectsAreEvicted() async throws {
    let origin = Origin()
    let cache = try origin.cache(limit: 30)
    for name in ["a", "b", "c", "a", "d", "a", "d", "c"] {
      _ = try await cache.location(of: ObjectKey(name))
      #expect(await cache.byteCount <= 30)
    }
    #expect(["a", "b", "c", "d"].map(origin.count) == [1, 1, 1, 1])
    _ = try await cache.location(of: ObjectKey("b"))
    #expect(origin.count("b") == 2)
    // It replaced the least recently used one.
    for name in ["c", "d"] { _ = try await cache.location(of: ObjectKey(name)) }
    #expect(["c", "d"].map(origin.count) == [1, 1])
  }

  @Test func heldObjectsStay() async throws {
    let origin = Origin()
    let cache = try origin.cache(limit: 25)
    let first = try await cache.location(of: ObjectKey("a"))
    let second = try await cache.location(of: ObjectKey("b"))
    await #expect(throws: StorageError(.full)) { try await cache.location(of: ObjectKey("c")) }
    #expect(exists(first) && exists(second))
    withExtendedLifetime((first, second)) {}
  }

  @Test func failedFetchesAreRetried() async throws {
    let cache = try Origin().cache(limit: 100)
    let key = try ObjectKey("missing")
    await #expect(throws: StorageError(.notFound)) { try await cache.location(of: key) }
    await #expect(throws: StorageError(.notFound)) { try await cache.location(of: key) }
    #expect(await cache.byteCount == 0)
  }

  @Test func changedObjectsAreFetchedAgain() async throws {
    let test = try await S3TestStorage()
    let key = try ObjectKey("a")
    for text in ["first", "second"] {
      try await test.storage.put(Data(text.utf8), at: key)
      let location = try await test.storage.engineLocation(of: key)
      #expect(try Data(contentsOf: URL(filePath: location.path)) == Data(text.utf8))
    }
    try await test.storage.delete(key)
    await #expect(throws: StorageError(.notFound)) { try await test.storage.engineLocation(of: key) }
  }
}
