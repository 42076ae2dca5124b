import Base
import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ObjectStorage
import ServerTestSupport
import Synchronization
import Testing

/// A server whose sandboxes are filled by a fake.
struct AdministrationServer: Sendable {
  let server: TestServer
  let signals: FakeSignals?

  /// - Parameter signals: nil for a server that makes no sandboxes.
  init(
    _ options: TestServer.Options = TestServer.Options(), signals: FakeSignals? = FakeSignals(),
    hasMovableClock: Bool = false
  ) async throws {
    self.signals = signals
    server = try await TestServer(
      options, hasMovableClock: hasMovableClock,
      configure: { dependencies, _ in
        let objects = dependencies.objects
        signals?.objects.withLock { $0 = objects }
        dependencies.syntheticSignals = signals
      })
  }

  var store: MetadataStore { server.components.store }

  func run(_ door: Door = .router, _ body: @Sendable (APIClient) async throws -> Void) async throws {
    try await server.run(door, body)
  }

  /// Requests an instance and waits until it is final. Returns its id.
  func make(
    _ client: APIClient, _ fields: String = #""instanceName": "Shop""#
  ) async throws -> String {
    let answer = try await client.account(.post, "/amc/instances", body: "{\(fields)}")
    #expect(answer.status == 200, "\(answer.body)")
    let id = answer.text("instance", "instanceId")
    await server.jobs.waitUntilFinished(id)
    return id
  }

  /// The audit records of the account.
  func audited(accountID: String? = Fixtures.setup.accountID) async throws -> [AuditRecord] {
    try await store.read { try $0.auditRecords(accountID: accountID, after: 0, limit: 1000) }
  }
}

/// Fills sandboxes with one object, and fails as often as it is told.
final class FakeSignals: SyntheticSignals {
  struct Failure: Error {}

  let objects = Mutex<(any ObjectStorage)?>(nil)
  private let failures: Mutex<Int>
  /// The end of each instance's signals.
  let ends = Mutex<[String: Date]>([:])

  init(failures: Int = 0) {
    self.failures = Mutex(failures)
  }

  let advertisers = [
    InstanceSetup.Advertiser(kind: .display, id: "777", name: "Synthetic", marketplaceID: nil)
  ]

  func fill(instanceID: String, until end: Date) async throws {
    let fails = failures.withLock { failures in
      defer { failures -= 1 }
      return failures > 0
    }
    if fails { throw Failure() }
    ends.withLock { $0[instanceID] = end }
    let objects = objects.withLock { $0 }
    try await objects?.put(Data("synthetic".utf8), at: ObjectKey("instances/\(instanceID)/signals/a/part.parquet"))
  }

  func isBehind(instanceID: String, at now: Date) async throws -> Bool {
    ends.withLock { ends in ends[instanceID].map { UTCDay(of: $0) < UTCDay(of: now) } ?? false }
  }

  func renew(instanceID: String, until end: Date) async throws {
    ends.withLock { $0[instanceID] = end }
  }
}
