import Foundation
import ObjectStorage
import S3TestSupport
import Testing

@testable import Dialects
@testable import Warehouse

/// A query never names files, but if one ever did, the engine would not open them.
@Suite struct EngineIsolationTests {
  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  private func run(_ sql: String, sources: [EmittedSource] = []) async throws {
    let query = warehouse.query(sql, sources: sources)
    _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: warehouse.output())
  }

  @Test func otherFilesCannotBeRead() async throws {
    let other = warehouse.folder.appending(path: "other.csv")
    try Data("a\n1\n".utf8).write(to: other)
    for function in ["read_csv", "read_text", "read_blob", "read_json", "read_parquet", "glob"] {
      await #expect(throws: EngineError.self, "\(function)") {
        try await run("SELECT * FROM \(function)('\(other.path)')")
      }
    }
    await #expect(throws: EngineError(.storage)) { try await run("SELECT * FROM read_text('/etc/hostname')") }
  }

  @Test func signalsOfOtherTablesAndInstancesCannotBeRead() async throws {
    try await warehouse.publish("SELECT 1::BIGINT AS x", to: "clicks", day: 1)
    try await warehouse.publish("SELECT 2::BIGINT AS x", to: "views", day: 1)
    let views = try #require(try await warehouse.snapshot.files(of: "views", days: nil).first)
    let source = warehouse.source("clicks", [("x", .bigint)])
    await #expect(throws: EngineError(.storage)) {
      try await run("SELECT * FROM clicks, read_parquet('\(views.path)')", sources: [source])
    }
    await #expect(throws: EngineError(.storage)) {
      try await run("SELECT * FROM read_text('\(warehouse.folder.path)/objects/instances/**')", sources: [source])
    }
  }

  /// On S3 the files of a query are copies in one folder, beside those of other queries.
  @Test func copiesOfOtherTablesCannotBeRead() async throws {
    let remote = try await TestWarehouse(on: .s3)
    try await remote.publish("SELECT 1::BIGINT AS x", to: "clicks", day: 1)
    try await remote.publish("SELECT 2::BIGINT AS x", to: "views", day: 1)
    let views = try #require(try await remote.snapshot.files(of: "views", days: nil).first)
    let folder = URL(filePath: views.path).deletingLastPathComponent().path
    let source = remote.source("clicks", [("x", .bigint)])
    for path in [views.path, "\(folder)/*"] {
      await #expect(throws: EngineError(.storage)) {
        let query = remote.query("SELECT * FROM clicks, read_parquet('\(path)')", sources: [source])
        _ = try await remote.engine.run(query, signals: remote.snapshot, output: remote.output())
      }
    }
    let query = remote.query("SELECT x FROM clicks", sources: [source])
    #expect(try await remote.engine.run(query, signals: remote.snapshot, output: remote.output()) == 1)
  }

  @Test func theNetworkCannotBeReached() async throws {
    let server = try await S3Server.shared
    let bucket = try await server.makeBucket()
    let body = Data("a\n1\n".utf8).base64EncodedString()
    try await server.call("put", ["bucket": bucket, "key": "a.csv", "base64_body": body])
    for address in ["\(server.endpoint)/\(bucket)/a.csv", "s3://\(bucket)/a.csv"] {
      await #expect(throws: EngineError.self) { try await run("SELECT * FROM read_csv('\(address)')") }
    }
  }

  @Test func theConfigurationIsLocked() async throws {
    try await TrustedSession.with(warehouse.settings) { session in
      let attempts = [
        "SET enable_external_access = true", "SET allowed_directories = ['/']", "SET memory_limit = '100GB'",
        "SET lock_configuration = false", "RESET lock_configuration", "SET threads = 64", "INSTALL httpfs",
        "LOAD httpfs", "ATTACH '/tmp/adyton-isolation.db'", "COPY (SELECT 1) TO '/tmp/adyton-isolation.csv'",
        "EXPORT DATABASE '/tmp/adyton-isolation'",
      ]
      for attempt in attempts {
        await #expect(throws: EngineError.self, "\(attempt)") { try await session.execute(attempt) }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/adyton-isolation.csv"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/adyton-isolation.db"))
  }

  @Test func runsShareNothing() async throws {
    try await TrustedSession.with(warehouse.settings) { session in
      try await session.execute("CREATE TABLE secret AS SELECT 1 AS x")
    }
    await #expect(throws: EngineError(.failed)) { try await run("SELECT * FROM secret") }
  }

  @Test func spillFoldersAreRemoved() async throws {
    try await run("SELECT 1 AS x")
    await #expect(throws: EngineError.self) { try await run("SELECT nonsense") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: warehouse.settings.spillFolder.path).isEmpty)
  }
}
