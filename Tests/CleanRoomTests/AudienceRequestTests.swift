import Audiences
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Testing

@Suite struct AudienceRequestTests {
  /// Faults of a draft, with the beginning of the message.
  static let refusals: [(change: @Sendable (inout AudienceDraft) -> Void, message: String)] = [
    ({ $0.name = "" }, "audienceName must have 1 to 256 characters."),
    ({ $0.name = " \n" }, "audienceName must have 1 to 256 characters."),
    ({ $0.name = String(repeating: "x", count: 257) }, "audienceName must have 1 to 256 characters."),
    ({ $0.name = "a\u{7}b" }, "audienceName must not have control characters."),
    ({ $0.description = String(repeating: "x", count: 1001) }, "audienceDescription may have at most 1000"),
    ({ $0.advertiserID = "" }, "advertiserId must have"),
    ({ $0.advertiserID = "a b" }, "advertiserId must have"),
    ({ $0.advertiserID = "unknown" }, "advertiserId is not an advertiser of the instance."),
    ({ $0.advertiserID = Fixtures.otherSetup.displayAdvertiserID }, "advertiserId is not an advertiser"),
    ({ $0.query = nil }, "query is missing"),
    ({ $0.query = "" }, "query must not be empty."),
    ({ $0.query = " \t\n" }, "query must not be empty."),
    ({ $0.workflowID = "one" }, "query and workflowId are both given"),
    (
      {
        $0.query = nil; $0.workflowID = "one"
      }, "workflowId is not a workflow of the instance."
    ),
    ({ $0.timeWindowStart = $0.timeWindowEnd }, "timeWindowStart must be before timeWindowEnd."),
    ({ $0.refreshRateDays = -1 }, "refreshRateDays must be from 0 to 21."),
    ({ $0.refreshRateDays = 22 }, "refreshRateDays must be from 0 to 21."),
    ({ $0.parameterValues = .object(["a": .object([:])]) }, "parameterValues may have"),
    ({ $0.inputParameters = .array([.integer(1)]) }, "inputParameters[0] must be an object"),
  ]

  @Test(arguments: refusals.indices)
  func invalidRequestsAreRefused(_ index: Int) async throws {
    let room = try await Room()
    var draft = Fixtures.draft()
    Self.refusals[index].change(&draft)
    let changed = draft
    let error = await #expect(throws: CleanRoomError.self) { _ = try await room.createAudience(changed) }
    #expect(error?.message.hasPrefix(Self.refusals[index].message) == true, "\(error?.message ?? "")")
    #expect(error?.kind == .invalid)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
  }

  @Test(arguments: [0, 1, 21])
  func everyDocumentedRateIsAccepted(_ days: Int) async throws {
    let room = try await Room()
    var draft = Fixtures.draft()
    draft.refreshRateDays = days
    #expect(try await room.createAudience(draft).refreshRateDays == days)
  }

  @Test func theDefaultRateIs21Days() async throws {
    let room = try await Room()
    #expect(try await room.createAudience().refreshRateDays == 21)
  }

  // MARK: The same request again

  private func key(_ key: UInt8, body: UInt8) -> AudienceService.IdempotencyKey {
    AudienceService.IdempotencyKey(keyHash: Data([key]), bodyHash: Data([body]))
  }

  private func roomWithClient() async throws -> Room {
    let room = try await Room()
    try await room.store.write { transaction in
      for id in ["client", "other"] {
        try transaction.insert(ClientRecord(id: id, name: id, secretHash: Data(), createdAt: Fixtures.now))
      }
    }
    return room
  }

  private func create(
    _ room: Room, _ key: AudienceService.IdempotencyKey?, clientID: String = "client"
  ) async throws -> String {
    try await room.audiences.create(
      Fixtures.draft(), in: try await room.instance, clientID: clientID, idempotencyKey: key
    ).id
  }

  @Test func withoutAKeyASecondAudienceIsMade() async throws {
    let room = try await roomWithClient()
    let first = try await create(room, nil)
    let second = try await create(room, nil)
    #expect(first != second)
  }

  @Test func theSameKeyMakesNoSecondAudience() async throws {
    let room = try await roomWithClient()
    let first = try await create(room, key(1, body: 1))
    let second = try await create(room, key(1, body: 1))
    #expect(first == second)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 1)
  }

  @Test func theSameKeyWithAnotherBodyIsRefused() async throws {
    let room = try await roomWithClient()
    _ = try await create(room, key(1, body: 1))
    await #expect(throws: CleanRoomError.idempotencyKeyReused) { _ = try await create(room, key(1, body: 2)) }
  }

  @Test func keysBelongToTheirClient() async throws {
    let room = try await roomWithClient()
    let first = try await create(room, key(1, body: 1))
    let second = try await create(room, key(1, body: 1), clientID: "other")
    #expect(first != second)
  }

  @Test func concurrentRequestsWithAKeyMakeOneAudience() async throws {
    let room = try await roomWithClient()
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 1...20 { group.addTask { try await create(room, key(1, body: 1)) } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 1)
  }
}
