import Base
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct DisplayTargetAPITests {
  private static func target(_ audienceID: String, _ members: [String: String] = [:]) -> String {
    let usual = [
      "adGroupId": "77", "expressionType": #""manual""#, "state": #""enabled""#, "bid": "1.25",
      "expression": #"[{"type": "audience", "value": [{"type": "audienceSameAs", "value": "\#(audienceID)"}]}]"#,
    ]
    return JSONBody.object(usual.merging(members) { $1 })
  }

  private func create(_ client: APIClient, _ targets: String...) async throws -> Answer {
    try await client.scoped(.post, "/sd/targets", body: "[\(targets.joined(separator: ","))]")
  }

  @Test(arguments: Door.allCases)
  func aTargetShowsAdvertisementsToAnAudience(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.makeEntities(.displayAdGroup, "77", "78", parentID: "7")
    try await server.run(door) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let made = try await create(client, Self.target(audienceID))
      #expect(made.status == 207)
      #expect(made["0", "code"] == .string("200"), "\(made.body)")
      let id = made["0", "targetId"]
      let list = try await client.scoped(.get, "/sd/targets")
      #expect(list.status == 200)
      let target = list["0"]
      #expect(target["targetId"] == id)
      #expect(target["adGroupId"] == .integer(77))
      #expect(target["state"] == .string("enabled"))
      #expect(target["expression"]["0"]["value"]["0"]["value"] == .string(audienceID))
      #expect(target["resolvedExpression"]["0"]["value"]["0"]["value"] == .string("AMC Cart"))
      #expect(target["bid"] == .decimal(1.25))
      guard case .integer(let number) = id else { return }
      #expect(try await client.scoped(.get, "/sd/targets/\(number)")["targetId"] == id)
      let extended = try await client.scoped(.get, "/sd/targets/extended")
      #expect(extended["0", "servingStatus"] == .string("TARGET_STATUS_LIVE"))
      #expect(extended["0", "creationDate"] == .integer(1_748_779_200_000))
      #expect(extended["0", "campaignId"] == .integer(7))
      let one = try await client.scoped(.get, "/sd/targets/extended/\(number)")
      #expect(one["servingStatus"] == .string("TARGET_STATUS_LIVE"))
      #expect(one["targetId"] == id)
    }
  }

  @Test func aTargetCanBeChangedAndArchived() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.displayAdGroup, "77", "78", parentID: "7")
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      guard case .integer(let id) = try await create(client, Self.target(audienceID))["0", "targetId"] else { return }
      let changed = try await client.scoped(
        .put, "/sd/targets",
        body:
          #"[{"targetId": \#(id), "state": "paused", "bid": 2}, {"targetId": 1, "bid": 1}, {"targetId": \#(id), "bid": 0}]"#
      )
      #expect(changed.status == 207)
      #expect(changed.json0.map { $0["code"] } == [.string("200"), .string("404"), .string("400")])
      let shown = try await client.scoped(.get, "/sd/targets/\(id)")
      #expect(shown["state"] == .string("paused"))
      #expect(shown["bid"] == .integer(2))
      for _ in 1...2 {
        let archived = try await client.scoped(.delete, "/sd/targets/\(id)")
        #expect(archived.status == 200)
        #expect(archived["targetId"] == .integer(id))
      }
      #expect(try await client.scoped(.get, "/sd/targets/\(id)")["state"] == .string("archived"))
      let late = try await client.scoped(.put, "/sd/targets", body: #"[{"targetId": \#(id), "state": "enabled"}]"#)
      #expect(late["0", "code"] == .string("400"))
      for path in ["/sd/targets/1", "/sd/targets/x"] {
        #expect(try await client.scoped(.delete, path).status == 404)
        #expect(try await client.scoped(.get, path).errorCode == "unknown_target")
      }
    }
  }

  @Test func listsHaveFiltersAndPages() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.displayAdGroup, "77", "78", parentID: "7")
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let made = try await create(
        client, Self.target(audienceID), Self.target(audienceID, ["state": #""paused""#]),
        Self.target(audienceID, ["adGroupId": "78"]))
      guard case .integer(let id) = made["1", "targetId"] else { return }
      let cases: [(query: String, count: Int)] = [
        ("", 3), ("?stateFilter=paused", 1), ("?stateFilter=enabled,%20paused", 3), ("?adGroupIdFilter=78,79", 1),
        ("?targetIdFilter=\(id)", 1), ("?campaignIdFilter=1", 0), ("?campaignIdFilter=7,8", 3), ("?startIndex=1", 2),
        ("?startIndex=1&count=1", 1),
        ("?startIndex=3", 0),
      ]
      for (query, count) in cases {
        let list = try await client.scoped(.get, "/sd/targets\(query)")
        #expect(list.json0.count == count, "\(query) \(list.body)")
      }
      for query in ["stateFilter=gone", "targetIdFilter=x", "adGroupIdFilter=,", "count=0", "startIndex=-1"] {
        #expect(try await client.scoped(.get, "/sd/targets?\(query)").status == 400, "\(query)")
      }
    }
  }

  @Test func problemsAreReportedForEachElement() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.displayAdGroup, "77", "78", parentID: "7")
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let old = try await server.makeSponsoredAudience(client, "Old")
      try await server.deactivate(audienceID: old.id)
      let ofDSP = try await server.makeAudience(client, "Of the DSP")
      let contextual = #"[{"type": "asinSameAs", "value": "B000000000"}]"#
      let answer = try await create(
        client, Self.target("123"), Self.target(old.canonicalID), Self.target(ofDSP.canonicalID),
        Self.target(audienceID, ["adGroupId": ""]), Self.target(audienceID, ["bid": "0.01"]),
        Self.target(audienceID, ["expression": contextual]), Self.target(audienceID, ["expression": "[]"]),
        Self.target(audienceID, ["state": #""ENABLED""#]), "1", Self.target(audienceID, ["adGroupId": "79"]),
        Self.target(audienceID))
      let codes = answer.json0.map { $0["code"] }
      #expect(
        codes == Array(repeating: .string("400"), count: 9) + [.string("404"), .string("200")], "\(answer.body)")
      for (index, text) in [
        (0, "no audience"), (1, "deactivated"), (2, "no audience"), (3, "adGroupId"), (4, "0.02"),
        (5, "other than audiences"), (6, "at least 1"), (7, "enabled"), (8, "object"), (9, "[9].adGroupId"),
      ] {
        #expect(answer.text("\(index)", "description").contains(text), "\(index) \(answer.body)")
      }
      for body in ["{}", "1", "", "[" + Array(repeating: "{}", count: 101).joined(separator: ",") + "]"] {
        let refused = try await client.scoped(.post, "/sd/targets", body: body)
        #expect(refused.status == 400, "\(body)")
        #expect(refused.text("code") == "400")
      }
      try await expectScope(client, .post, "/sd/targets", body: "[]")
      try await expectScope(client, .get, "/sd/targets", body: nil)
      let other = try await server.otherClient(client)
      let foreign = try await other.scoped(
        .get, "/sd/targets", headers: ["Amazon-Advertising-API-Scope": Fixtures.otherSetup.profileID])
      #expect(foreign.json0.isEmpty)
    }
  }
}

extension Answer {
  /// The elements of a body that is an array.
  fileprivate var json0: [JSONValue] { (try? json())?.elements ?? [] }
}
