import Base
import Foundation
import HTTPTypes
import Logging
import ObjectStorage
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@testable import AdsAPI
@testable import Metadata

/// `/ready` does some of the server's work, and says which part of it fails.
@Suite(.hangLimit) struct ReadinessTests {
  private static func setReadOnly(_ isReadOnly: Bool, _ store: MetadataStore) async throws {
    try await store.pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA query_only = \(isReadOnly ? "ON" : "OFF")")
    }
  }

  @Test(arguments: Door.allCases)
  func aServerThatCanWorkIsReady(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.send(.get, "/ready")
      #expect(answer.status == 200)
      #expect(answer.body == #"{"checks":{"metadata":"ok","objects":"ok","queries":"ok"},"status":"ready"}"#)
      #expect(try await client.send(.head, "/ready").body.isEmpty)
      #expect(try await client.send(.get, "/health").status == 200)
    }
  }

  @Test func aServerWhoseStoreCannotBeWrittenIsAliveAndNotReady() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await Self.setReadOnly(true, server.components.store)
      let answer = try await client.send(.get, "/ready")
      #expect(answer.status == 503)
      #expect(answer.text("status") == "unavailable")
      #expect(answer.text("checks", "metadata") == "metadata_storage")
      #expect(try await client.send(.get, "/health").status == 200)
    }
  }

  /// The effect of a full disk on requests: an answer that says to try again, and success afterwards.
  @Test func requestsThatTheMachineFailsSayToTryAgain() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await Self.setReadOnly(true, server.components.store)
      let workflows = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"
      let body = #"{"workflowId": "reach", "sqlQuery": "SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions"}"#
      let failed = try await client.account(.post, workflows, body: body)
      #expect(failed.status == 503)
      #expect(failed.headers[.retryAfter] == "5")
      #expect(failed.text("details").contains("try again"))
      try await Self.setReadOnly(false, server.components.store)
      #expect(try await client.account(.post, workflows, body: body).status == 200)
    }
  }

  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func failuresAreNamedByTheirCode() async {
    struct Odd: Error {}
    let readiness = Readiness(
      checks: [
        Readiness.Check(name: "fine") {}, Readiness.Check(name: "full") { throw StorageError(.full) },
        Readiness.Check(name: "odd") { throw Odd() },
      ], logger: Self.logger)
    let report = await readiness.report()
    #expect(report.checks == ["fine": "ok", "full": "storage_full", "odd": "failed"])
    #expect(!report.isReady)
  }

  /// Anybody may ask: the work is done once in a while, however many ask.
  @Test func theWorkIsDoneOnceInAWhile() async {
    let count = Mutex(0)
    let time = Mutex(ContinuousClock.now)
    let readiness = Readiness(
      checks: [Readiness.Check(name: "one") { count.withLock { $0 += 1 } }], logger: Self.logger,
      now: { time.withLock { $0 } })
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = await readiness.report() } }
    }
    #expect(count.withLock { $0 } == 1)
    time.withLock { $0 += Readiness.lifetime }
    _ = await readiness.report()
    #expect(count.withLock { $0 } == 2)
  }

  /// A disk that does not answer any more.
  @Test func aCheckThatNeverEndsCountsAsFailed() async {
    let readiness = Readiness(
      checks: [
        Readiness.Check(name: "stuck") {
          // It ends when its task is cancelled, and not before.
          let (never, end) = AsyncStream<Never>.makeStream()
          for await _ in never {}
          end.finish()
        }
      ], logger: Self.logger, sleep: { _ in })
    #expect(await readiness.report().checks == ["stuck": "timeout"])
  }
}
