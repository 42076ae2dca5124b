import Audiences
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Audiences of an instance in noise mode: what they are charged, and what happens without a budget.
@Suite(.hangLimit) struct NoiseAudienceTests {
  /// Makes an audience that is refreshed daily, and runs it.
  private func audience(_ room: Room) async throws -> String {
    var draft = Fixtures.draft()
    draft.refreshRateDays = 1
    draft.isTimeWindowRelative = true
    let id = try await room.createAudience(draft).id
    try await room.refresh()
    return id
  }

  @Test func eachRunIsChargedOnce() async throws {
    let room = try await Room(.noise(charges: 10))
    try await room.running { () async throws in
      let id = try await audience(room)
      #expect(try await room.audience(id).status == .succeeded)
      #expect(try await room.charges().map(\.kind) == [.audience])
      #expect(try await room.charges().map(\.subjectID) == [id])
      room.clock.advance(bySeconds: 86_400)
      try await room.refresh()
      #expect(try await room.charges().count == 2)
      #expect(room.queries.seeds.allSatisfy { $0 != nil })
    }
  }

  @Test func aNewAudienceFailsWithoutABudget() async throws {
    let room = try await Room(.noise(charges: 0))
    try await room.running { () async throws in
      let audience = try await room.audience(try await audience(room))
      #expect(audience.status == .failed)
      #expect(audience.statusReason?.hasPrefix("privacy_budget_spent: ") == true)
      #expect(room.queries.runs.isEmpty)
      #expect(try await room.objectKeys().isEmpty)
    }
  }

  @Test func aRefreshWithoutABudgetKeepsTheMembers() async throws {
    let room = try await Room(.noise(charges: 1))
    try await room.running { () async throws in
      let id = try await audience(room)
      let before = try await room.audience(id)
      room.clock.advance(bySeconds: 86_400)
      try await room.refresh()
      let after = try await room.audience(id)
      #expect(after.status == .succeeded)
      #expect(after.membersPrefix == before.membersPrefix)
      #expect(after.statusReason?.contains("privacy_budget_spent: ") == true)
      #expect(room.queries.runs.count == 1)
    }
  }

  /// People who were deleted leave the audience also when no size can be told any more. The size that was told stays.
  @Test func deletedPeopleLeaveWithoutABudget() async throws {
    let room = try await Room(.noise(charges: 1))
    try await room.running { () async throws in
      let id = try await audience(room)
      let before = try await room.audience(id)
      room.queries.answer(queriesWith: "user_id", .count(4_711))
      try await room.store.write { transaction in
        try transaction.noteUserDeletion(instanceID: Fixtures.setup.instanceID) { _ in true }
      }
      try await room.refresh()
      let after = try await room.audience(id)
      #expect(after.membersPrefix != before.membersPrefix)
      #expect(after.memberCount == before.memberCount)
      #expect(!after.mustRefresh)
      #expect(after.statusReason == nil)
      #expect(try await room.charges().count == 1)
    }
  }

  @Test func aLookalikeIsChargedAndFailsWithoutABudget() async throws {
    let room = try await Room(.noise(charges: 1))
    try await room.running { () async throws in
      var draft = Fixtures.draft()
      draft.kind = .lookalike(.similar)
      let first = try await room.createAudience(draft).id
      await room.jobs.waitUntilFinished(first)
      #expect(try await room.audience(first).status == .succeeded)
      #expect(try await room.charges().map(\.kind) == [.lookalike])
      draft.query = "SELECT user_id FROM dsp_clicks_for_audiences"
      let second = try await room.createAudience(draft).id
      await room.jobs.waitUntilFinished(second)
      #expect(try await room.audience(second).statusReason?.hasPrefix("privacy_budget_spent: ") == true)
    }
  }
}
