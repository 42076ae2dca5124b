import CleanRoom
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import Testing

/// AMC's Postman collection 1.6 (public repository `amzn/ads-advanced-tools-docs`), folder by folder. Bodies without a
/// language go out as `text/plain`; empty query values stay in the URL; only the reading of audiences asks for a media
/// type.
extension PublicClientTests {
  /// The collection, with the environment that its scripts fill.
  private struct Collection {
    let client: APIClient
    let headers: APIClient.Headers
    var root = ""

    func call(
      _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, type: String = "application/json",
      _ changes: APIClient.Headers = [:]
    ) async throws -> Answer {
      let typed = body == nil ? headers : headers.merging(["Content-Type": type]) { $1 }
      return try await client.send(method, path, body: body, headers: typed.merging(changes) { $1 })
    }

    /// Sends, and expects what the collection's scripts expect.
    func good(
      _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, type: String = "application/json",
      _ changes: APIClient.Headers = [:]
    ) async throws -> Answer {
      let answer = try await call(method, path, body, type: type, changes)
      #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.status) \(answer.body)")
      return answer
    }
  }

  /// The script that runs before each request. It keeps the refresh token of the answer, so there has to be one.
  private func collection(_ server: TestServer, _ client: APIClient) async throws -> Collection {
    let token = try await client.refreshedToken(
      server.credentials, order: ["grant_type", "client_id", "refresh_token", "client_secret"])
    #expect(token["expires_in"] == .integer(3600))
    #expect(token.text("refresh_token") == server.credentials.refreshToken)
    var usual: APIClient.Headers = [
      "Accept": "*/*", "User-Agent": "PostmanRuntime/7.43.0", "Cache-Control": "no-cache",
      "Postman-Collection": "Amazon-Ads-API-v1.6", "Amazon-Advertising-API-ClientId": server.credentials.clientID,
      "Authorization": "Bearer \(token.text("access_token"))",
    ]
    let accounts = try await client.send(.get, "/amc/accounts", headers: usual)
    usual["Amazon-Advertising-API-AdvertiserId"] = accounts.text("amcAccounts", "0", "accountId")
    usual["Amazon-Advertising-API-MarketplaceId"] = accounts.text("amcAccounts", "0", "marketplaceId")
    return Collection(client: client, headers: usual, root: "/amc/reporting/\(Fixtures.setup.instanceID)")
  }

