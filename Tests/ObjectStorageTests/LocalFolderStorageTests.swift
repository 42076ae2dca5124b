import Foundation
import ObjectStorage
import Testing

@Suite struct LocalFolderStorageTests {
  let temporary: TemporaryStorage
  var storage: LocalFolderStorage { temporary.storage }

  init() throws { temporary = try TemporaryStorage() }

  @Test func whatIsPutCanBeGot() async throws {
    let key = try ObjectKey("a/b/c.bin")
    #expect(try await storage.exists(key) == false)
    try await storage.put(Data("first".utf8), at: key)
    try await storage.put(Data("second".utf8), at: key)
    #expect(try await storage.get(key) == Data("second".utf8))
    #expect(try await storage.byteCount(of: key) == 6)
    #expect(temporary.leftInStaging.isEmpty)
  }

  @Test func rangesAreCutToTheObject() async throws {
    let key = try ObjectKey("a")
    try await storage.put(Data("0123456789".utf8), at: key)
    #expect(try await storage.get(key, range: 2..<5) == Data("234".utf8))
    #expect(try await storage.get(key, range: 8..<100) == Data("89".utf8))
    #expect(try await storage.get(key, range: 50..<60) == Data())
  }

  @Test func emptyObjectsExist() async throws {
    let key = try ObjectKey("empty")
    try await storage.put(Data(), at: key)
    #expect(try await storage.byteCount(of: key) == 0)
    #expect(try await storage.get(key).isEmpty)
  }

  @Test func missingObjects() async throws {
    let key = try ObjectKey("none")
    await #expect(throws: StorageError(.notFound)) { try await storage.get(key) }
    #expect(try await storage.byteCount(of: key) == nil)
    try await storage.delete(key)
    #expect(try await storage.list(under: key).isEmpty)
  }

  @Test func aFolderIsNoObject() async throws {
    try await storage.put(Data("x".utf8), at: ObjectKey("a/b"))
    let folder = try ObjectKey("a")
    #expect(try await storage.exists(folder) == false)
    await #expect(throws: StorageError(.notFound)) { try await storage.get(folder) }
  }

  @Test func onlyTheFirstPutIfAbsentCounts() async throws {
    let key = try ObjectKey("a/once")
    let results = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask { [storage] in try await storage.putIfAbsent(Data("\(number)".utf8), at: key) }
      }
      return try await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(results.count(where: { $0 }) == 1)
    let winner = try await storage.get(key)
    #expect(try await storage.putIfAbsent(Data("late".utf8), at: key) == false)
    #expect(try await storage.get(key) == winner)
  }

  @Test func listsBelowAPrefixInOrder() async throws {
    for name in ["p/b", "p/a", "p/c/d", "pq/x", "q"] {
      try await storage.put(Data(name.utf8), at: ObjectKey(name))
    }
    let listed = try await storage.list(under: ObjectKey("p"))
    #expect(listed.map(\.key.value) == ["p/a", "p/b", "p/c/d"])
    #expect(listed.map(\.byteCount) == [3, 3, 5])
    try await storage.deleteAll(under: ObjectKey("p"))
    #expect(try await storage.list(under: ObjectKey("p")).isEmpty)
    #expect(try await storage.exists(ObjectKey("pq/x")))
  }

  @Test func objectsAreForTheirOwnerOnly() async throws {
    let key = try ObjectKey("secrets/key")
    try await storage.put(Data("x".utf8), at: key)
    let path = try storage.engineLocation(of: key).path
    let file = try FileManager.default.attributesOfItem(atPath: path)
    let folder = try FileManager.default.attributesOfItem(atPath: URL(filePath: path).deletingLastPathComponent().path)
    #expect(file[.posixPermissions] as? Int == 0o600)
    #expect(folder[.posixPermissions] as? Int == 0o700)
  }

  @Test func aRootThatReadsAsAPatternIsRefused() {
    #expect(throws: StorageError(.invalidKey)) {
      try LocalFolderStorage(root: temporary.folder.appending(path: "data*"))
    }
  }

  @Test func aFileInTheWayIsAnError() async throws {
    try await storage.put(Data("x".utf8), at: ObjectKey("a"))
    await #expect(throws: StorageError.self) { try await storage.put(Data("y".utf8), at: ObjectKey("a/b")) }
    #expect(try await storage.get(ObjectKey("a")) == Data("x".utf8))
  }
}
