import Base
import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// Campaigns and ad groups that line items and targets name.
@Suite(.hangLimit)
struct AdvertisingEntityAPITests {
  private static func campaign(_ members: [String: String] = [:]) -> String {
    let usual = [
      "name": #""Spring""#, "tactic": #""T00030""#, "state": #""enabled""#, "startDate": #""20250601""#,
      "budget": "10.5", "budgetType": #""daily""#,
    ]
    return JSONBody.object(usual.merging(members) { $1 })
  }

  private static func adGroup(_ campaignID: String, _ members: [String: String] = [:]) -> String {
    let usual = [
      "campaignId": campaignID, "name": #""All""#, "state": #""enabled""#, "defaultBid": "1.25",
    ]
    return JSONBody.object(usual.merging(members) { $1 })
  }

  private func makeDisplayCampaign(_ client: APIClient, _ members: [String: String] = [:]) async throws -> Int64 {
    let made = try await client.scoped(.post, "/sd/campaigns", body: "[\(Self.campaign(members))]")
    guard case .integer(let id) = made["0", "campaignId"] else {
      Issue.record("\(made.body)")
      return 0
    }
    return id
  }

  // MARK: Sponsored Display

  /// The ids that a target names can be made: campaign, ad group, target, and all three are listed.
  @Test(arguments: Door.allCases)
  func aTargetNamesAnAdGroupThatWasMade(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let campaignID = try await makeDisplayCampaign(client)
      let made = try await client.scoped(.post, "/sd/adGroups", body: "[\(Self.adGroup("\(campaignID)"))]")
      #expect(made.status == 207)
      #expect(made["0", "code"] == .string("200"), "\(made.body)")
      guard case .integer(let adGroupID) = made["0", "adGroupId"] else { return }
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let expression = #"[{"type": "audience", "value": [{"type": "audienceSameAs", "value": "\#(audienceID)"}]}]"#
      let target = try await client.scoped(
        .post, "/sd/targets",
        body: #"[{"adGroupId": \#(adGroupID), "expressionType": "manual", "state": "enabled", "#
          + #""expression": \#(expression)}]"#)
      #expect(target["0", "code"] == .string("200"), "\(target.body)")
      let extended = try await client.scoped(.get, "/sd/targets/extended?campaignIdFilter=\(campaignID)")
      #expect(extended["0", "campaignId"] == .integer(campaignID))
      let adGroups = try await client.scoped(.get, "/sd/adGroups?campaignIdFilter=\(campaignID)")
      #expect(
        adGroups["0"]
          == .object([
            "adGroupId": .integer(adGroupID), "campaignId": .integer(campaignID), "name": .string("All"),
            "state": .string("enabled"), "defaultBid": .decimal(1.25), "bidOptimization": .string("clicks"),
            "creativeType": .string("IMAGE"), "tactic": .string("T00030"),
          ]), "\(adGroups.body)")
      let campaigns = try await client.scoped(.get, "/sd/campaigns/extended")
      #expect(campaigns["0", "servingStatus"] == .string("ADVERTISER_STATUS_ENABLED"))
      #expect(campaigns["0", "creationDate"] == .integer(1_748_779_200_000))
      let campaign = try await client.scoped(.get, "/sd/campaigns/\(campaignID)")
      #expect(campaign["deliveryProfile"] == .string("as_soon_as_possible"))
      #expect(campaign["costType"] == .string("cpc"))
    }
  }

  @Test func displayCampaignsAndAdGroupsAreChangedAndArchived() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let campaignID = try await makeDisplayCampaign(client)
      let changed = try await client.scoped(
        .put, "/sd/campaigns",
        body: #"[{"campaignId": \#(campaignID), "name": "Summer", "state": "paused"}, {"campaignId": 1}]"#)
      #expect(changed["0", "code"] == .string("200"), "\(changed.body)")
      #expect(changed["1", "code"] == .string("404"))
      let shown = try await client.scoped(.get, "/sd/campaigns/extended/\(campaignID)")
      #expect(shown["name"] == .string("Summer"))
      #expect(shown["budget"] == .decimal(10.5))
      #expect(shown["servingStatus"] == .string("CAMPAIGN_PAUSED"))
      for _ in 1...2 {
        let archived = try await client.scoped(.delete, "/sd/campaigns/\(campaignID)")
        #expect(archived.status == 200)
        #expect(archived["campaignId"] == .integer(campaignID))
      }
      let late = try await client.scoped(.post, "/sd/adGroups", body: "[\(Self.adGroup("\(campaignID)"))]")
      #expect(late["0", "code"] == .string("400"))
      #expect(late.text("0", "description").contains("archived"))
      #expect(try await client.scoped(.get, "/sd/campaigns/1").errorCode == "unknown_campaign")
      #expect(try await client.scoped(.delete, "/sd/adGroups/x").errorCode == "unknown_ad_group")
    }
  }

  @Test func displayListsHaveFiltersAndPages() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let first = try await makeDisplayCampaign(client, ["portfolioId": "5"])
      _ = try await makeDisplayCampaign(client, ["name": #""Summer""#, "state": #""paused""#])
      let cases: [(query: String, count: Int)] = [
        ("", 2), ("?stateFilter=paused", 1), ("?stateFilter=enabled,%20paused", 2), ("?stateFilter=archived", 0),
        ("?name=Summer", 1), ("?name=Sum", 0), ("?campaignIdFilter=\(first),1", 1), ("?portfolioIdFilter=5,6", 1),
        ("?startIndex=1", 1), ("?count=1", 1), ("?startIndex=2", 0),
      ]
      for (query, count) in cases {
        let list = try await client.scoped(.get, "/sd/campaigns\(query)")
        #expect(try list.json().elements.count == count, "\(query) \(list.body)")
      }
      for query in ["stateFilter=gone", "campaignIdFilter=x", "count=0", "startIndex=-1"] {
        #expect(try await client.scoped(.get, "/sd/campaigns?\(query)").status == 400, "\(query)")
      }
      let other = try await server.otherClient(client)
      let foreign = try await other.scoped(
        .get, "/sd/campaigns", headers: ["Amazon-Advertising-API-Scope": Fixtures.otherSetup.profileID])
      #expect(try foreign.json().elements.isEmpty)
    }
  }

  @Test func faultsAreReportedForEachElement() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let campaignID = try await makeDisplayCampaign(client)
      let campaigns = [
        Self.campaign(), Self.campaign(["name": #"" ""#]), Self.campaign(["name": #""A""#, "tactic": ""]),
        Self.campaign(["name": #""B""#, "startDate": #""20250531""#]),
        Self.campaign(["name": #""C""#, "endDate": #""2025-06-30""#]),
        Self.campaign(["name": #""D""#, "startDate": #""20250701""#, "endDate": #""20250630""#]),
      ]
      let refused = try await client.scoped(.post, "/sd/campaigns", body: "[\(campaigns.joined(separator: ","))]")
      for (index, text) in ["one like it", "blank", "tactic", "before today", "20250131", "after the end"].enumerated()
      {
        #expect(refused["\(index)", "code"] == .string("400"), "\(refused.body)")
        #expect(refused.text("\(index)", "description").contains(text), "\(index) \(refused.body)")
      }
      let adGroups = [
        Self.adGroup("1"), Self.adGroup("\(campaignID)", ["defaultBid": "0.01"]),
        Self.adGroup("\(campaignID)", ["state": #""ENABLED""#]),
      ]
      let wrong = try await client.scoped(.post, "/sd/adGroups", body: "[\(adGroups.joined(separator: ","))]")
      #expect(wrong["0", "code"] == .string("404"), "\(wrong.body)")
      #expect(wrong["1", "code"] == .string("400"))
      #expect(wrong["2", "code"] == .string("400"))
    }
  }

  // MARK: Sponsored Products

  @Test(arguments: Door.allCases)
  func adGroupsOfSponsoredProductsAreMadeAndListed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let campaign = try await client.scoped(
        .post, "/sp/campaigns",
        body: #"{"campaigns": [{"name": "P", "state": "ENABLED", "targetingType": "AUTO", "#
          + #""budget": {"budget": 5, "budgetType": "DAILY"}}]}"#)
      let campaignID = campaign.text("campaigns", "success", "0", "campaignId")
      let body =
        #"{"adGroups": [{"campaignId": "\#(campaignID)", "name": "One", "state": "ENABLED", "defaultBid": 0.5}, "#
        + #"{"campaignId": "1", "name": "Two", "state": "ENABLED", "defaultBid": 0.5}, "#
        + #"{"campaignId": "\#(campaignID)", "name": "One", "state": "ENABLED", "defaultBid": 0.5}]}"#
      let made = try await client.scoped(
        .post, "/sp/adGroups", body: body, headers: ["Accept": "application/vnd.spAdGroup.v3+json"])
      #expect(made.status == 207)
      #expect(made.headers[.contentType] == "application/vnd.spAdGroup.v3+json")
      let id = made.text("adGroups", "success", "0", "adGroupId")
      let errors = made["adGroups", "error"].elements.map { $0["errors"]["0"]["errorType"] }
      #expect(errors == [.string("parentEntityError"), .string("duplicateValueError")], "\(made.body)")
      let list = try await client.scoped(
        .post, "/sp/adGroups/list",
        body: #"{"campaignIdFilter": {"include": ["\#(campaignID)"]}, "includeExtendedDataFields": true}"#)
      #expect(list["totalResults"] == .integer(1))
      #expect(list.text("adGroups", "0", "adGroupId") == id)
      #expect(list.text("adGroups", "0", "extendedData", "servingStatus") == "AD_GROUP_STATUS_ENABLED")
      let filters: [(filter: String, count: Int)] = [
        (#""campaignTargetingTypeFilter": "AUTO""#, 1), (#""campaignTargetingTypeFilter": "MANUAL""#, 0),
        (#""nameFilter": {"include": ["on"]}"#, 1),
        (#""nameFilter": {"include": ["on"], "queryTermMatchType": "EXACT_MATCH"}"#, 0),
        (#""stateFilter": {"include": ["PAUSED"]}"#, 0), (#""adGroupIdFilter": {"include": ["\#(id)"]}"#, 1),
      ]
      for (filter, count) in filters {
        let found = try await client.scoped(.post, "/sp/adGroups/list", body: "{\(filter)}")
        #expect(found["adGroups"].elements.count == count, "\(filter) \(found.body)")
      }
      let changed = try await client.scoped(
        .put, "/sp/adGroups", body: #"{"adGroups": [{"adGroupId": "\#(id)", "state": "PAUSED"}]}"#,
        headers: ["Prefer": "return=representation"])
      #expect(changed.text("adGroups", "success", "0", "adGroup", "state") == "PAUSED", "\(changed.body)")
      let deleted = try await client.scoped(
        .post, "/sp/adGroups/delete", body: #"{"adGroupIdFilter": {"include": ["\#(id)", "1"]}}"#)
      #expect(deleted.text("adGroups", "success", "0", "adGroupId") == id)
      let missing = deleted["adGroups", "error", "0", "errors", "0", "errorValue", "entityNotFoundError"]
      #expect(missing["entityType"] == .string("AD_GROUP"))
      #expect(missing["entityId"] == .string("1"))
    }
  }

  // MARK: Amazon DSP

  private static let dspCampaign = """
    {"adProduct": "AMAZON_DSP", "name": "Spring", "state": "PAUSED",
     "flights": [{"startDateTime": "2025-06-02T00:00:00Z", "endDateTime": "2025-06-30T00:00:00Z",
       "budget": {"budgetType": "MONETARY",
         "budgetValue": {"monetaryBudgetValue": {"monetaryBudget": {"value": 100}}}}}],
     "optimizations": {"bidSettings": {"bidStrategy": "SPEND_BUDGET_IN_FULL"}, "goalSettings": {"kpi": "REACH"}}}
    """

  /// A line item belongs to a campaign that was made.
  @Test(arguments: Door.allCases)
  func aLineItemNamesACampaignThatWasMade(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let made = try await client.unified("/create/campaigns", body: #"{"campaigns": [\#(Self.dspCampaign)]}"#)
      #expect(made.status == 207)
      let campaign = made["success", "0", "campaign"]
      guard case .string(let id) = campaign["campaignId"] else {
        Issue.record("\(made.body)")
        return
      }
      #expect(campaign["startDateTime"] == .string("2025-06-02T00:00:00Z"))
      #expect(campaign["endDateTime"] == .string("2025-06-30T00:00:00Z"))
      #expect(campaign["optimizations"]["goalSettings"]["goal"] == .string("AWARENESS"))
      let budget = campaign["flights"]["0"]["budget"]["budgetValue"]["monetaryBudgetValue"]["monetaryBudget"]
      #expect(budget == .object(["value": .integer(100), "currencyCode": .string("USD")]))
      let lineItems = [LineItemAPITests.lineItem(["campaignId": "\"\(id)\""]), LineItemAPITests.lineItem()]
      let added = try await client.unified(
        "/create/adGroups", body: #"{"adGroups": [\#(lineItems.joined(separator: ","))]}"#)
      #expect(added.text("success", "0", "adGroup", "campaignId") == id, "\(added.body)")
      #expect(added.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
      #expect(added.text("error", "0", "errors", "0", "fieldLocation") == "adGroups[1].campaignId")
    }
  }

  @Test func campaignsOfTheDSPAreChangedAndListed() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let made = try await client.unified(
        "/create/campaigns", body: #"{"campaigns": [\#(Self.dspCampaign), \#(Self.dspCampaign)]}"#)
      let ids = made["success"].elements.compactMap { element -> String? in
        guard case .string(let id) = element["campaign"]["campaignId"] else { return nil }
        return id
      }
      #expect(ids.count == 2, "\(made.body)")
      let changed = try await client.unified(
        "/update/campaigns",
        body: #"{"campaigns": [{"campaignId": "\#(ids[0])", "state": "ENABLED", "#
          + #""optimizations": {"goalSettings": {"kpi": "ROAS"}}}, {"campaignId": "1"}]}"#)
      #expect(changed.text("success", "0", "campaign", "state") == "ENABLED", "\(changed.body)")
      let optimizations = changed["success", "0", "campaign", "optimizations"]
      #expect(optimizations["goalSettings"]["goal"] == .string("CONVERSIONS"))
      #expect(optimizations["bidSettings"]["bidStrategy"] == .string("SPEND_BUDGET_IN_FULL"))
      #expect(changed.text("error", "0", "errors", "0", "code") == "RESOURCE_ID_NOT_FOUND")
      let product = #""adProductFilter": {"include": ["AMAZON_DSP"]}"#
      let cases: [(filter: String, ids: [String])] = [
        ("", ids), (#", "stateFilter": {"include": ["ENABLED"]}"#, [ids[0]]),
        (#", "campaignIdFilter": {"include": ["\#(ids[1])"]}"#, [ids[1]]), (#", "maxResults": 1"#, [ids[0]]),
      ]
      for (filter, expected) in cases {
        let list = try await client.unified("/query/campaigns", body: "{\(product)\(filter)}")
        #expect(
          list["campaigns"].elements.map { $0["campaignId"] } == expected.map { .string($0) }, "\(filter) \(list.body)")
      }
      let first = try await client.unified("/query/campaigns", body: #"{\#(product), "maxResults": 1}"#)
      let rest = try await client.unified(
        "/query/campaigns", body: #"{\#(product), "maxResults": 1, "nextToken": "\#(first.text("nextToken"))"}"#)
      #expect(rest.text("campaigns", "0", "campaignId") == ids[1])
      #expect(try await client.unified("/query/campaigns", body: "{}").status == 400)
    }
  }

  // MARK: Accounts

  @Test(arguments: Door.allCases)
  func accountsAreListedWithTheirProfiles(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let list = try await client.send(.post, "/adsAccounts/list", body: "{}", headers: client.credentials)
      #expect(list.status == 200)
      #expect(list.headers[.contentType] == "application/vnd.listaccountsresource.v1+json")
      let account = list["adsAccounts", "0"]
      #expect(account["adsAccountId"] == .string(Fixtures.setup.accountID))
      #expect(account["accountName"] == .string("Adyton Demo"))
      #expect(account["countryCodes"] == .array([.string("US")]))
      #expect(account["status"] == .string("CREATED"))
      #expect(
        account["alternateIds"]["0"]
          == .object([
            "countryCode": .string("US"), "entityId": .string(Fixtures.setup.accountID),
            "profileId": .integer(3_312_345_678_901_234),
          ]))
      #expect(list["nextToken"] == .null)
      #expect(list["adsAccounts"].elements.count == 1)
      let wrong = try await client.send(
        .post, "/adsAccounts/list", body: #"{"maxResults": 101}"#, headers: client.credentials)
      #expect(wrong.status == 400)
      #expect(wrong.text("errors", "0", "errorCode") == "wrong_type")
    }
  }

  // MARK: Categories of audiences

  @Test func categoriesOfAudiencesAreBrowsed() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      for name in ["Cart", "Other"] { _ = try await server.makeAudience(client, name) }
      let path = "/audiences/taxonomy/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)"
      let main = try await client.activation(path, body: #"{"adType": "DSP"}"#)
      #expect(main.status == 200)
      #expect(
        main["categories"]
          == .array([
            .object(["category": .string("Advertiser audiences"), "audienceCount": .integer(0)]),
            .object(["category": .string("Custom-built"), "audienceCount": .integer(2)]),
          ]), "\(main.body)")
      let below = try await client.activation(path, body: #"{"adType": "DSP", "categoryPath": ["Custom-built"]}"#)
      #expect(below["categoryPath"] == .array([.string("Custom-built")]))
      #expect(
        below["categories"] == .array([.object(["category": .string("AMC"), "audienceCount": .integer(2)])]))
      let end = try await client.activation(
        path, body: #"{"adType": "DSP", "categoryPath": ["Custom-built", "AMC"]}"#)
      #expect(end["categories"] == .array([]))
      let abroad = try await client.activation(path, body: #"{"adType": "DSP", "countries": ["DE"]}"#)
      #expect(abroad["categories"] == .array([]))
      let first = try await client.activation(path + "&maxResults=1", body: "{}")
      let second = try await client.activation(
        path + "&maxResults=1&nextToken=\(first.text("nextToken"))", body: "{}")
      #expect(second.text("categories", "0", "category") == "Custom-built")
      #expect(second["nextToken"] == .null)
      #expect(try await client.activation("/audiences/taxonomy/list", body: "{}").status == 400)
    }
  }
}
