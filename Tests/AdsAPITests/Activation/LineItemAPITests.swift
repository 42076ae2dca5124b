import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct LineItemAPITests {
  static func lineItem(_ members: [String: String] = [:]) -> String {
    let usual = [
      "adProduct": #""AMAZON_DSP""#, "name": #""Spring""#, "campaignId": #""581""#, "state": #""PAUSED""#,
      "startDateTime": #""2025-06-02T00:00:00Z""#, "endDateTime": #""2025-07-02T00:00:00Z""#,
      "inventoryType": #""STANDARD_DISPLAY""#, "advertisedProductCategoryIds": #"["12"]"#,
      "bid": #"{"baseBid": 1.5}"#, "creativeRotationType": #""RANDOM""#,
      "optimization": #"{"bidStrategy": "SPEND_BUDGET_IN_FULL"}"#, "pacing": #"{"deliveryProfile": "EVEN"}"#,
      "targetingSettings": """
      {"amazonViewability": {"includeUnmeasurableImpressions": false, "viewabilityTier": "ALL_TIERS"},
       "timeZoneType": "VIEWER", "userLocationSignal": "CURRENT"}
      """,
    ]
    return JSONBody.object(usual.merging(members) { $1 })
  }

  static func target(_ lineItemID: String, _ audienceID: String, _ members: [String: String] = [:]) -> String {
    let usual = [
      "adProduct": #""AMAZON_DSP""#, "adGroupId": "\"\(lineItemID)\"", "negative": "false", "state": #""ENABLED""#,
      "targetType": #""AUDIENCE""#,
      "targetDetails": #"{"audienceTarget": {"audienceId": {"defaultValue": "\#(audienceID)"}}}"#,
    ]
    return JSONBody.object(usual.merging(members) { $1 })
  }

  private func create(_ client: APIClient, _ members: [String: String] = [:]) async throws -> String {
    let answer = try await client.unified("/create/adGroups", body: #"{"adGroups": [\#(Self.lineItem(members))]}"#)
    #expect(answer.status == 207)
    return answer.text("success", "0", "adGroup", "adGroupId")
  }

  /// The present or past use of the audience by the line item.
  private func use(
    _ server: TestServer, of canonicalID: String, by lineItemID: String
  ) async throws -> LineItemAudienceRecord {
    try await #require(
      try server.components.store.read { try $0.use(lineItemID: lineItemID, canonicalID: canonicalID) })
  }

  @Test(arguments: Door.allCases)
  func aLineItemUsesAnAudienceUntilItsTargetIsRemoved(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(door) { client in
      let (_, audienceID) = try await server.makeAudience(client)
      let lineItemID = try await create(client)
      let added = try await client.unified(
        "/create/targets", body: #"{"targets": [\#(Self.target(lineItemID, audienceID))]}"#)
      #expect(added.status == 207)
      #expect(added["error"] == .array([]))
      let targetID = added.text("success", "0", "target", "targetId")
      #expect(added.text("success", "0", "target", "targetLevel") == "AD_GROUP")
      #expect(try await use(server, of: audienceID, by: lineItemID).removedAt == nil)
      let query = #"{"adProductFilter": {"include": ["AMAZON_DSP"]}}"#
      let list = try await client.unified("/query/targets", body: query)
      #expect(list["targets"].elements.map { $0["targetId"] } == [.string(targetID)])
      #expect(
        list.text("targets", "0", "targetDetails", "audienceTarget", "audienceId", "defaultValue") == audienceID)
      server.clock.advance(bySeconds: 60)
      let removed = try await client.unified("/delete/targets", body: #"{"targetIds": ["\#(targetID)", "1"]}"#)
      #expect(removed.status == 207)
      #expect(removed.text("success", "0", "target", "state") == "ARCHIVED")
      #expect(removed["error", "0", "index"] == .integer(1))
      #expect(removed.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
      // The time of the last use is stored.
      let ended = try await use(server, of: audienceID, by: lineItemID)
      #expect(ended.removedAt == Fixtures.now.addingTimeInterval(60))
      #expect(try await client.unified("/query/targets", body: query)["targets"] == .array([]))
      let again = try await client.unified(
        "/create/targets", body: #"{"targets": [\#(Self.target(lineItemID, audienceID))]}"#)
      #expect(again["error"] == .array([]))
      #expect(again.text("success", "0", "target", "targetId") != targetID)
      #expect(try await use(server, of: audienceID, by: lineItemID).removedAt == nil)
    }
  }

  @Test func lineItemsAreReturnedWhole() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let budgets = """
        [{"budgetType": "MONETARY", "recurrenceTimePeriod": "DAILY",
          "budgetValue": {"monetaryBudgetValue": {"monetaryBudget": {"value": 20}}}}]
        """
      let id = try await create(client, ["budgets": budgets, "purchaseOrderNumber": "\"PO-1\""])
      let query = #"{"adProductFilter": {"include": ["AMAZON_DSP"]}, "adGroupIdFilter": {"include": ["\#(id)"]}}"#
      let list = try await client.unified("/query/adGroups", body: query)
      let shown = list["adGroups", "0"]
      #expect(shown["name"] == .string("Spring"))
      #expect(shown["bid"]["currencyCode"] == .string("USD"))
      #expect(shown["purchaseOrderNumber"] == .string("PO-1"))
      #expect(
        shown["budgets"]["0"]["budgetValue"]["monetaryBudgetValue"]["monetaryBudget"]
          == .object(["value": .integer(20), "currencyCode": .string("USD")]))
      #expect(shown["creationDateTime"] == .string("2025-06-01T12:00:00Z"))
      let changed = try await client.unified(
        "/update/adGroups",
        body: #"{"adGroups": [{"adGroupId": "\#(id)", "state": "ENABLED", "name": "Summer"}]}"#)
      #expect(changed.text("success", "0", "adGroup", "state") == "ENABLED")
      #expect(changed.text("success", "0", "adGroup", "name") == "Summer")
      #expect(changed.text("success", "0", "adGroup", "campaignId") == "581")
    }
  }

  @Test func listsHavePagesAndFilters() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeAudience(client)
      var ids: [String] = []
      for index in 0..<3 { ids.append(try await create(client, ["campaignId": "\"\(index % 2)\""])) }
      let targets = ids.map { Self.target($0, audienceID) }.joined(separator: ",")
      #expect(
        try await client.unified("/create/targets", body: #"{"targets": [\#(targets)]}"#)["success"].elements.count == 3
      )
      for (path, name) in [("/query/adGroups", "adGroups"), ("/query/targets", "targets")] {
        let start = #"{"adProductFilter": {"include": ["AMAZON_DSP"]}, "maxResults": 2"#
        let first = try await client.unified(path, body: start + "}")
        #expect(first[name].elements.count == 2)
        let token = first.text("nextToken")
        let second = try await client.unified(path, body: start + #", "nextToken": "\#(token)"}"#)
        #expect(second[name].elements.count == 1)
        #expect(second["nextToken"] == .null)
        let other = try await client.unified(
          path, body: start + #", "nextToken": "\#(token)", "stateFilter": {"include": ["PAUSED"]}}"#)
        #expect(other.status == 400)
        #expect(other.text("code") == "BAD_REQUEST")
      }
      let product = #""adProductFilter": {"include": ["AMAZON_DSP"]}"#
      let cases: [(path: String, filter: String, count: Int)] = [
        ("/query/adGroups", #""campaignIdFilter": {"include": ["0"]}"#, 2),
        ("/query/adGroups", #""stateFilter": {"include": ["PAUSED"]}"#, 3),
        ("/query/adGroups", #""stateFilter": {"include": ["ENABLED", "ARCHIVED"]}"#, 0),
        ("/query/targets", #""adGroupIdFilter": {"include": ["\#(ids[1])"]}"#, 1),
        ("/query/targets", #""stateFilter": {"include": ["ENABLED"]}"#, 3),
        ("/query/targets", #""targetTypeFilter": {"include": ["KEYWORD"]}"#, 0),
        ("/query/targets", #""targetTypeFilter": {"include": ["AUDIENCE", "KEYWORD"]}"#, 3),
      ]
      for (path, filter, count) in cases {
        let list = try await client.unified(path, body: "{\(product), \(filter)}")
        #expect(list[path.hasSuffix("targets") ? "targets" : "adGroups"].elements.count == count, "\(filter)")
      }
    }
  }

  /// Faults of a target, with their codes.
  @Test func invalidTargetsAreRefusedOneByOne() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let own = try await server.makeAudience(client)
      let deactivated = try await server.makeAudience(client, "Old")
      try await server.deactivate(audienceID: deactivated.id)
      let sponsored = try await server.makeSponsoredAudience(client, "Sponsored")
      let lineItemID = try await create(client)
      let cases: [(target: String, code: String, location: String)] = [
        (Self.target(lineItemID, "123"), "RESOURCE_ID_NOT_FOUND", "audienceId.defaultValue"),
        (Self.target(lineItemID, sponsored.canonicalID), "RESOURCE_ID_NOT_FOUND", "audienceId.defaultValue"),
        (Self.target(lineItemID, deactivated.canonicalID), "RESOURCE_IS_IN_TERMINAL_STATE", "defaultValue"),
        (Self.target("1", own.canonicalID), "RESOURCE_ID_NOT_FOUND", "adGroupId"),
        (Self.target(lineItemID, own.canonicalID, ["targetType": #""KEYWORD""#]), "ACTION_NOT_SUPPORTED", "targetType"),
        (Self.target(lineItemID, own.canonicalID, ["negative": ""]), "FIELD_VALUE_IS_NULL", "negative"),
        (Self.target(lineItemID, own.canonicalID, ["state": #""ARCHIVED""#]), "FIELD_VALUE_IS_INVALID", "state"),
        (Self.target(lineItemID, own.canonicalID, ["targetDetails": "{}"]), "FIELD_VALUE_IS_NULL", "audienceTarget"),
        ("1", "FIELD_VALUE_IS_INVALID", "targets[8]"),
        (Self.target(lineItemID, own.canonicalID), "", ""),
        (Self.target(lineItemID, own.canonicalID), "FIELD_VALUE_NOT_UNIQUE", "defaultValue"),
      ]
      let list = cases.map(\.target).joined(separator: ",")
      let answer = try await client.unified("/create/targets", body: #"{"targets": [\#(list)]}"#)
      #expect(answer.status == 207)
      #expect(answer["success"].elements.map { $0["index"] } == [.integer(9)])
      let wrong = cases.enumerated().filter { !$0.element.code.isEmpty }
      #expect(answer["error"].elements.count == wrong.count)
      for (position, (index, expected)) in wrong.enumerated() {
        let error = answer["error", "\(position)"]
        #expect(error["index"] == .integer(Int64(index)))
        #expect(error["errors"]["0"]["code"] == .string(expected.code), "\(expected.target)")
        guard case .string(let location) = error["errors"]["0"]["fieldLocation"] else { continue }
        #expect(location.hasPrefix("targets[\(index)]") && location.hasSuffix(expected.location), "\(location)")
      }
    }
  }

  @Test func invalidLineItemsAreRefusedOneByOne() async throws {
    let server = try await TestServer(.strict)
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let cases: [(members: [String: String], code: String)] = [
        (["name": ""], "FIELD_VALUE_IS_NULL"), (["name": #""  ""#], "FIELD_VALUE_IS_EMPTY"),
        (["state": #""ENABLED""#], "FIELD_VALUE_IS_INVALID"), (["adProduct": #""SP""#], "FIELD_VALUE_IS_INVALID"),
        (["bid": #"{"baseBid": -1}"#], "FIELD_VALUE_IS_BELOW_MINIMUM_LIMIT"),
        (["bid": #"{"baseBid": 1e10}"#], "FIELD_VALUE_IS_ABOVE_MAXIMUM_LIMIT"),
        (["name": "\"\(String(repeating: "n", count: 256))\""], "FIELD_SIZE_IS_ABOVE_MAXIMUM_LIMIT"),
        (["advertisedProductCategoryIds": "[]"], "FIELD_SIZE_IS_BELOW_MINIMUM_LIMIT"),
        (["endDateTime": #""2025-01-01T00:00:00Z""#], "FIELD_VALUE_IS_OUT_OF_RANGE"),
        (["fees": "[]"], "FIELD_VALUE_IS_INVALID"),
      ]
      let list = cases.map { Self.lineItem($0.members) }.joined(separator: ",")
      let answer = try await client.unified("/create/adGroups", body: #"{"adGroups": [\#(list)]}"#)
      #expect(answer.status == 207)
      #expect(answer["success"] == .array([]))
      for (index, expected) in cases.enumerated() {
        #expect(
          answer["error", "\(index)"]["errors"]["0"]["code"] == .string(expected.code), "\(expected.members)")
      }
      let unknown = try await client.unified(
        "/update/adGroups", body: #"{"adGroups": [{"adGroupId": "1", "name": "N"}]}"#)
      #expect(unknown.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
    }
  }

  @Test func headersNameTheOwnerOfLineItems() async throws {
    let server = try await TestServer(.strict)
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let query = #"{"adProductFilter": {"include": ["AMAZON_DSP"]}}"#
      let cases: [(headers: APIClient.Headers, status: Int, code: String, error: String)] = [
        (["Amazon-Ads-AccountId": nil], 400, "BAD_REQUEST", "missing_header"),
        (["Amazon-Ads-AccountId": "a b"], 400, "BAD_REQUEST", "malformed_header"),
        (["Amazon-Ads-AccountId": "999"], 403, "FORBIDDEN", "advertiser_forbidden"),
        (["Amazon-Ads-AccountId": Fixtures.setup.sponsoredAdsAdvertiserID], 403, "FORBIDDEN", "advertiser_forbidden"),
        (["Amazon-Ads-AccountId": Fixtures.otherSetup.displayAdvertiserID], 403, "FORBIDDEN", "advertiser_forbidden"),
        (["Amazon-Ads-ClientId": nil], 400, "BAD_REQUEST", "missing_header"),
        (["Amazon-Ads-ClientId": "somebody"], 401, "UNAUTHORIZED", "client_mismatch"),
        (["Authorization": nil], 401, "UNAUTHORIZED", "missing_authorization"),
      ]
      for (headers, status, code, error) in cases {
        let answer = try await client.unified("/query/adGroups", body: query, headers: headers)
        #expect(answer.status == status, "\(headers) \(answer.body)")
        #expect(answer.text("code") == code, "\(headers)")
        #expect(answer.errorCode == error, "\(headers)")
      }
      for (path, body) in [
        ("/query/adGroups", "{}"), ("/query/targets", #"{"adProductFilter": {"include": []}}"#),
        ("/create/adGroups", #"{"adGroups": []}"#), ("/create/targets", "{}"),
        ("/delete/targets", #"{"targetIds": [1]}"#),
        ("/create/targets", #"{"targets": [], "more": 1}"#),
        ("/query/adGroups", #"{"adProductFilter": {"include": ["SP"]}}"#),
      ] {
        #expect(try await client.unified(path, body: body).status == 400, "\(path) \(body)")
      }
    }
  }

  @Test func lineItemsOfOthersCannotBeChanged() async throws {
    let server = try await TestServer()
    try await server.makeEntities(.dspCampaign, "581", "0", "1")
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeAudience(client)
      let lineItemID = try await create(client)
      let added = try await client.unified(
        "/create/targets", body: #"{"targets": [\#(Self.target(lineItemID, audienceID))]}"#)
      let targetID = added.text("success", "0", "target", "targetId")
      let other = try await server.otherClient(client)
      let headers: APIClient.Headers = ["Amazon-Ads-AccountId": Fixtures.otherSetup.displayAdvertiserID]
      let removed = try await other.unified(
        "/delete/targets", body: #"{"targetIds": ["\#(targetID)"]}"#, headers: headers)
      #expect(removed.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
      let changed = try await other.unified(
        "/update/adGroups", body: #"{"adGroups": [{"adGroupId": "\#(lineItemID)", "name": "Mine"}]}"#, headers: headers)
      #expect(changed.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
      #expect(try await use(server, of: audienceID, by: lineItemID).removedAt == nil)
    }
  }
}
