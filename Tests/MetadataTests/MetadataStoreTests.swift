import Foundation
import GRDB
import ServerTestSupport
import Synchronization
import Testing

@testable import Metadata

@Suite struct MetadataStoreTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
  }

  private let account = AccountRecord(
    id: "ENTITY1", name: "One", marketplaceID: "ATVPDKIKX0DER", createdAt: Fixtures.now)

  @Test func commitsAreDurable() throws {
    let (journalMode, synchronous) = try store.pool.writeWithoutTransaction { database in
      (
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(database, sql: "PRAGMA synchronous")
      )
    }
    #expect(journalMode == "wal")
    #expect(synchronous == 2, "2 is a full sync on each commit.")
  }

  @Test func onlyTheOwnerCanReadTheFile() throws {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("metadata.sqlite"))
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
  }

  @Test func recordsSurviveReopening() async throws {
    try await store.write { try $0.insert(account) }
    try store.close()
    let reopened = try MetadataStore(path: folder.file("metadata.sqlite"))
    #expect(try await reopened.read { try $0.find(AccountRecord.self, id: "ENTITY1") } == account)
  }

  @Test func timesKeepTheirMilliseconds() async throws {
    var precise = account
    precise.createdAt = Date(timeIntervalSince1970: 1_748_779_200.123)
    try await store.write { [precise] in try $0.insert(precise) }
    let found = try #require(try await store.read { try $0.find(AccountRecord.self, id: "ENTITY1") })
    #expect(abs(found.createdAt.timeIntervalSince(precise.createdAt)) < 0.001)
  }

  @Test func failedTransactionsLeaveNothing() async throws {
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await store.write { transaction in
        try transaction.insert(account)
        throw Stop()
      }
    }
    #expect(try await store.read { try $0.find(AccountRecord.self, id: "ENTITY1") } == nil)
  }

  @Test func transactionsSeeTheirOwnWrites() async throws {
    let seen = try await store.write { transaction in
      try transaction.insert(account)
      return try transaction.find(AccountRecord.self, id: "ENTITY1")
    }
    #expect(seen == account)
  }

  @Test func writesOfCancelledTasksAreComplete() async throws {
    let store = store
    let account = account
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await store.write { try $0.insert(account) }
    }
    try await task.value
    #expect(try await store.read { try $0.find(AccountRecord.self, id: "ENTITY1") } == account)
  }

  @Test func errorsContainNeitherValuesNorStatements() async throws {
    let secret = AccountRecord(id: "ENTITY2", name: "SECRET-NAME", marketplaceID: "M", createdAt: Fixtures.now)
    try await store.write { try $0.insert(secret) }
    let error = await #expect(throws: MetadataError.self) {
      try await store.write { try $0.insert(secret) }
    }
    let text = "\(try #require(error)) \(String(reflecting: error))"
    #expect(error?.code == "metadata_storage")
    #expect(!text.contains("SECRET-NAME"))
    #expect(!text.contains("INSERT"))
  }

  @Test func otherFilesAreRefused() throws {
    let path = folder.file("text.sqlite")
    try String(repeating: "not a database ", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: MetadataError.self) { try MetadataStore(path: path) }
  }

  /// Each connection is one of another program, as far as SQLite and the lock can tell.
  @Test func programsThatOpenANewFileAtTheSameTimeWaitForEachOther() throws {
    for round in 0..<3 {
      let path = folder.file("new-\(round).sqlite")
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do { try MetadataStore(path: path).close() } catch { failures.withLock { $0.append("\(error)") } }
      }
      #expect(failures.withLock { $0 } == [])
    }
  }

  @Test func missingFoldersAreRefused() throws {
    #expect(throws: MetadataError.self) { try MetadataStore(path: folder.file("missing/metadata.sqlite")) }
  }

  @Test func newerFilesAreRefused() throws {
    let path = folder.file("metadata.sqlite")
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999 from the future')") }
    #expect(throws: MetadataError.newerThanThisProgram) { try MetadataStore(path: path) }
  }

  @Test func theFirstServerKeyIsKept() async throws {
    let first = try await store.write { try $0.serverKey(.pages, orInsert: Data([1]), at: Fixtures.now) }
    let second = try await store.write { try $0.serverKey(.pages, orInsert: Data([2]), at: Fixtures.now) }
    let other = try await store.write { try $0.serverKey(.downloads, orInsert: Data([3]), at: Fixtures.now) }
    #expect(first == Data([1]))
    #expect(second == Data([1]))
    #expect(other == Data([3]))
  }
}
