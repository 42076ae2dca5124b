import Foundation
import Testing

@testable import ObjectStorage

@Suite struct TemporaryFoldersTests {
  private let parent: URL

  init() throws {
    parent = FileManager.default.temporaryDirectory.appending(path: "adyton-folders-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
  }

  private func descriptor(lockOf folder: String) throws -> FileDescriptor {
    let url = parent.appending(path: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return try FileDescriptor(opening: url.appending(path: ".lock").path(), flags: O_RDWR | O_CREAT)
  }

  /// Another process that looks for what others left holds the lock for the moment in which it removes the folder.
  @Test func aFolderThatAnotherProcessHasLockedIsNotUsed() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let taken = try descriptor(lockOf: "work-taken")
    #expect(try taken.tryLock())
    var names = ["work-free", "work-taken"]
    let area = try TemporaryFolders(in: parent).make { names.removeLast() }
    #expect(area.folder.lastPathComponent == "work-free")
    #expect(try !descriptor(lockOf: "work-free").tryLock(), "The new folder is not locked.")
    area.discard()
    #expect(throws: StorageError(.conflict)) { try TemporaryFolders(in: parent).make { "work-taken" } }
  }

  @Test func aLockHasOneHolder() throws {
    defer { try? FileManager.default.removeItem(at: parent) }
    let first = try descriptor(lockOf: "work-a")
    let second = try descriptor(lockOf: "work-a")
    #expect(try first.tryLock())
    #expect(try !second.tryLock())
    first.close()
    #expect(try second.tryLock())
    #expect(throws: StorageError(.failed)) { try first.tryLock() }
  }
}
