import Foundation
import ObjectStorage
import S3TestSupport
import Testing

/// The contract of every storage: the same tests on a folder and on an S3 service.
@Suite struct StorageContractTests {
  @Test(arguments: StorageKind.allCases)
  func storedObjectsCanBeRead(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("a/b/c d+é&'=~.bin")
    #expect(try await test.storage.exists(key) == false)
    try await test.storage.put(Data("first".utf8), at: key)
    try await test.storage.put(Data("second".utf8), at: key)
    #expect(try await test.storage.get(key) == Data("second".utf8))
    #expect(try await test.storage.byteCount(of: key) == 6)
    #expect(try await test.storage.list(under: ObjectKey("a")).map(\.key) == [key])
  }

  @Test(arguments: StorageKind.allCases)
  func rangesAreClampedToTheObject(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("a")
    try await test.storage.put(Data("0123456789".utf8), at: key)
    #expect(try await test.storage.get(key, range: 2..<5) == Data("234".utf8))
    #expect(try await test.storage.get(key, range: 8..<100) == Data("89".utf8))
    #expect(try await test.storage.get(key, range: 50..<60) == Data())
    #expect(try await test.storage.get(key, range: 3..<3) == Data())
  }

  @Test(arguments: StorageKind.allCases)
  func emptyObjectsExist(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("empty")
    try await test.storage.put(Data(), at: key)
    #expect(try await test.storage.byteCount(of: key) == 0)
    #expect(try await test.storage.get(key).isEmpty)
    #expect(try await test.storage.get(key, range: 0..<10).isEmpty)
  }

  @Test(arguments: StorageKind.allCases)
  func missingObjectsAreReported(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("none")
    await #expect(throws: StorageError(.notFound)) { try await test.storage.get(key) }
    await #expect(throws: StorageError(.notFound)) { try await test.storage.get(key, range: 0..<5) }
    #expect(try await test.storage.byteCount(of: key) == nil)
    #expect(try await test.storage.versioned(key) == nil)
    try await test.storage.delete(key)
    #expect(try await test.storage.list(under: key).isEmpty)
  }

  @Test(arguments: StorageKind.allCases)
  func foldersAreNoObjects(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    try await test.storage.put(Data("x".utf8), at: ObjectKey("a/b"))
    let folder = try ObjectKey("a")
    #expect(try await test.storage.exists(folder) == false)
    await #expect(throws: StorageError(.notFound)) { try await test.storage.get(folder) }
  }

  @Test(arguments: StorageKind.allCases)
  func onlyTheFirstPutIfAbsentSucceeds(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("a/once")
    // The service of the tests runs simultaneous conditional writes one after the other; S3 does not.
    let atOnce = kind == .folder ? 8 : 1
    let results = try await ConcurrentWork.map(Array(0..<8), atOnce: atOnce) { (number, _) throws(StorageError) in
      try await test.storage.putIfAbsent(Data("\(number)".utf8), at: key)
    }
    #expect(results.count(where: { $0 }) == 1)
    let winner = try await test.storage.get(key)
    #expect(try await test.storage.putIfAbsent(Data("late".utf8), at: key) == false)
    #expect(try await test.storage.get(key) == winner)
  }

  @Test(arguments: StorageKind.allCases)
  func aVersionCanBeReplacedOnce(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("manifest")
    #expect(try await test.storage.put(Data("1".utf8), at: key, replacing: nil))
    #expect(try await test.storage.put(Data("x".utf8), at: key, replacing: nil) == false)
    let first = try #require(try await test.storage.versioned(key))
    #expect(first.data == Data("1".utf8))
    #expect(try await test.storage.put(Data("2".utf8), at: key, replacing: first.version))
    #expect(try await test.storage.put(Data("3".utf8), at: key, replacing: first.version) == false)
    #expect(try await test.storage.get(key) == Data("2".utf8))
    try await test.storage.delete(key)
    #expect(try await test.storage.put(Data("4".utf8), at: key, replacing: first.version) == false)
    #expect(try await test.storage.exists(key) == false)
  }

  @Test(arguments: StorageKind.allCases)
  func listingsAreOrderedBelowAPrefix(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    for name in ["p/b", "p/a", "p/c/d", "pq/x", "q"] {
      try await test.storage.put(Data(name.utf8), at: ObjectKey(name))
    }
    let listed = try await test.storage.list(under: ObjectKey("p"))
    #expect(listed.map(\.key.value) == ["p/a", "p/b", "p/c/d"])
    #expect(listed.map(\.byteCount) == [3, 3, 5])
    try await test.storage.deleteAll(under: ObjectKey("p"))
    #expect(try await test.storage.list(under: ObjectKey("p")).isEmpty)
    #expect(try await test.storage.exists(ObjectKey("pq/x")))
  }

  @Test(arguments: StorageKind.allCases)
  func aStagedFileBecomesAnObject(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("results/one.parquet")
    let area = try await test.storage.stage()
    let file = try area.file("out.parquet")
    await #expect(throws: StorageError(.notFound)) { try await test.storage.publish(file, as: key) }
    try Data("new".utf8).write(to: file.url)
    try await test.storage.publish(file, as: key)
    #expect(try await test.storage.get(key) == Data("new".utf8))
    #expect(!FileManager.default.fileExists(atPath: file.url.path))
  }

  @Test(arguments: StorageKind.allCases)
  func theEngineReadsObjectsAsFiles(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("signals/part.parquet")
    try await test.storage.put(Data("rows".utf8), at: key)
    let location = try await test.storage.engineLocation(of: key)
    #expect(try Data(contentsOf: URL(filePath: location.path)) == Data("rows".utf8))
    let file = try FileManager.default.attributesOfItem(atPath: location.path)
    #expect(file[.posixPermissions] as? Int == 0o600)
  }

  @Test(arguments: StorageKind.allCases)
  func locksAreExclusive(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("table/manifest.json")
    let counter = try ObjectKey("counter")
    try await test.storage.put(Data("0".utf8), at: counter)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try await test.storage.withLock(key) {
            let text = String(decoding: try await test.storage.get(counter), as: UTF8.self)
            await Task.yield()
            try await test.storage.put(Data("\((Int(text) ?? 0) + 1)".utf8), at: counter)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await test.storage.get(counter) == Data("8".utf8))
  }
}
