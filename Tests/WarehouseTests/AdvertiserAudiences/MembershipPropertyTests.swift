import Foundation
import TestSupport
import Testing

@testable import Warehouse

/// Random joins and removals, compared with a plain model of the members.
@Suite struct MembershipPropertyTests {
  private static let peopleCount = 6
  private static let audienceIDs: [Int64] = [11, 22]
  private static let stepCount = 14

  /// The last entry about a person.
  private struct Last {
    var isCreated: Bool
    var at: Date
  }

  private struct Key: Hashable {
    var audienceID: Int64
    var person: Int
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func membersMatchTheModel(seed: UInt64) async throws {
    let fixture = try await AudienceLogFixture(peopleCount: Self.peopleCount)
    var generator = SeededGenerator(seed: seed)
    var model: [Key: Last] = [:]
    var ttls = Dictionary(uniqueKeysWithValues: Self.audienceIDs.map { ($0, 1000.0) })
    var now = AudienceLogFixture.start
    var sequence: Int64 = 0
    var pending: [StagedAudienceRecords] = []
    for step in 0..<Self.stepCount {
      now.addTimeInterval(Double(Int.random(in: 0...300, using: &generator)))
      if Int.random(in: 0..<4, using: &generator) == 0 {
        ttls[Self.audienceIDs.randomElement(using: &generator) ?? 0] = [0, 150, 400, 1000].randomElement(
          using: &generator)
      }
      sequence += 1
      let audienceID = Self.audienceIDs.randomElement(using: &generator) ?? 0
      // One person more than the graph knows.
      let entries = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        AudienceLogFixture.Entry(
          person: Int.random(in: 0...Self.peopleCount, using: &generator),
          isCreated: Int.random(in: 0..<3, using: &generator) > 0)
      }
      for entry in entries where entry.person < Self.peopleCount {
        model[Key(audienceID: audienceID, person: entry.person)] = Last(isCreated: entry.isCreated, at: now)
      }
      pending.append(try await fixture.request(entries, sequence: sequence, audienceID: audienceID, at: now))
      // Several requests become one batch, as they do when jobs wait; the last one leaves nothing behind.
      guard Bool.random(using: &generator) || step == Self.stepCount - 1 else { continue }
      _ = try await fixture.logs.append(
        pending.shuffled(using: &generator), instanceID: AudienceLogFixture.instanceID, scope: IdentityFixture.scope)
      pending = []
      try await compare(fixture, model, ttls, now)
    }
  }

  private func compare(
    _ fixture: AudienceLogFixture, _ model: [Key: Last], _ ttls: [Int64: Double], _ now: Date
  ) async throws {
    let current = ttls.filter { $0.value > 0 }
    let since = Dictionary(
      uniqueKeysWithValues: current.map { ("\($0.key)", now.addingTimeInterval(-$0.value)) })
    let expected = model.filter { key, last in
      guard last.isCreated, let ttl = current[key.audienceID] else { return false }
      return now.timeIntervalSince(last.at) <= ttl
    }
    let shown = expected.keys.map { "\($0.audienceID) \($0.person)" }.sorted()
    #expect(try await fixture.members(since: since, peopleCount: Self.peopleCount) == shown)
    let counts = try await fixture.logs.memberCounts([
      MemberCountRequest(logID: "a", instanceID: AudienceLogFixture.instanceID, since: since)
    ])
    #expect(counts["a", default: [:]] == Dictionary(grouping: expected.keys) { "\($0.audienceID)" }.mapValues(\.count))
  }
}
