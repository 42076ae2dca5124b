import Foundation
import HTTPTypes
import Login
import ServerTestSupport
import Testing

/// The requests of an Airbyte source for Amazon Ads: profiles with a list of types, then each stream for each profile.
/// It pages by offset where answers are lists, and by token where they are objects.
extension PublicClientTests {
  @Test func theAirbyteSourceReadsItsStreams() async throws {
    let server = try await TestServer()
    try await server.run(.live) { client in
      let token = try await client.refreshedToken(
        server.credentials, order: ["grant_type", "client_id", "client_secret", "refresh_token"])
      let usual: APIClient.Headers = [
        "Accept": "*/*", "Amazon-Advertising-API-ClientId": server.credentials.clientID,
        "Authorization": "Bearer \(token.text("access_token"))",
      ]
      let profiles = try await client.send(
        .get, "/v2/profiles?profileTypeFilter=seller,vendor", headers: usual)
      #expect(profiles.status == 200, "\(profiles.body)")
      let ids = try profiles.json().elements.map { try $0["profileId"].text }
      #expect(ids.contains(Fixtures.setup.sponsoredAdsProfileID ?? ""))
      for id in ids {
        let scope = usual.merging(["Amazon-Advertising-API-Scope": id]) { $1 }
        let lists = [
          "/sd/campaigns?stateFilter=enabled,paused,archived&count=100", "/sd/adGroups?count=100",
          "/sd/targets?count=100",
        ]
        for path in lists {
          let answer = try await client.send(.get, path, headers: scope)
          #expect(answer.status == 200, "\(path) \(answer.body)")
          #expect(try answer.json() == .array([]), "\(answer.body)")
        }
        for (path, media, records) in Self.streams {
          let answer = try await client.send(
            .post, path, body: #"{"maxResults": 100}"#,
            headers: scope.merging(["Accept": media, "Content-Type": media]) { $1 })
          #expect(answer.status == 200, "\(path) \(answer.body)")
          #expect(answer[records] == .array([]), "\(answer.body)")
          // There is no next page, and no token that could be taken for one.
          #expect(answer["nextToken"] == .null || answer["nextToken"] == .string(""))
        }
      }
    }
  }

  /// Path, media type, and the member with the records.
  private static let streams = [
    ("/sb/v4/campaigns/list", "application/vnd.sbcampaignresource.v4+json", "campaigns"),
    ("/sp/campaigns/list", "application/vnd.spCampaign.v3+json", "campaigns"),
    ("/sp/adGroups/list", "application/vnd.spAdGroup.v3+json", "adGroups"),
  ]
}
