import Foundation
import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// A store of every earlier schema keeps its rows and can be worked with.
@Suite struct UpgradeTests {
  /// A row of a table, in the schemas from the one of its step on.
  private struct OldRow {
    /// The first step whose schema has the table with these columns.
    var since: String
    /// The first step whose schema has them no longer; nil for the present.
    var until: String?
    var table: String
    var sql: String
  }

  private static let rows = [
    OldRow(
      since: "1 clients and accounts", table: "account",
      sql: "INSERT INTO account (id, name, marketplaceID, createdAt) VALUES ('ENTITY1', 'A', 'M', 1)"),
    OldRow(
      since: "1 clients and accounts", table: "instance",
      sql: """
        INSERT INTO instance (id, accountID, name, kind, createdAt) VALUES ('amc1', 'ENTITY1', 'I', 'STANDARD', 1)
        """),
    OldRow(
      since: "1 clients and accounts", table: "client",
      sql: "INSERT INTO client (id, name, secretHash, createdAt) VALUES ('c', 'n', x'01', 1)"),
    OldRow(
      since: "1 clients and accounts", table: "refreshToken",
      sql: "INSERT INTO refreshToken (hash, clientID, createdAt) VALUES (x'02', 'c', 1)"),
    OldRow(
      since: "1 clients and accounts", table: "serverKey",
      sql: "INSERT INTO serverKey (name, value, createdAt) VALUES ('pages', x'03', 1)"),
    OldRow(
      since: "2 audiences, executions and jobs", table: "execution",
      sql: """
        INSERT INTO execution (
          id, instanceID, workflowID, query, timeWindowStart, timeWindowEnd, timeZone, parameterValues, isDryRun,
          timeoutSeconds, status, createdAt, updatedAt)
        VALUES ('e', 'amc1', 'w', 'SELECT 1', 0, 1, 'UTC', '{}', 0, 900, 'SUCCEEDED', 1, 1)
        """),
    OldRow(
      since: "2 audiences, executions and jobs", until: "4 workflows, schedules and the fair queue", table: "job",
      sql: """
        INSERT INTO job (kind, subjectID, state, attempt, crashCount, createdAt, updatedAt)
        VALUES ('execution', 'e', 'PENDING', 1, 0, 1, 1)
        """),
    OldRow(
      since: "4 workflows, schedules and the fair queue", table: "job",
      sql: """
        INSERT INTO job (kind, subjectID, instanceID, accountID, state, attempt, crashCount, createdAt, updatedAt)
        VALUES ('execution', 'e', 'amc1', 'ENTITY1', 'PENDING', 1, 0, 1, 1)
        """),
    OldRow(
      since: "4 workflows, schedules and the fair queue", table: "workflow",
      sql: """
        INSERT INTO workflow (instanceID, id, definition, createdAt, updatedAt) VALUES ('amc1', 'w', '{}', 1, 1)
        """),
    OldRow(
      since: "users", table: "user",
      sql: "INSERT INTO user (id, emailAddress, name, createdAt) VALUES ('u', 'a@example.com', 'n', 1)"),
    OldRow(
      since: "audit log", table: "audit",
      sql: """
        INSERT INTO audit (happenedAt, actor, action, subjectID, details)
        VALUES (1, 'OPERATOR', 'instance.create', 'amc1', '{}')
        """),
  ]

  static let steps = Migrations.migrator.migrations

  @Test func thereAreMoreThanThirtySchemas() {
    #expect(Self.steps.count > 30)
    for row in Self.rows {
      #expect(Self.steps.contains(row.since))
      #expect(row.until.map(Self.steps.contains) ?? true)
    }
  }

  @Test(arguments: steps.dropLast())
  func aStoreOfTheSchemaIsUpgraded(_ step: String) async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metadata.sqlite")
    let queue = try DatabaseQueue(path: path)
    try Migrations.migrator.migrate(queue, upTo: step)
    let present = Self.steps.prefix { $0 != step } + [step]
    let rows = Self.rows.filter { row in
      present.contains(row.since) && !(row.until.map(present.contains) ?? false)
    }
    try await queue.write { database in
      for row in rows { try database.execute(sql: row.sql) }
    }
    try queue.close()

    let store = try MetadataStore(path: path)
    let isCurrent = try await store.pool.read { try Migrations.migrator.hasCompletedMigrations($0) }
    #expect(isCurrent)
    try await store.read { snapshot in
      #expect(try snapshot.isIntact())
      #expect(try snapshot.auditBreak(seen: []) == nil)
      for row in rows {
        let count = try Int.fetchOne(snapshot.database, sql: "SELECT COUNT(*) FROM \(row.table)")
        #expect(count == 1, "\(row.table)")
      }
      #expect(try snapshot.allInstances(limit: 10).map(\.id) == ["amc1"])
      #expect(try snapshot.storeIdentity().id.count == 32)
      if rows.contains(where: { $0.table == "execution" }) {
        #expect(try snapshot.find(ExecutionRecord.self, id: "e")?.status == .succeeded)
        #expect(try snapshot.jobs(in: .pending, limit: 10).map(\.instanceID) == ["amc1"])
        #expect(try snapshot.referencedObjects().keys.isEmpty)
      }
    }
    // It can be worked with.
    try await store.write { transaction in
      try transaction.audit(.updateInstance, of: "amc1", accountID: nil, by: .operatorAtMachine, at: Fixtures.now)
      try transaction.recordObjectGeneration(1, key: "instances/amc1/a", instanceID: "amc1")
      _ = try transaction.serverKey(.pages, orInsert: Data([9]), at: Fixtures.now)
      for var job in try transaction.jobs(in: .pending, limit: 10) {
        job.state = .finished
        try transaction.update(&job, at: Fixtures.now)
      }
    }
    #expect(try await store.read { try $0.auditBreak(seen: []) } == nil)
    // A copy of it is a store as well.
    let copy = folder.file("copy.sqlite")
    try MetadataCopy.write(from: path, to: copy)
    #expect(try MetadataCopy.read(copy) { try $0.objectGenerations() } == ["instances/amc1/a": 1])
    withExtendedLifetime(folder) {}
  }
}
