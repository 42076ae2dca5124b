import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Sandboxes that follow the clock of the server.
@Suite(.hangLimit)
struct SandboxRenewalTests {
  @Test func aSandboxFollowsTheMovedClock() async throws {
    let room = try await AdministrationServer(hasMovableClock: true)
    try await room.run { client in
      let id = try await room.make(client, #""instanceName": "Trial", "instanceType": "SANDBOX""#)
      let signals = try #require(room.signals)
      #expect(signals.ends.withLock { $0[id] } == Fixtures.now)
      let moved = try await client.account(.post, "/adyton/clock", body: #"{"advanceSeconds": 604800}"#)
      #expect(moved.status == 200, "\(moved.body)")
      await room.server.jobs.waitUntilFinished(id, times: 2)
      #expect(signals.ends.withLock { $0[id] } == Fixtures.now.addingTimeInterval(604_800))
      // It is behind no longer, so nothing is queued again.
      #expect(try await room.server.components.sandboxRunner.runDue() == 0)
    }
  }

  /// A standard instance with synthetic signals follows the clock too; one with real signals is left alone.
  @Test func onlySyntheticSignalsMove() async throws {
    let room = try await AdministrationServer(hasMovableClock: true)
    let signals = try #require(room.signals)
    let yesterday = Fixtures.now.addingTimeInterval(-86_400)
    signals.ends.withLock { $0 = [Fixtures.setup.instanceID: yesterday, "standard": yesterday, "own": yesterday] }
    var standard = InstanceSetup.new(
      instanceID: "standard", name: "S", kind: .standard, identifiers: RandomIdentifierGenerator())
    standard.hasSyntheticSignals = true
    try await room.server.components.instances.create(standard, at: Fixtures.now)
    let own = InstanceSetup.new(
      instanceID: "own", name: "O", kind: .standard, identifiers: RandomIdentifierGenerator())
    try await room.server.components.instances.create(own, at: Fixtures.now)
    #expect(try await room.server.components.sandboxRunner.runDue() == 2)
    let jobs = try await room.store.read { try $0.jobs(in: .pending, limit: 10) }
    #expect(Set(jobs.map(\.subjectID)) == [Fixtures.setup.instanceID, "standard"])
    #expect(jobs.allSatisfy { $0.kind == .sandboxRenewal })
    // A job that waits is not queued twice.
    #expect(try await room.server.components.sandboxRunner.runDue() == 0)
  }
}
