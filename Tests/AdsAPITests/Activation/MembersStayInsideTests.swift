import Catalog
import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import TestSupport
import Testing
import Warehouse

@testable import AdsAPI

/// An activation sees an audience's id and size, and never a member: with the real engine and real members.
@Suite(.hangLimit)
struct MembersStayInsideTests {
  private static let userCount = 40

  private struct Setting {
    let server: TestServer
    let settings: EngineSettings
    let objects: any ObjectStorage
  }

  private func setting() async throws -> Setting {
    var options = TestServer.Options()
    options.settings.minimumAudienceSize = 10
    options.settings.audienceCountRounding = 10
    let now = Fixtures.now
    let made = SettingBox()
    let server = try await TestServer(options) { folder, objects in
      let signals = SignalStore(storage: objects)
      let settings = EngineSettings(
        threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
      for (table, time) in [("dsp_impressions", "impression_dt_utc"), ("sponsored_ads_traffic", "event_dt_utc")] {
        let lines = (0..<Self.userCount).map { "user-\($0),2025-05-26 12:00:00,spring" }
        let url = URL(filePath: folder.file("\(table).csv"))
        try Data((["user_id,\(time),campaign"] + lines).joined(separator: "\n").utf8).write(to: url)
        let source = try #require(Catalogue.standard.dataSource(named: table))
        _ = try await SignalLoader(store: signals, settings: settings).load(
          [LoadFile(url: url, displayName: table)], into: source, instanceID: Fixtures.setup.instanceID)
      }
      made.objects = objects
      made.settings = settings
      return EngineQueryService(
        engine: try DuckDBEngine(settings: settings), signals: signals, objects: objects, now: { now })
    }
    return Setting(
      server: server, settings: try #require(made.settings), objects: try #require(made.objects))
  }

  /// The parts that are made while the server is.
  private final class SettingBox: @unchecked Sendable {
    var objects: (any ObjectStorage)?
    var settings: EngineSettings?
  }

  /// Makes an audience of all users and returns its id in the account, and the keys of its members.
  private func audience(
    _ setting: Setting, _ client: APIClient, table: String, advertiserID: String
  ) async throws -> (canonicalID: String, keys: [String]) {
    let id = try await client.createAudience([
      "query": "\"SELECT user_id FROM \(table)_for_audiences\"", "advertiserId": "\"\(advertiserID)\"",
      "audienceName": "\"\(table)\"",
    ])
    await setting.server.jobs.waitUntilFinished(id)
    let shown = try await client.audiences(.get, "/\(id)")
    try #require(shown.text("status") == "SUCCEEDED", "\(shown.body)")
    let record = try #require(
      try await setting.server.components.store.read { try $0.find(AudienceRecord.self, id: id) })
    let prefix = try #require(record.membersPrefix)
    let location = try await setting.objects.engineLocation(of: try ObjectKey("\(prefix)/members.parquet"))
    let keys = try await TrustedSession.with(setting.settings, files: [location]) { session in
      try await session.rows("SELECT CAST(user_id AS VARCHAR) FROM read_parquet('\(location.path)')")
        .compactMap { $0.first?.text }
    }
    #expect(keys.count == Self.userCount)
    return (shown.text("dspCanonicalId"), keys)
  }

  @Test func noResponseContainsAMember() async throws {
    let setting = try await setting()
    try await setting.server.makeEntities(.dspCampaign, "581")
    try await setting.server.makeEntities(.displayAdGroup, "1")
    try await setting.server.run(.router) { client in
      let dsp = try await audience(
        setting, client, table: "dsp_impressions", advertiserID: Fixtures.setup.displayAdvertiserID)
      let sponsored = try await audience(
        setting, client, table: "sponsored_ads_traffic", advertiserID: Fixtures.setup.sponsoredAdsAdvertiserID)
      let answers = try await everyAnswer(client, dsp.canonicalID, sponsored.canonicalID)
      let all = answers.map(\.body).joined(separator: "\n")
      // The audiences are there, with their sizes.
      #expect(all.contains(dsp.canonicalID) && all.contains(sponsored.canonicalID))
      #expect(all.contains("\"lowerBoundInclusive\":40"))
      for key in Set(dsp.keys + sponsored.keys) { #expect(!all.contains(key)) }
      for user in 0..<Self.userCount { #expect(!all.contains("user-\(user)")) }
      // No path leads to the object storage either.
      for path in ["/audiences/\(dsp.canonicalID)/members", "/audiences/list/members", "/objects/members.parquet"] {
        #expect(try await client.scoped(.get, path).status == 404, "\(path)")
      }
      let routes = setting.server.components.answeredRoutes
      #expect(!routes.contains { $0.lowercased().contains("member") })
      #expect(!routes.contains { $0.lowercased().contains("destination") })
    }
  }

  /// The responses of each operation of an advertiser account about the two audiences.
  private func everyAnswer(
    _ client: APIClient, _ dspID: String, _ sponsoredID: String
  ) async throws -> [Answer] {
    let lineItem = try await client.unified(
      "/create/adGroups", body: #"{"adGroups": [\#(LineItemAPITests.lineItem())]}"#)
    let lineItemID = lineItem.text("success", "0", "adGroup", "adGroupId")
    let product = #"{"adProductFilter": {"include": ["AMAZON_DSP"]}}"#
    let products = CampaignAPITests.products
    let brands = CampaignAPITests.brands
    let target = #"[{"type": "audience", "value": [{"type": "audienceSameAs", "value": "\#(sponsoredID)"}]}]"#
    return [
      lineItem,
      try await client.activation("/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)", body: "{}"),
      try await client.scoped(.get, "/v2/profiles"), try await client.scoped(.get, "/dsp/advertisers"),
      try await client.unified(
        "/create/targets", body: #"{"targets": [\#(LineItemAPITests.target(lineItemID, dspID))]}"#),
      try await client.unified("/query/adGroups", body: product),
      try await client.unified("/query/targets", body: product),
      try await client.scoped(.post, "/targetableEntities/list", body: #"{"adProduct": "SPONSORED_PRODUCTS"}"#),
      try await client.scoped(.post, products.path, body: #"{"campaigns": [\#(products.bidding(sponsoredID))]}"#),
      try await client.scoped(.post, "/sp/campaigns/list", body: #"{"includeExtendedDataFields": true}"#),
      try await client.scoped(.post, brands.path, body: #"{"campaigns": [\#(brands.bidding(sponsoredID))]}"#),
      try await client.scoped(.post, "/sb/v4/campaigns/list", body: #"{"includeExtendedDataFields": true}"#),
      try await client.scoped(
        .post, "/sd/targets",
        body: #"[{"adGroupId": 1, "expressionType": "manual", "state": "enabled", "expression": \#(target)}]"#),
      try await client.scoped(.get, "/sd/targets/extended"),
    ]
  }
}
