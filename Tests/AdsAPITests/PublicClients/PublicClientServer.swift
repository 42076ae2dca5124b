import AdsAPI
import Base
import Catalog
import CleanRoom
import Foundation
import HTTPTypes
import Login
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// A server with the real engine over a few signals, for clients that go on to the downloaded result.
enum PublicClientServer {
  /// The number of users of each campaign.
  static let usersPerCampaign = ["alpha": 240, "beta": 150]

  /// The number of users of a campaign in the column that counts them: in threshold mode no more than its rows need.
  static func shownUserCount(of campaign: String) -> Int {
    TestServer.usualPrivacy.mode == .noise ? usersPerCampaign[campaign] ?? 0 : 2
  }

  static func make(_ options: TestServer.Options = TestServer.Options()) async throws -> TestServer {
    let now = Fixtures.now
    return try await TestServer(options) { folder, objects in
      let signals = SignalStore(storage: objects)
      let settings = EngineSettings(
        threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
      for instance in [Fixtures.setup.instanceID, Fixtures.otherSetup.instanceID] {
        try await load(folder, SignalLoader(store: signals, settings: settings), instance)
      }
      return EngineQueryService(
        engine: try DuckDBEngine(settings: settings), signals: signals, objects: objects,
        noise: AlmostNoNoise.noise(options.privacy), now: { now })
    }
  }

  private static func load(_ folder: TemporaryFolder, _ loader: SignalLoader, _ instance: String) async throws {
    let impressions = rows { "\($0),2025-05-28 12:00:00,2025-05-28,\($1),1,Outdoor,7" }
    try await load(
      ["user_id,impression_dt_utc,impression_date_utc,campaign,impressions,advertiser,campaign_id"] + impressions,
      "dsp_impressions", folder, loader, instance)
    let events = rows { "\($0),2025-05-28 12:00:00,2025-05-28 13:00:00,\($1),2" }
    try await load(
      ["user_id,traffic_event_dt_utc,conversion_event_dt_utc,campaign,total_purchases"] + events,
      "amazon_attributed_events_by_traffic_time", folder, loader, instance)
  }

  private static func rows(_ row: (String, String) -> String) -> [String] {
    usersPerCampaign.sorted { $0.key < $1.key }.flatMap { campaign, count in
      (0..<count).map { row("user-\($0)", campaign) }
    }
  }

  private static func load(
    _ lines: [String], _ table: String, _ folder: TemporaryFolder, _ loader: SignalLoader, _ instance: String
  ) async throws {
    let url = URL(filePath: folder.file("\(instance)-\(table).csv"))
    try Data(lines.joined(separator: "\n").utf8).write(to: url)
    let source = try #require(Catalogue.standard.dataSource(named: table))
    _ = try await loader.load(
      [LoadFile(url: url, displayName: url.lastPathComponent)], into: source, instanceID: instance)
  }
}

/// A form as `requests`, Postman and `URLSearchParams` write it.
func form(_ fields: [(String, String)]) -> String {
  var kept = CharacterSet.alphanumerics
  kept.insert(charactersIn: "-._")
  return fields.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: kept) ?? "")" }
    .joined(separator: "&")
}

extension APIClient {
  /// Reads the file of a download URL as such a client does: without a token, and without any header of the API.
  func download(_ address: String) async throws -> Answer {
    let url = try #require(URL(string: address), "\(address)")
    return try await send(.get, "\(url.path())?\(url.query() ?? "")", headers: ["Accept": "*/*"])
  }

  /// The access token of a refresh token, asked for with a form.
  func refreshedToken(
    _ credentials: ClientCredentials, order: [String], headers: Headers = [:]
  ) async throws -> Answer {
    let values = [
      "grant_type": "refresh_token", "refresh_token": credentials.refreshToken, "client_id": credentials.clientID,
      "client_secret": credentials.clientSecret,
    ]
    let usual: Headers = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"]
    return try await send(
      .post, "/auth/o2/token", body: form(order.map { ($0, values[$0] ?? "") }),
      headers: usual.merging(headers) { $1 })
  }
}
