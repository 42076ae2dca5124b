import AMCSQL
import Audiences
import Base
import CleanRoom
import Foundation
import Measurement
import Metadata
import Privacy
import Queries
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AudienceTests {
  @Test func audiencesSucceedAndReachTheAccount() async throws {
    let room = try await Room()
    let id = try await room.createAudience().id
    #expect(try await room.audience(id).status == .pending)
    room.clock.advance(bySeconds: 60)
    try await room.running { await room.jobs.waitUntilFinished(id) }

    let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
    #expect(view.audience.status == .succeeded)
    #expect(view.audience.statusReason == nil)
    #expect(view.audience.createdAt == Fixtures.now)
    #expect(view.audience.lastRefreshedAt == Fixtures.now.addingTimeInterval(60))
    let handedOver = try #require(view.advertiserAudience)
    #expect(handedOver.name == "AMC Cart")
    #expect(handedOver.accountID == Fixtures.setup.accountID)
    #expect(handedOver.id != handedOver.canonicalID)

    let run = try #require(room.queries.runs.first)
    #expect(run.request.purpose == .audience(.display))
    #expect(run.request.instanceID == Fixtures.setup.instanceID)
    #expect(run.request.timeWindow.start == Fixtures.draft().timeWindowStart)
    #expect(run.request.timeWindow.end == Fixtures.draft().timeWindowEnd)
  }

  @Test func theAdvertisersTypeDecidesTheRules() async throws {
    let room = try await Room()
    var draft = Fixtures.draft()
    draft.advertiserID = Fixtures.setup.sponsoredAdsAdvertiserID
    let id = try await room.createAudience(draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(room.queries.runs.first?.request.purpose == .audience(.sponsoredAds))
    let page = try await room.advertiserAudiences.displayAudiences(
      accountID: Fixtures.setup.accountID, advertiserID: nil, filters: [], after: "", limit: 10)
    #expect(page.audiences.isEmpty)
  }

  @Test func parametersReachTheQuery() async throws {
    let room = try await Room()
    var draft = Fixtures.draft()
    draft.parameterValues = .object(["campaign": .string("one")])
    draft.inputParameters = .array([
      .object(["name": .string("days"), "dataType": .string("INTEGER"), "defaultValue": .string("3")]),
      .object(["name": .string("campaign"), "dataType": .string("STRING")]),
    ])
    let id = try await room.createAudience(draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(room.queries.runs.first?.request.parameters == ["campaign": .string("one"), "days": .integer(3)])
    #expect(room.queries.runs.first?.request.parameterTypes == ["campaign": .string, "days": .integer])
  }

  // MARK: From a saved workflow

  private func save(_ room: Room, _ sql: String, update: Bool = false) async throws {
    var definition = WorkflowDefinition(sqlQuery: sql)
    definition.inputParameters = try InputParameter.list(
      from: .array([
        .object(["name": .string("days"), "dataType": .string("INTEGER"), "defaultValue": .integer(3)]),
        .object(["name": .string("brand"), "dataType": .string("STRING")]),
      ]))
    let draft = WorkflowDraft(id: "cart", definition: definition)
    if update {
      try await room.workflows.update(draft, in: try await room.instance)
    } else {
      try await room.workflows.create(draft, in: try await room.instance)
    }
  }

  private func workflowDraft(_ values: [String: JSONValue]) -> AudienceDraft {
    var draft = Fixtures.draft()
    draft.query = nil
    draft.workflowID = "cart"
    draft.parameterValues = .object(values)
    return draft
  }

  @Test func audiencesKeepTheQueryOfTheirWorkflow() async throws {
    let room = try await Room()
    try await save(room, "SELECT user_id FROM conversions_for_audiences")
    var draft = workflowDraft(["brand": .string("b")])
    // The request's own declaration replaces the workflow's.
    draft.inputParameters = .array([
      .object(["name": .string("days"), "dataType": .string("LONG"), "defaultValue": .string("5")])
    ])
    let id = try await room.createAudience(draft).id
    try await save(room, "SELECT user_id FROM dsp_clicks_for_audiences", update: true)
    try await room.workflows.delete(id: "cart", instanceID: Fixtures.setup.instanceID)
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let request = try #require(room.queries.runs.first?.request)
    #expect(request.sql == "SELECT user_id FROM conversions_for_audiences")
    #expect(request.parameters == ["brand": .string("b"), "days": .integer(5)])
    #expect(request.parameterTypes == ["brand": .string, "days": .bigint])
    let audience = try await room.audience(id)
    #expect(audience.status == .succeeded)
    #expect(audience.workflowID == "cart")
    #expect(audience.query == "SELECT user_id FROM conversions_for_audiences")
  }

  @Test func updatesTakeThePresentWorkflow() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "conversions", .count(1))
    try await save(room, "SELECT user_id FROM conversions_for_audiences")
    let id = try await room.createAudience(workflowDraft([:])).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    try await save(room, "SELECT user_id FROM dsp_clicks_for_audiences", update: true)
    let updated = try await room.audiences.update(
      id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(workflowDraft(["days": .integer(7)])))
    #expect(updated.query.contains("dsp_clicks"))
    #expect(updated.status == .pending)
  }

  @Test func unfitParameterValuesAreRefused() async throws {
    let room = try await Room()
    try await save(room, "SELECT user_id FROM conversions_for_audiences")
    for (values, message) in [
      (["days": JSONValue.string("x")], "parameterValues.days must be"),
      (["colour": .string("x")], "parameterValues.colour is not among"),
    ] {
      let error = await #expect(throws: CleanRoomError.self) {
        _ = try await room.createAudience(workflowDraft(values))
      }
      #expect(error?.message.hasPrefix(message) == true)
    }
  }

  // MARK: Failures

  /// The outcome of the query, and the `statusReason`.
  static let failures: [(FakeQueryService.Answer, String)] = [
    (
      .count(1999),
      "The audience does not reach 2000 user_ids, which is the minimum number required to create an audience."
    ),
    (
      .count(0),
      "The audience does not reach 2000 user_ids, which is the minimum number required to create an audience."
    ),
    (
      .refuse(.audienceTableRequired, message: "conversions is not for audiences.", line: 1, column: 21),
      "Invalid tables in the SQL query: Use audience-specific tables in the query."
    ),
    (
      .refuse(.audienceTableNotAllowed, message: "Sponsored ads audiences may not read it.", line: 2, column: 6),
      "Invalid tables in the SQL query: 2:6: audience_table_not_allowed: Sponsored ads audiences may not read it."
    ),
    (
      .refuse(.userIdNotSelected, message: "An audience query selects user_id.", line: 1, column: 1),
      "Invalid SQL query: 1:1: user_id_not_selected: An audience query selects user_id."
    ),
    (
      .refuse(.syntaxError, message: "FROM is missing.", line: 3, column: 7),
      "Invalid SQL query: 3:7: syntax_error: FROM is missing."
    ),
    (
      .engineFailure(code: "engine_out_of_memory", message: "The query needs more memory than it may have."),
      "The query could not be finished: engine_out_of_memory: The query needs more memory than it may have."
    ),
  ]

  @Test(arguments: failures.indices)
  func everyFailureHasAReason(_ index: Int) async throws {
    let (answer, reason) = Self.failures[index]
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", answer)
    let id = try await room.createAudience().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
    #expect(view.audience.status == .failed)
    #expect(view.audience.statusReason == reason)
    #expect(view.approximateCount == 0)
    #expect(view.advertiserAudience == nil)
    // Nobody's members are kept for an audience that did not come to be.
    #expect(try await room.objectKeys().isEmpty)
  }

  @Test func theReasonForTooFewUsersHidesTheNumber() async throws {
    let reasons = Self.failures.compactMap { answer, reason in if case .count = answer { reason } else { nil } }
    #expect(Set(reasons).count == 1)
  }

  @Test func theMinimumSizeIsEnough() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", .count(2000))
    let id = try await room.createAudience().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.audience(id).status == .succeeded)
  }

  @Test(arguments: [(5000, 5000), (5099, 5000), (2001, 2000)])
  func theCountIsRoundedDown(_ count: Int, _ shown: Int) async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", .count(count))
    let id = try await room.createAudience().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
    #expect(view.approximateCount == shown)
  }

  // MARK: Updating and deleting

  /// A room with one audience that has failed.
  private func roomWithFailedAudience() async throws -> (Room, String) {
    let room = try await Room()
    room.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    let id = try await room.createAudience(Fixtures.draft(query: "SELECT bad")).id
    let task = Task { try await room.runner.run() }
    await room.jobs.waitUntilFinished(id)
    task.cancel()
    try await task.value
    return (room, id)
  }

  @Test func updatedAudiencesRunAgainWithTheSameID() async throws {
    let (room, id) = try await roomWithFailedAudience()
    let folder = room.folder
    _ = try await room.audiences.update(
      id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(Fixtures.draft()))
    let pending = try await room.audience(id)
    #expect(pending.status == .pending)
    #expect(pending.statusReason == nil)

    let next = try await Room(folder: folder)
    try await next.running { await next.jobs.waitUntilFinished(id) }
    let audience = try await next.audience(id)
    #expect(audience.status == .succeeded)
    #expect(audience.query == Fixtures.draft().query)
  }

  @Test func updatesResetMissingFieldsExceptTheRate() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", .count(1))
    var draft = Fixtures.draft()
    draft.isTimeWindowRelative = true
    draft.parameterValues = .object(["a": .integer(1)])
    draft.refreshRateDays = 3
    let id = try await room.createAudience(draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let updated = try await room.audiences.update(
      id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(Fixtures.draft()))
    #expect(!updated.isTimeWindowRelative)
    #expect(updated.parameterValues == "{}")
    // An update has no field for it.
    #expect(updated.refreshRateDays == 3)
  }

  @Test func identifyingFieldsCannotBeChanged() async throws {
    let (room, id) = try await roomWithFailedAudience()
    let changes: [(@Sendable (inout AudienceDraft) -> Void, String)] = [
      ({ $0.name = "Other" }, "audienceName"), ({ $0.description = "New" }, "audienceDescription"),
      ({ $0.advertiserID = Fixtures.setup.sponsoredAdsAdvertiserID }, "advertiserId"),
    ]
    for (change, field) in changes {
      var draft = Fixtures.draft()
      change(&draft)
      let changed = draft
      await #expect(throws: CleanRoomError.unchangeableField(name: field)) {
        _ = try await room.audiences.update(id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(changed))
      }
    }
    #expect(try await room.audience(id).status == .failed)
  }

  @Test func onlyFailedAudiencesAreUpdatedAndDeleted() async throws {
    let room = try await Room()
    let id = try await room.createAudience().id
    for status in AudienceRecord.Status.allCases where status != .failed {
      try await room.store.write { transaction in
        guard var audience = try transaction.find(AudienceRecord.self, id: id) else { return }
        audience.status = status
        audience.membersPrefix = "members"
        try transaction.update(audience)
      }
      await #expect(throws: CleanRoomError.audienceNotEditable(status: status.rawValue)) {
        _ = try await room.audiences.update(
          id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(Fixtures.draft()))
      }
      await #expect(throws: CleanRoomError.audienceNotDeletable(status: status.rawValue)) {
        try await room.audiences.delete(id: id, instanceID: Fixtures.setup.instanceID)
      }
    }
  }

  @Test func deletedAudiencesAreRemoved() async throws {
    let (room, id) = try await roomWithFailedAudience()
    try await room.audiences.delete(id: id, instanceID: Fixtures.setup.instanceID)
    await #expect(throws: CleanRoomError.unknownAudience) { _ = try await room.audience(id) }
    await #expect(throws: CleanRoomError.unknownAudience) {
      try await room.audiences.delete(id: id, instanceID: Fixtures.setup.instanceID)
    }
  }

  @Test(arguments: ["", "unknown", "../x", String(repeating: "a", count: 65)])
  func unknownIDsAreNotFound(_ id: String) async throws {
    let room = try await Room()
    await #expect(throws: CleanRoomError.unknownAudience) { _ = try await room.audience(id) }
  }

  @Test func audiencesOfOtherInstancesAreNotFound() async throws {
    let room = try await Room()
    let id = try await room.createAudience().id
    await #expect(throws: CleanRoomError.unknownAudience) {
      _ = try await room.audiences.audience(id: id, instanceID: "amcother01")
    }
  }
}
