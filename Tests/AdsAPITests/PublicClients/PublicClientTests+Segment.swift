import CleanRoom
import Foundation
import HTTPTypes
import Login
import ServerTestSupport
import Testing

/// The requests of Segment's destination `amazon-amc`: a form with an empty `Authorization`, ids as bare numbers that
/// it finds with a regular expression, and no `Accept` of the API.
extension PublicClientTests {
  private static let mediaType = "application/vnd.amcaudiences.v1+json"

  @Test func theConnectionOfSegmentIsTestedAndItsAudienceMade() async throws {
    let steps = try await AudienceServer(minimumAudienceSize: 1)
    try await steps.run(.live) { client in
      let credentials = steps.server.otherCredentials
      let token = try await client.refreshedToken(
        credentials, order: ["refresh_token", "client_id", "client_secret", "grant_type"],
        headers: ["authorization": "", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"])
      try #require(token.status == 200, "\(token.body)")
      let usual: APIClient.Headers = [
        "authorization": "Bearer \(token.text("access_token"))", "Accept": "*/*",
        "Amazon-Advertising-API-ClientID": credentials.clientID,
      ]
      let typed = usual.merging(["Content-Type": Self.mediaType]) { $1 }
      // Its connection test.
      let profiles = try await client.send(
        .get, "/v2/profiles", headers: usual.merging(["Content-Type": "application/json"]) { $1 })
      #expect(profiles.status == 200, "\(profiles.body)")
      let created = try await client.send(
        .post, "/amc/audiences/metadata",
        body: #"{"name":"Cart leavers","description":"From Segment","targetResource":{"advertiserId":"#
          + Fixtures.otherSetup.displayAdvertiserID
          + #"},"metadata":{"externalAudienceId":"segment-1","ttl":86400,"audienceFees":[{"currency":"EUR","#
          + #""cpmCents":120}]},"countryCode":"DE"}"#, headers: typed)
      let id = try #require(created.body.firstMatch(of: #/"audienceId":(\d+)/#), "\(created.body)").1
      let shown = try await client.send(.get, "/amc/audiences/metadata/\(id)", headers: usual)
      #expect(shown.body.firstMatch(of: #/"audienceId":(\d+)/#)?.1 == id)
    }
  }
}
