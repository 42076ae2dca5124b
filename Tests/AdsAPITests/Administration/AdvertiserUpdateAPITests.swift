import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AdvertiserUpdateAPITests {
  private static let path = "/amc/instances/\(Fixtures.setup.instanceID)/advertisers/updates"

  private func advertiser(_ id: String, _ type: String = "DISPLAY", marketplace: String? = nil) -> String {
    let end = marketplace.map { #", "marketplaceId": "\#($0)""# } ?? ""
    return #"{"id": "\#(id)", "type": "\#(type)"\#(end)}"#
  }

  /// Waits until that many updates have come to their end.
  private func ended(_ room: AdministrationServer, _ count: Int) async throws {
    await room.server.jobs.waitUntilFinished(count: count)
  }

  @Test(arguments: Door.allCases)
  func advertisersAreAddedAndRemoved(_ door: Door) async throws {
    let room = try await AdministrationServer()
    try await room.run(door) { client in
      let added = [
        advertiser("42"), advertiser("ENTITY42", "SPONSORED_ADS", marketplace: "A1PA6795UKMFR9"),
        advertiser("s42", "SAS", marketplace: "A1PA6795UKMFR9"),
      ].joined(separator: ", ")
      let created = try await client.account(.post, Self.path, body: "{\"advertisersToAdd\": [\(added)]}")
      #expect(created.status == 200, "\(created.body)")
      #expect(created["advertiserUpdate", "updateId"] == .integer(0))
      #expect(created.text("advertiserUpdate", "status") == "PENDING")
      #expect(created["advertiserUpdate", "advertisersToAdd"].elements.count == 3)
      #expect(created["advertiserUpdate", "advertisersToRemove"] == .array([]))
      try await ended(room, 1)
      let shown = try await client.account(.get, "\(Self.path)/0")
      #expect(shown.text("advertiserUpdate", "status") == "COMPLETED")
      let path = "/amc/instances/\(Fixtures.setup.instanceID)/advertisers"
      #expect(try await client.account(.get, path)["totalCount"] == .integer(5))

      let removal = try await client.account(
        .post, Self.path,
        body: "{\"advertisersToRemove\": [\(advertiser("42"))], \"advertisersToAdd\": [\(advertiser("43"))]}")
      #expect(removal["advertiserUpdate", "updateId"] == .integer(1))
      try await ended(room, 2)
      let display = try await client.account(.get, path + "?type=DISPLAY")
      #expect(
        display["advertisers"].elements.map { $0["id"] } == [
          .string(Fixtures.setup.displayAdvertiserID), .string("43"),
        ])

      let list = try await client.account(.get, Self.path + "?limit=1")
      #expect(list["advertiserUpdates", "0", "updateId"] == .integer(1))
      #expect(list["advertiserUpdates", "0"].members.count == 2)
      let next = try await client.account(.get, Self.path + "?limit=1&nextToken=\(list.text("nextToken"))")
      #expect(next["advertiserUpdates", "0", "updateId"] == .integer(0))
      #expect(next["nextToken"] == .null)
    }
    let records = try await room.audited().filter { $0.action == "advertisers.update" }
    #expect(records.map(\.details) == [#"{"added":"42, ENTITY42, s42"}"#, #"{"added":"43","removed":"42"}"#])
  }

  /// The body, the code of the error, and the name in its text.
  private var refusals: [(body: String, code: String, names: String)] {
    let eleven = (1...11).map { advertiser(String($0)) }.joined(separator: ", ")
    return [
      ("{}", "invalid_field", "advertisersToAdd"),
      (#"{"advertisersToAdd": [], "advertisersToRemove": []}"#, "invalid_field", "advertisersToAdd"),
      ("{\"advertisersToAdd\": [\(eleven)]}", "invalid_field", "at most 10"),
      ("{\"advertisersToRemove\": [\(eleven)]}", "invalid_field", "at most 10"),
      ("{\"advertisersToAdd\": [\(advertiser("1")), \(advertiser("1"))]}", "invalid_field", "twice"),
      (
        "{\"advertisersToAdd\": [\(advertiser("1"))], \"advertisersToRemove\": [\(advertiser("1"))]}", "invalid_field",
        "twice"
      ),
      ("{\"advertisersToAdd\": [\(advertiser("abc"))]}", "invalid_field", "advertisersToAdd[0].id"),
      ("{\"advertisersToAdd\": [\(advertiser(String(repeating: "1", count: 21)))]}", "invalid_field", "[0].id"),
      ("{\"advertisersToAdd\": [\(advertiser("1", marketplace: "M"))]}", "invalid_field", "[0].marketplaceId"),
      ("{\"advertisersToAdd\": [\(advertiser("ENTITY1", "SPONSORED_ADS"))]}", "invalid_field", "[0].marketplaceId"),
      ("{\"advertisersToAdd\": [\(advertiser("1", "SPONSORED_ADS", marketplace: "M"))]}", "invalid_field", "[0].id"),
      (
        "{\"advertisersToAdd\": [\(advertiser("ENTITY", "SPONSORED_ADS", marketplace: "M"))]}", "invalid_field",
        "[0].id"
      ),
      ("{\"advertisersToAdd\": [\(advertiser("s1", "SAS"))]}", "invalid_field", "[0].marketplaceId"),
      ("{\"advertisersToAdd\": [\(advertiser("1", "OTHER"))]}", "wrong_type", "type"),
      (#"{"advertisersToAdd": [{"id": "1"}]}"#, "missing_field", "type"),
      (#"{"advertisersToAdd": [{"type": "DISPLAY"}]}"#, "missing_field", "id"),
      (#"{"advertisersToAdd": [5]}"#, "wrong_type", "advertisersToAdd[0]"),
      (#"{"advertisersToAdd": 5}"#, "wrong_type", "advertisersToAdd"),
      ("{\"advertisersToAdd\": [\(advertiser("1"))], \"more\": 1}", "unknown_field", "more"),
    ]
  }

  @Test func invalidRequestsAreNamedAndLeaveNothing() async throws {
    let room = try await AdministrationServer(.strict)
    try await room.run { client in
      for refusal in refusals {
        let answer = try await client.account(.post, Self.path, body: refusal.body)
        #expect(answer.status == 400 && answer.errorCode == refusal.code, "\(refusal.body) \(answer.body)")
        #expect(answer.text("details").contains(refusal.names), "\(refusal.body) \(answer.body)")
      }
      #expect(try await client.account(.get, Self.path)["advertiserUpdates"] == .array([]))
      for number in ["0", "1", "-1", "00", "x", "99999999999999999999"] {
        let answer = try await client.account(.get, "\(Self.path)/\(number)")
        #expect(answer.status == 404 && answer.errorCode == "unknown_advertiser_update", "\(number)")
      }
      let foreign = "/amc/instances/\(Fixtures.otherSetup.instanceID)/advertisers/updates"
      #expect(
        try await client.account(.post, foreign, body: "{\"advertisersToAdd\": [\(advertiser("1"))]}").status == 403)
      #expect(try await client.account(.get, foreign).status == 403)
      #expect(try await client.account(.get, "\(foreign)/0").status == 403)
    }
  }

  @Test func oneUpdateIsPendingAtATime() async throws {
    let room = try await AdministrationServer()
    try await room.store.write { transaction in
      try transaction.insert(
        AdvertiserUpdateRecord(
          id: "waits", instanceID: Fixtures.setup.instanceID, number: 0, additions: [], removals: [],
          clientID: "c", userID: nil, createdAt: Fixtures.now))
    }
    try await room.run { client in
      let body = "{\"advertisersToAdd\": [\(advertiser("1"))]}"
      let answer = try await client.account(.post, Self.path, body: body)
      #expect(answer.status == 400 && answer.errorCode == "advertiser_update_pending", "\(answer.body)")
    }
  }

  @Test func anInstanceHasALimit() async throws {
    let room = try await AdministrationServer()
    try await room.store.write { transaction in
      for index in 3...InstanceRules.advertiserCountLimit {
        try transaction.insert(
          AdvertiserRecord(
            instanceID: Fixtures.setup.instanceID, id: String(index), kind: .display, name: "A", marketplaceID: nil))
      }
    }
    try await room.run { client in
      let more = try await client.account(
        .post, Self.path, body: "{\"advertisersToAdd\": [\(advertiser("77777"))]}")
      #expect(more.status == 400 && more.errorCode == "too_many_advertisers", "\(more.body)")
      #expect(more.text("details").contains("2000"))
      let exchange = try await client.account(
        .post, Self.path,
        body: "{\"advertisersToAdd\": [\(advertiser("77777"))], \"advertisersToRemove\": [\(advertiser("3"))]}")
      #expect(exchange.status == 200, "\(exchange.body)")
    }
  }

  @Test func advertisersOfOtherAccountsAreRejected() async throws {
    let room = try await AdministrationServer()
    let foreign = Fixtures.otherSetup.displayAdvertiserID
    try await room.run { client in
      let body = "{\"advertisersToAdd\": [\(advertiser("42")), \(advertiser(foreign))]}"
      #expect(try await client.account(.post, Self.path, body: body).status == 200)
      try await ended(room, 1)
      let update = try await client.account(.get, "\(Self.path)/0")
      #expect(update.text("advertiserUpdate", "status") == "REJECTED")
      #expect(update.text("advertiserUpdate", "statusReason").contains(foreign))
      #expect(!update.text("advertiserUpdate", "statusReason").contains("42,"))
      let path = "/amc/instances/\(Fixtures.setup.instanceID)/advertisers"
      #expect(try await client.account(.get, path)["totalCount"] == .integer(2), "All of them, or none.")

      // With access to the account that has it, it can come in.
      try await room.server.components.instances.grantAccess(
        clientID: client.clientID, accountID: Fixtures.otherSetup.accountID, at: Fixtures.now)
      #expect(try await client.account(.post, Self.path, body: body).status == 200)
      try await ended(room, 2)
      #expect(
        try await client.account(.get, "\(Self.path)/1").text("advertiserUpdate", "status") == "COMPLETED")
    }
  }

  @Test func removingAnAdvertiserDeactivatesItsAudiences() async throws {
    let room = try await AdministrationServer()
    let objects = try LocalFolderStorage(root: URL(filePath: room.server.folder.file("objects")))
    try await room.run { client in
      let gone = try await client.createAudience()
      await room.server.jobs.waitUntilFinished(gone)
      room.server.queries.answer(queriesWith: "runs", .runUntilCancelled)
      let running = try await client.createAudience(["query": "\"SELECT user_id FROM runs\""])
      await room.server.jobs.wait { $0 == .started(subjectID: running, attempt: 1) }
      let body = "{\"advertisersToRemove\": [\(advertiser(Fixtures.setup.displayAdvertiserID))]}"
      #expect(try await client.account(.post, Self.path, body: body).status == 200)
      try await ended(room, 2)
      for id in [gone, running] {
        let audience = try await client.audiences(.get, "/\(id)")
        #expect(audience.text("status") == "DEACTIVATED", "\(audience.body)")
        #expect(audience["audienceCount"] == .integer(0))
      }
      let left = try await objects.list(under: ObjectKey("instances/\(Fixtures.setup.instanceID)/audiences"))
      #expect(left.isEmpty)
      let more = try await client.audiences(.post, body: AudienceBody.json())
      #expect(more.status == 400 && more.text("details").contains("advertiserId") || more.body.contains("advertiserId"))
    }
  }
}
