import Foundation
import ObjectStorage
import Testing

@Suite struct StagingTests {
  let temporary: TemporaryStorage
  var storage: LocalFolderStorage { temporary.storage }

  init() throws { temporary = try TemporaryStorage() }

  @Test func aStagedFileBecomesAnObject() async throws {
    let key = try ObjectKey("results/one.parquet")
    try await storage.put(Data("old".utf8), at: key)
    let area = try await storage.stage()
    let file = try area.file("out.parquet")
    try Data("new".utf8).write(to: file.url)
    #expect(try area.location(of: "out.parquet").path == file.url.path)
    #expect(try await storage.get(key) == Data("old".utf8))
    try await storage.publish(file, as: key)
    #expect(try await storage.get(key) == Data("new".utf8))
    #expect(!FileManager.default.fileExists(atPath: file.url.path))
  }

  @Test func unwrittenStagedFilesAreAnError() async throws {
    let file = try await storage.stage().file("none")
    await #expect(throws: StorageError(.notFound)) { try await storage.publish(file, as: ObjectKey("a")) }
  }

  @Test func aStagedFileIsWrittenAndRead() async throws {
    let area = try await storage.stage()
    try await area.makeFolder("deep/folder")
    let file = try area.file("deep/folder/file")
    await #expect(throws: StorageError(.notFound)) { try await file.read() }
    try await file.write(Data("text".utf8))
    #expect(try await file.read() == Data("text".utf8))
    try await storage.publish(file, as: ObjectKey("a"))
    #expect(try await storage.get(ObjectKey("a")) == Data("text".utf8))
  }

  @Test func namesCannotEscapeTheArea() async throws {
    let area = try await storage.stage()
    await #expect(throws: StorageError(.invalidKey)) { try await area.makeFolder("../out") }
    #expect(throws: StorageError(.invalidKey)) { try area.file("../out") }
    #expect(throws: StorageError(.invalidKey)) { try area.location(of: "/etc/passwd") }
  }

  @Test func areasAreRemovedWithTheirLastReference() async throws {
    var area: StagingArea? = try await storage.stage()
    var file = try area?.file("x")
    try Data("x".utf8).write(to: #require(file).url)
    area = nil
    #expect(temporary.leftInStaging.count == 1)
    file = nil
    #expect(temporary.leftInStaging.isEmpty)
  }

  @Test func areasOfKilledProcessesAreRemovedLater() async throws {
    let staging = storage.root.appending(path: ".staging")
    let longAgo = Date(timeIntervalSinceNow: -3600)
    for name in ["work-locked-once", "work-without-lock", "something-else"] {
      try FileManager.default.createDirectory(at: staging.appending(path: name), withIntermediateDirectories: true)
    }
    try Data().write(to: staging.appending(path: "work-locked-once/.lock"))
    let used = try await storage.stage()
    for name in try FileManager.default.contentsOfDirectory(atPath: staging.path) {
      let path = staging.appending(path: name).path
      try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: path)
    }
    let young = staging.appending(path: "work-young")
    try FileManager.default.createDirectory(at: young, withIntermediateDirectories: true)
    let next = try await storage.stage()
    let expected = [used.folder, next.folder, young].map(\.lastPathComponent) + ["something-else"]
    #expect(Set(temporary.leftInStaging) == Set(expected))
  }

  /// A process removes the files of an earlier one when it starts, not with its first write.
  @Test func areasOfKilledProcessesAreRemovedAtTheStart() throws {
    let left = storage.root.appending(path: ".staging/work-left")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    let longAgo = Date(timeIntervalSinceNow: -3600)
    try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: left.path)
    _ = try LocalFolderStorage(root: storage.root)
    #expect(temporary.leftInStaging.isEmpty)
  }

  @Test func aKeyCanBeAPrefixOfAnother() async throws {
    let (outerKey, innerKey) = (try ObjectKey("a"), try ObjectKey("a/b"))
    let outer = try await storage.lock(outerKey)
    let inner = try await storage.lock(innerKey)
    #expect(try await isHeld(outerKey))
    #expect(try await isHeld(innerKey))
    outer.release()
    #expect(try await becomesFree(outerKey))
    #expect(try await isHeld(innerKey))
    inner.release()
    #expect(try await becomesFree(innerKey))
  }

  /// Whether somebody has the lock of the key: a task that is cancelled takes a free one, and waits for no other.
  private func isHeld(_ key: ObjectKey) async throws -> Bool {
    let attempt = Task { [storage] in try await storage.lock(key) }
    attempt.cancel()
    do {
      try await attempt.value.release()
      return false
    } catch let error as StorageError where error.code == .cancelled {
      return true
    }
  }

  /// A program that another test starts has all open files, and with them the lock, for a moment until it runs.
  private func becomesFree(_ key: ObjectKey) async throws -> Bool {
    var tries = 0
    while try await isHeld(key) {
      tries += 1
      guard tries < 10_000 else { return false }
      await Task.yield()
    }
    return true
  }

  @Test func waitingForALockCanBeCancelled() async throws {
    let key = try ObjectKey("a")
    let held = try await storage.lock(key)
    let waiting = Task { [storage] in try await storage.lock(key) }
    waiting.cancel()
    await #expect(throws: StorageError(.cancelled)) { try await waiting.value }
    held.release()
    try await storage.lock(key).release()
  }
}
