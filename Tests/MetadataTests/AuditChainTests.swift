import Foundation
import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// The audit log is chained by hashes: anyone who has the file and SQLite's own tools can change it, but not unnoticed.
@Suite struct AuditChainTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    for number in 1...5 { try await Self.act(number, in: store) }
  }

  private static func act(_ number: Int, in store: MetadataStore) async throws {
    // Fractions of a millisecond are not stored.
    let now = Fixtures.now.addingTimeInterval(Double(number) * 0.001_37)
    try await store.write { transaction in
      try transaction.audit(
        .updateInstance, of: "i\(number)", accountID: number == 2 ? nil : "A", by: .user(id: "u"), at: now,
        details: ["name": "ä\(number)"])
    }
  }

  /// Changes the log as no program of ours does.
  private func tamper(_ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.file("metadata.sqlite"))
    try queue.write { database in
      for trigger in ["auditIsNotChanged", "auditIsNotDeleted", "auditIsNotReplaced"] {
        try database.execute(sql: "DROP TRIGGER \(trigger)")
      }
      try database.execute(sql: sql)
    }
    try queue.close()
  }

  private func place(seen: [AuditChain.Head] = []) async throws -> AuditChain.Break? {
    try await store.read { try $0.auditBreak(seen: seen) }
  }

  @Test func anUntouchedLogIsWhole() async throws {
    #expect(try await place() == nil)
    let head = try await store.read { try $0.auditHead() }
    #expect(head.sequence == 5 && head.hash.count == 32)
    try await Self.act(6, in: store)
    #expect(try await place(seen: [head]) == nil)
    let empty = try MetadataStore(path: folder.file("empty.sqlite"))
    #expect(try await empty.read { try $0.auditBreak(seen: []) } == nil)
  }

  @Test(arguments: [
    ("UPDATE audit SET details = '{}' WHERE sequence = 3", AuditChain.Break.changed(sequence: 3)),
    ("UPDATE audit SET actorID = NULL WHERE sequence = 3", .changed(sequence: 3)),
    ("UPDATE audit SET accountID = 'A' WHERE sequence = 2", .changed(sequence: 2)),
    ("UPDATE audit SET happenedAt = happenedAt + 1 WHERE sequence = 1", .changed(sequence: 1)),
    ("UPDATE audit SET subjectID = 'i4', details = '' WHERE sequence = 5", .changed(sequence: 5)),
    ("UPDATE audit SET chain = NULL WHERE sequence = 4", .changed(sequence: 4)),
    ("DELETE FROM audit WHERE sequence = 2", .gap(before: 3)),
    ("DELETE FROM audit WHERE sequence = 5", .end(after: 4)),
    ("DELETE FROM audit", .end(after: 0)),
    (
      """
      INSERT INTO audit (happenedAt, actor, action, subjectID, details) VALUES (0, 'OPERATOR', 'a', 'b', '{}')
      """, .changed(sequence: 6)
    ),
  ])
  func everyChangeIsFound(_ sql: String, _ expected: AuditChain.Break) async throws {
    try tamper(sql)
    #expect(try await place() == expected)
  }

  /// Anyone who computes all hashes anew, or removes the end with every trace, is found by an end that was noted
  /// before.
  @Test func whatWasNotedElsewhereShowsTheRest() async throws {
    let seen = try await store.read { try $0.auditHead() }
    try tamper("DELETE FROM audit WHERE sequence > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'")
    #expect(try await place() == nil)
    #expect(try await place(seen: [seen]) == .otherThanSeen(sequence: 5))
    for number in 6...8 { try await Self.act(number, in: store) }
    #expect(try await place() == nil)
    #expect(try await place(seen: [seen]) == .otherThanSeen(sequence: 5))
  }

  @Test func theLogOfAnEarlierReleaseIsChained() async throws {
    let path = folder.file("earlier.sqlite")
    let queue = try DatabaseQueue(path: path)
    try Migrations.migrator.migrate(queue, upTo: "approved buckets")
    try await queue.write { database in
      for number in 1...3 {
        try database.execute(
          sql: """
            INSERT INTO audit (happenedAt, actor, actorID, accountID, action, subjectID, details)
            VALUES (?, 'USER', 'u', NULL, 'instance.update', 'i', '{"n":"\(number)"}')
            """, arguments: [1_767_225_600_001 + number])
      }
    }
    try queue.close()
    let upgraded = try MetadataStore(path: path)
    #expect(try await upgraded.read { try $0.auditBreak(seen: []) } == nil)
    #expect(try await upgraded.read { try $0.auditHead().sequence } == 3)
    try await Self.act(4, in: upgraded)
    #expect(try await upgraded.read { try $0.auditBreak(seen: []) } == nil)
    // It is protected as before.
    await #expect(throws: (any Error).self) {
      try await upgraded.write { try $0.database.execute(sql: "UPDATE audit SET details = '{}'") }
    }
  }
}