  @Test func theAdministrationFolderOfPostmanWorks() async throws {
    let steps = try await AdministrationServer()
    try await steps.run(.live) { client in
      let collection = try await collection(steps.server, client)
      let created = try await collection.good(
        .post, "/amc/instances", "{\n   \"instanceName\": \"myfirstinstance\"\n}", type: "text/plain")
      let id = created.text("instance", "instanceId")
      await steps.server.jobs.waitUntilFinished(id)
      let list = try await collection.good(.get, "/amc/instances?nextToken=")
      #expect(list["instances"].elements.contains { $0["instanceId"] == .string(id) })
      _ = try await collection.good(.get, "/amc/instances/\(id)")
      let renamed = try await collection.good(
        .put, "/amc/instances/\(id)", #"{"instanceName":"myinstance", "advertiserName":"Advertiser B"}"#,
        type: "text/plain")
      #expect(renamed.status == 200)
      // Its bucket has a name that no bucket can have; the message says which field that is.
      let bucket = try await collection.call(
        .post, "/amc/instances/\(id)/updateCustomerAwsAccount",
        #"{"awsAccountId": "131469670754", "bucketName": "The-big--bucket"}"#)
      #expect(bucket.status == 400)
      #expect(bucket.body.contains("bucketName"), "\(bucket.body)")
      _ = try await collection.good(.get, "/amc/instances/\(id)/advertisers")
      let update = try await collection.good(
        .post, "/amc/instances/\(id)/advertisers/updates",
        #"{"advertisersToAdd": [{"id": "\#(Fixtures.setup.sponsoredAdsAdvertiserID)", "type":"SPONSORED_ADS", "#
          + #""marketplaceId":"ATVPDKIKX0DER"}], "advertisersToRemove": []}"#, type: "text/plain")
      #expect(update.status == 200)
      let updates = try await collection.good(.get, "/amc/instances/\(id)/advertisers/updates/")
      #expect(updates["advertiserUpdates"].elements.count == 1, "\(updates.body)")
      _ = try await collection.good(.delete, "/amc/instances/\(id)")
    }
  }

  @Test func theReportingFolderOfPostmanWorks() async throws {
    let server = try await PublicClientServer.make()
    try await server.run(.live) { client in
      let collection = try await collection(server, client)
      try await workflowsOfPostman(collection)
      try await schedulesOfPostman(collection)
      try await executionsOfPostman(collection, server)
      _ = try await collection.good(.delete, "\(collection.root)/workflows/my-first-workflow")
    }
  }

  private func workflowsOfPostman(_ collection: Collection) async throws {
    let workflows = "\(collection.root)/workflows"
    let workflow =
      #"{"workflowId": "my-first-workflow", "sqlQuery": "SELECT advertiser, campaign, sum(total_cost) as spend, "#
      + #"sum(impressions) as impressions, count(DISTINCT user_id) as reach FROM dsp_impressions "#
      + #"GROUP BY advertiser, campaign"}"#
    // The collection's own body goes on after its end. Nobody can say what that was to mean, so it is refused.
    let surplus = try await collection.call(
      .post, workflows, workflow + #", "timeWindowTimeZone": "UTC", "timeWindowType": "MOST_RECENT_WEEK"}"#)
    #expect(surplus.status == 400)
    _ = try await collection.good(.post, workflows, workflow)
    _ = try await collection.good(
      .post, workflows,
      #"{"workflowId": "my-first-workflow-with-custom-parameters", "sqlQuery": "SELECT campaign, SUM(IMPRESSIONS) "#
        + #"AS Impressions FROM sponsored_ads_traffic WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('sa_campaigns'), 'ALL') "#
        + #"OR ARRAY_CONTAINS(CUSTOM_PARAMETER('sa_campaigns'), campaign) GROUP BY 1", "inputParameters": ["#
        + #"{"name": "sa_campaigns", "dataType": {"elementDataType": "STRING", "type": "ARRAY"}, "#
        + #""column_type": "DIMENSION", "description": "Enter description", "defaultValue": ["ALL"]}]}"#)
    let list = try await collection.good(.get, "\(workflows)?nextToken=&limit=")
    #expect(list["workflows"].elements.count == 2)
    _ = try await collection.good(.get, "\(workflows)/my-first-workflow")
    _ = try await collection.good(
      .put, "\(workflows)/my-first-workflow",
      "{\r\n    \"workflowId\": \"my-first-workflow\",\r\n    \"sqlQuery\": \"SELECT campaign_id,SUM(impressions) AS "
        + "impressions FROM dsp_impressions GROUP by campaign_id\"\r\n}")
  }

  private func schedulesOfPostman(_ collection: Collection) async throws {
    let schedules = "\(collection.root)/schedules"
    _ = try await collection.good(
      .post, schedules,
      #"{"scheduleId": "my-first-schedule", "workflowId": "my-first-workflow", "aggregationHourUtc": 14, "#
        + #""aggregationPeriod": "Weekly", "aggregationStartDay": "Monday", "scheduleEnabled": true, "#
        + #""requireSyntheticData": true, "disableAggregationControls": true}"#)
    #expect(try await collection.good(.get, schedules)["schedules"].elements.count == 1)
    _ = try await collection.good(.get, "\(schedules)/my-first-schedule")
    _ = try await collection.good(
      .put, "\(schedules)/my-first-schedule",
      #"{"scheduleId": "my-first-schedule", "workflowId": "my-first-workflow", "aggregationHourUtc": 8, "#
        + #""aggregationPeriod": "Weekly", "aggregationStartDay": "Monday", "scheduleEnabled": true, "#
        + #""requireSyntheticData": true}"#)
    _ = try await collection.good(.delete, "\(schedules)/my-first-schedule")
  }

  private func executionsOfPostman(_ collection: Collection, _ server: TestServer) async throws {
    let executions = "\(collection.root)/workflowExecutions"
    // The instance is a sandbox; the collection is for any, and does not say so.
    let created = try await collection.good(
      .post, executions,
      #"{"workflowId":"my-first-workflow", "timeWindowStart": "2025-05-20T00:00:00", "#
        + #""timeWindowEnd": "2025-05-30T00:00:00", "timeWindowType": "EXPLICIT", "#
        + #""timeWindowTimeZone": "America/New_York", "requireSyntheticData": true}"#)
    let id = created.text("workflowExecutionId")
    let query = "minCreationTime=&maxCreationTime=&timeZone=&workflowId=my-first-workflow&includeWorkflow=false"
    let list = try await collection.good(.get, "\(executions)?\(query)")
    #expect(list["executions"].elements.count == 1)
    await server.jobs.waitUntilFinished(id)
    let status = try await collection.good(.get, "\(executions)/\(id)?includeWorkflow=false")
    #expect(status.text("status") == "SUCCEEDED", "\(status.body)")
    // It changes nothing about the execution that is known here, and leaves the status open.
    _ = try await collection.good(.put, "\(executions)/\(id)", #"{"disableAggregationControls": true}"#)
    let urls = try await collection.good(.get, "\(executions)/\(id)/downloadUrls")
    let lines = try await collection.client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
    #expect(lines == ["campaign_id,impressions", "7,390"])
  }

  @Test func theAudienceFolderOfPostmanWorks() async throws {
    let server = try await TestServer()
    try await server.run(.live) { client in
      let collection = try await collection(server, client)
      let headers: APIClient.Headers = [
        "Amazon-Advertising-API-AdvertiserId": nil, "Amazon-Advertising-API-MarketplaceId": nil,
        "Amazon-Advertising-API-EntityId": Fixtures.setup.accountID,
        "Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.setup.instanceID,
      ]
      let reading = headers.merging(["Accept": "application/vnd.amcquerybasedaudience.v1.2+json"]) { $1 }
      let created = try await collection.good(
        .post, "/amc/audiences/query",
        #"{"audienceName": "AudienceDemo", "audienceDescription": "Audience created for Audience Demo", "#
          + #""advertiserId": "\#(Fixtures.setup.displayAdvertiserID)", "advertiserType": "xxxxxx", "#
          + #""query": "SELECT user_id FROM amazon_attributed_events_by_conversion_time_for_audiences WHERE "#
          + #"conversion_event_subtype = 'shoppingCart'", "timeWindowStart": "2025-05-25T00:00:00Z", "#
          + #""timeWindowEnd": "2025-05-27T01:00:00Z", "refreshRateDays": 1, "timeWindowRelative": "TRUE"}"#, headers)
      let id = created.text("audienceExecutionId")
      await server.jobs.waitUntilFinished(id)
      let list = try await collection.good(.get, "/amc/audiences/query?maxResults=100&nextToken=", nil, reading)
      #expect(list.body.contains(id))
      let audience = try await collection.good(.get, "/amc/audiences/query/\(id)", nil, reading)
      #expect(audience.text("status") == "SUCCEEDED", "\(audience.body)")
      // The update is a place to write something into.
      let update = try await collection.call(.put, "/amc/audiences/query/\(id)", #"{"query": true}"#, headers)
      #expect(update.status == 400)
      let lookalike = try await collection.call(
        .post, "/amc/audiences/lookalike",
        #"{"audienceName": "NewName", "audienceDescription": "NEWNEW", "timeWindowStart": "2025-05-01T14:15:22Z", "#
          + #""timeWindowEnd": "2025-05-30T14:15:22Z", "query": "SELECT user_id FROM "#
          + #"sponsored_ads_traffic_for_audiences WHERE customer_search_term SIMILAR TO '(?i)chai'", "#
          + #""refreshRateDays": 7, "timeWindowRelative": "true", "#
          + #""advertiserId": "\#(Fixtures.setup.displayAdvertiserID)", "lookalikeAudienceExpectedReach": "SIMILAR"}"#,
        headers)
      #expect(lookalike.status == 200, "\(lookalike.body)")
      // AMC deletes audiences that failed; this one is in use.
      let deleted = try await collection.call(
        .delete, "/amc/audiences/query/\(id)", nil,
        headers.merging(["Accept": "application/vnd.amcquerybasedaudience.v1+json"]) { $1 })
      #expect(deleted.status == 400)
      #expect(deleted.text("details").contains("FAILED"), "\(deleted.body)")
    }
  }

  /// The folder of Sponsored Display: a campaign, an ad group and a target of an audience. The scripts keep the ids of
  /// the answers, and the next body names them as numbers.
  @Test func theDisplayFolderOfPostmanTargetsAnAudience() async throws {
    let server = try await TestServer()
    try await server.run(.live) { client in
      let collection = try await collection(server, client)
      let profiles = try await collection.good(.get, "/v2/profiles")
      #expect(profiles["0", "profileId"] != .null)
      let audience = try await server.makeSponsoredAudience(client)
      let scope: APIClient.Headers = [
        "Amazon-Advertising-API-AdvertiserId": nil, "Amazon-Advertising-API-MarketplaceId": nil,
        "Amazon-Advertising-API-Scope": Fixtures.setup.sponsoredAdsProfileID,
      ]
      let campaign = try await collection.good(
        .post, "/sd/campaigns",
        #"[{"name": "Off-Amazon-Test-4", "budgetType": "daily", "budget": "10.00", "startDate": "20250610", "#
          + #""endDate": "20250701", "costType": "cpc", "state": "paused", "tactic": "T00030"}]"#, scope)
      let campaignID = try campaign["0", "campaignId"].text
      let campaigns = try await collection.good(.get, "/sd/campaigns", nil, scope)
      #expect(try campaigns["0", "campaignId"].text == campaignID)
      let group = try await collection.good(
        .post, "/sd/adGroups",
        #"[{"name": "test-adgroup-1", "campaignId": \#(campaignID), "defaultBid": 1, "#
          + #""bidOptimization": "clicks", "state": "enabled", "creativeType": "IMAGE"}]"#, scope)
      let groupID = try group["0", "adGroupId"].text
      #expect(try await collection.good(.get, "/sd/adGroups", nil, scope)["0", "adGroupId"].text == groupID)
      let target = try await collection.good(
        .post, "/sd/targets",
        #"[{"expression": [{"type": "audience", "value": [{"type": "audienceSameAs", "#
          + #""value": "\#(audience.canonicalID)"}]}], "bid": "1.25", "adGroupId": \#(groupID), "#
          + #""expressionType": "manual", "state": "enabled"}]"#, scope)
      let targets = try await collection.good(.get, "/sd/targets", nil, scope)
      #expect(targets["0", "targetId"] == target["0", "targetId"], "\(target.body) \(targets.body)")
      _ = try await collection.good(
        .post, "/audiences/taxonomy/list", #"{"adType": "SD", "categoryPath": ["In-market"]}"#, scope)
      let found = try await collection.good(
        .post, "/audiences/list",
        #"{"adType": "SD", "filters": [{"field": "audienceName", "values": ["*"]}]}"#, scope)
      #expect(found.status == 200)
    }
  }
}
