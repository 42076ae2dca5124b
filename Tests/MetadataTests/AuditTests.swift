import Foundation
import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// The audit log can be added to and read, and nothing else.
@Suite struct AuditTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    try await store.write { transaction in
      try transaction.audit(
        .createAccount, of: "A", accountID: "A", by: .operatorAtMachine, at: Fixtures.now,
        details: ["b": "/", "a": "1"])
      try transaction.audit(.acceptTerms, of: "c", accountID: nil, by: .client(id: "c"), at: Fixtures.now)
      try transaction.audit(.updateInstance, of: "i", accountID: "A", by: .user(id: "u"), at: Fixtures.now)
    }
  }

  @Test func recordsComeInOrderAndByAccount() async throws {
    let all = try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 10) }
    #expect(all.map(\.sequence) == [1, 2, 3])
    #expect(all.map(\.action) == ["account.create", "terms.accept", "instance.update"])
    #expect(all.map(\.actor) == [.operatorAtMachine, .client, .user])
    #expect(all.map(\.actorID) == [nil, "c", "u"])
    #expect(all.map(\.details) == [#"{"a":"1","b":"/"}"#, "{}", "{}"])
    let ofAccount = try await store.read { try $0.auditRecords(accountID: "A", after: 1, limit: 10) }
    #expect(ofAccount.map(\.sequence) == [3])
    #expect(try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 2) }.count == 2)
  }

  @Test(arguments: [
    "UPDATE audit SET action = 'x'", "UPDATE audit SET details = '{}' WHERE sequence = 1", "DELETE FROM audit",
    "DELETE FROM audit WHERE sequence = 3",
    "INSERT OR REPLACE INTO audit SELECT sequence, 0, actor, actorID, accountID, action, subjectID, details FROM audit",
    "REPLACE INTO audit (sequence, happenedAt, actor, action, subjectID, details) VALUES (1, 0, 'a', 'b', 'c', '{}')",
    "UPDATE OR REPLACE audit SET sequence = 2 WHERE sequence = 1",
  ])
  func whatIsRecordedStays(_ statement: String) async throws {
    let before = try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 10) }
    // Another connection, as one has who opens the file with SQLite's own tools.
    let queue = try DatabaseQueue(path: folder.file("metadata.sqlite"))
    #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: statement) } }
    try queue.close()
    #expect(try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 10) } == before)
  }

  @Test func anActThatFailsIsNotRecorded() async throws {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      try await store.write { transaction in
        try transaction.audit(.deleteInstance, of: "i", accountID: "A", by: .operatorAtMachine, at: Fixtures.now)
        throw Failure()
      }
    }
    #expect(try await store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 10) }.count == 3)
  }

  @Test func noTableKeepsRowsOfARemovedInstance() async throws {
    let instance = InstanceRecord(id: "gone", accountID: "A", name: "n", kind: .standard, createdAt: Fixtures.now)
    try await store.write { transaction in
      try transaction.insert(AccountRecord(id: "A", name: "a", marketplaceID: "M", createdAt: Fixtures.now))
      try transaction.insert(instance)
      for (index, kind) in JobRecord.Kind.allCases.enumerated() {
        try transaction.insert(
          JobRecord(
            kind: kind, subjectID: "s\(index)", instanceID: "gone", accountID: "A", createdAt: Fixtures.now))
      }
      try transaction.recordTurn(instanceID: "gone")
      try transaction.insert(
        AdvertiserRecord(instanceID: "gone", id: "1", kind: .display, name: "a", marketplaceID: nil))
      try transaction.remove(instance, at: Fixtures.now)
    }
    let left = try await store.read { snapshot in
      let tables = try String.fetchAll(
        snapshot.database,
        sql: """
          SELECT sqlite_master.name FROM sqlite_master JOIN pragma_table_info(sqlite_master.name) AS field
          WHERE sqlite_master.type = 'table' AND field.name = 'instanceID' ORDER BY 1
          """)
      return try tables.filter { table in
        try Int.fetchOne(snapshot.database, sql: "SELECT COUNT(*) FROM \(table) WHERE instanceID = 'gone'") ?? 0 > 0
      }
    }
    #expect(left == ["instanceRemoval"])
    try await store.write { try $0.delete(InstanceRemovalRecord.self, id: "gone") }
    #expect(try await store.read { try $0.instanceRemovals() }.isEmpty)
  }
}
