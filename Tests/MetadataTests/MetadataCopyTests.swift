import Base
import Foundation
import GRDB
import ServerTestSupport
import Synchronization
import Testing

@testable import Metadata

/// Copies of a store that others write to, and what keeps a store and its objects together.
@Suite struct MetadataCopyTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private var path: String { folder.file("metadata.sqlite") }

  init() throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
  }

  /// Two records that always change together, in the middle of a copy as well.
  @Test func aCopyIsOfOneMoment() async throws {
    func pair(_ number: Int) async throws {
      try await store.write { transaction in
        for id in ["a", "b"] { try transaction.recordObjectGeneration(number, key: id, instanceID: nil) }
        // Pages enough for several steps.
        for index in 0..<200 {
          try transaction.recordObjectGeneration(
            number, key: "\(index) \(String(repeating: "x", count: 4_000))", instanceID: nil)
        }
      }
    }
    try await pair(1)
    let isWriting = Mutex(true)
    async let writing: Void = {
      var number = 2
      while isWriting.withLock({ $0 }) {
        try await pair(number)
        number += 1
      }
    }()
    let copy = folder.file("copy.sqlite")
    let path = path
    let shares = Mutex<[Double]>([])
    try await Task.detached {
      try MetadataCopy.write(from: path, to: copy) { share in shares.withLock { $0.append(share) } }
    }.value
    isWriting.withLock { $0 = false }
    try await writing
    let generations = try MetadataCopy.read(copy) { try $0.objectGenerations() }
    #expect(Set(generations.values).count == 1)
    #expect(shares.withLock { $0.last } == 1)
    #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
    #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
    // The copy is a store that can be opened.
    let opened = try MetadataStore(path: copy)
    let ids = (try await opened.read { try $0.storeIdentity().id }, try await store.read { try $0.storeIdentity().id })
    #expect(ids.0 == ids.1)
  }

  @Test func emptyAndMissingFilesAreNoStores() throws {
    #expect(MetadataCopy.isStore(path: path))
    #expect(!MetadataCopy.isStore(path: folder.file("missing.sqlite")))
    let empty = folder.file("empty.sqlite")
    #expect(FileManager.default.createFile(atPath: empty, contents: Data()))
    #expect(!MetadataCopy.isStore(path: empty))
    // What is no database is no empty store either: opening it says what is wrong.
    let other = folder.file("other.sqlite")
    #expect(FileManager.default.createFile(atPath: other, contents: Data("not a database, but not empty".utf8)))
    #expect(MetadataCopy.isStore(path: other))
  }

  @Test func storesHaveDifferentIdentities() async throws {
    let other = try MetadataStore(path: folder.file("other.sqlite"))
    let ids = (try await store.read { try $0.storeIdentity().id }, try await other.read { try $0.storeIdentity().id })
    #expect(ids.0.count == 32 && ids.0 != ids.1)
    let reopened = try await MetadataStore(path: path).read { try $0.storeIdentity().id }
    #expect(reopened == ids.0)
  }

  @Test func generationsOnlyRiseAndGoWithTheirInstance() async throws {
    try await store.write { transaction in
      try transaction.insert(AccountRecord(id: "A", name: "a", marketplaceID: "M", createdAt: Fixtures.now))
      try transaction.insert(
        InstanceRecord(id: "i", accountID: "A", name: "n", kind: .standard, createdAt: Fixtures.now))
      try transaction.recordObjectGeneration(3, key: "instances/i/a", instanceID: "i")
      try transaction.recordObjectGeneration(2, key: "instances/i/a", instanceID: "i")
      try transaction.recordObjectGeneration(1, key: "identity/M", instanceID: nil)
    }
    #expect(try await store.read { try $0.objectGenerations() } == ["instances/i/a": 3, "identity/M": 1])
    try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: "i") else { return }
      try transaction.remove(instance, at: Fixtures.now)
    }
    #expect(try await store.read { try $0.objectGenerations() } == ["identity/M": 1])
  }

  /// Errors that pass by themselves are told from those that do not. A disk that fails to read is SQLITE_CORRUPT.
  @Test(arguments: [
    (ResultCode.SQLITE_FULL, true), (.SQLITE_IOERR, true), (.SQLITE_IOERR_WRITE, true), (.SQLITE_READONLY, true),
    (.SQLITE_CANTOPEN, true), (.SQLITE_BUSY, true), (.SQLITE_CORRUPT, true), (.SQLITE_CONSTRAINT, false),
    (.SQLITE_NOTADB, false), (.SQLITE_MISUSE, false),
  ])
  func failuresOfTheMachinePass(_ code: ResultCode, _ passes: Bool) {
    #expect(MetadataError.storage(resultCode: Int(code.rawValue)).isTransientFailure == passes)
  }
}
