import Base
import CleanRoom
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import Testing

/// The requests of Segment's destination `amazon-amc`: a form with an empty `Authorization`, ids as bare numbers that
/// it finds with a regular expression, no `Accept` of the API, and consent inside of `userConsent`.
extension PublicClientTests {
  private static let mediaType = "application/vnd.amcaudiences.v1+json"

  private static func person(_ number: Int, _ action: String, _ consent: String) -> String {
    let email = AudienceServer.hash("person-\(number)")
    return #"{"externalUserId":"user_\#(number)","countryCode":"DE","action":"\#(action)","#
      + #""hashedPII":[{"firstname":"\#(AudienceServer.hash("ada"))","email":"\#(email)"}],"userConsent":\#(consent)}"#
  }

  @Test func theAudienceOfSegmentHasItsMembers() async throws {
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
      try await synchronise(steps, client, String(id), typed)
    }
  }

  /// One event by itself, then a batch in which one person leaves, one denies and one sends no consent at all.
  private func synchronise(
    _ steps: AudienceServer, _ client: APIClient, _ id: String, _ headers: APIClient.Headers
  ) async throws {
    let geo = #""geo":{"ipAddress":"192.0.2.7","countryCode":"DE"}"#
    let granted =
      #"{\#(geo),"consent":{"amzn":{"amznAdStorage":"GRANTED","amznUserData":"GRANTED"}}}"#
    let denied = #"{\#(geo),"consent":{"amzn":{"amznAdStorage":"GRANTED","amznUserData":"DENIED"}}}"#
    let single = try await client.send(
      .post, AudienceServer.records,
      body: #"{"records":[\#(Self.person(1, "CREATE", granted))],"audienceId":\#(id)}"#, headers: headers)
    #expect(!single.text("jobRequestId").isEmpty, "\(single.body)")
    let people = [
      Self.person(1, "DELETE", granted), Self.person(2, "CREATE", granted), Self.person(3, "CREATE", granted),
      Self.person(4, "CREATE", denied), Self.person(5, "CREATE", #"{"geo":{"countryCode":"DE"}}"#),
    ]
    let batch = try await client.send(
      .post, AudienceServer.records, body: #"{"audienceId":\#(id),"records":[\#(people.joined(separator: ","))]}"#,
      headers: headers)
    #expect((200..<300).contains(batch.status), "\(batch.body)")
    for job in [single, batch] { _ = try await steps.finished(client, job.text("jobRequestId")) }
    let outcome = try await client.send(
      .get, "\(AudienceServer.records)/\(batch.text("jobRequestId"))", headers: headers)
    #expect(outcome.text("jobState") == "SUCCEEDED", "\(outcome.body)")
    // Who denied consent stays out. A record without any is accepted until AMC makes consent mandatory.
    let leftOut = outcome["invalidRecords"].elements.map { $0["externalId"] }
    #expect(leftOut == [.string("user_4")], "\(outcome.body)")
    let size = try await client.send(.get, "\(AudienceServer.metadata)/\(id)", headers: headers)
    // In noise mode a size is told once a day, so that it may be that of the first event.
    let told: [JSONValue] = TestServer.usualPrivacy == .threshold ? [.integer(3)] : [.integer(1), .integer(3)]
    #expect(told.contains(size["metadata", "audienceSize", "dspAudienceSize"]), "\(size.body)")
  }
}
