import Base
import CleanRoom
import Foundation
import Sandbox

/// The chapters on what becomes of an audience: a week passes and it is refreshed, more people like its members are
/// found, and a campaign bids for them.
extension DemoStory {
  private static let secondsPerWeek = 7 * 86_400
  /// Who the lookalikes are to be like: people who took to one product.
  private static let seedQuery =
    "SELECT user_id FROM conversions_for_audiences WHERE tracked_item = '\(GroundTruth.admiredASIN)'"
  private static let audienceCategory = ["Audience Category", "Custom-built", "AMC"]

  // MARK: A week passes

  /// Moves the server's clock, and waits until the audience has the members of a week later.
  mutating func refresh(_ audience: DemoClient.Response) async throws {
    let path = "/amc/audiences/query/\(audience.text("audienceExecutionId") ?? "")"
    let body = try JSONValue.object(["advanceSeconds": .integer(Int64(Self.secondsPerWeek))]).text
    show("POST /adyton/clock", body, try await client.account("POST", "/adyton/clock", body: body))
    let refused = try await client.audiences("GET", path)
    show("GET \(path)", nil, refused)
    guard refused.status == 401 else { throw Failure(description: "An access token outlived its hour.") }
    Output.line("\nThe access token has expired meanwhile; the client gets a new one.")
    client.token = try await client.token().text("access_token") ?? ""

    let first = audience.text("lastRefreshedTime")
    let refreshed = try await poll("refresh") {
      let response = try await client.audiences("GET", path)
      return (response, response.text("lastRefreshedTime") == first ? "RUNNING" : response.text("status") ?? "")
    }
    show("GET \(path)", nil, refreshed)
    guard let before = audience.text("timeWindowStart"), let after = refreshed.text("timeWindowStart"), before != after
    else { throw Failure(description: "The time window did not move.") }
    Output.line("\nThe query ran again, its time window moved by a week: it began \(before), now \(after).")
  }

  // MARK: Lookalikes

  /// An audience of people like those who took to a product, for the account of the sponsored ads.
  func findLookalikes() async throws -> DemoClient.Response {
    let path = "/amc/audiences/lookalike"
    let body = try JSONValue.object([
      "audienceName": .string("Like those who took to it"),
      "advertiserId": .string(client.setup.sponsoredAdsAdvertiserID),
      "query": .string(Self.seedQuery), "timeWindowStart": .string(Self.utc(window.start)),
      "timeWindowEnd": .string(Self.utc(window.end)), "refreshRateDays": .integer(7),
      "lookalikeAudienceExpectedReach": .string("MOST_SIMILAR"),
    ]).text
    let created = try await client.audiences("POST", path, body: body)
    show("POST \(path)", body, created)
    return try await finished(created)
  }

  // MARK: A campaign

  /// Finds the audience as sponsored ads see it, and has a campaign bid more for its members.
  func bid(for audience: DemoClient.Response) async throws {
    let name = "AMC \(audience.text("audienceName") ?? "")"
    let profileID = try await sponsoredAdsProfile()
    let query = try JSONValue.object([
      "adProduct": .string("SPONSORED_PRODUCTS"), "targetTypeFilter": .array([.string("AUDIENCE")]),
      "pathsFilter": .array([.array(Self.audienceCategory.map { .string($0) })]), "maxResults": .integer(10),
    ]).text
    let found = try await client.activation("/targetableEntities/list", body: query, profileID: profileID)
    show("POST /targetableEntities/list", query, found)
    guard found.text("targetableEntities", "0", "audienceResolved") == name,
      let id = found.text("targetableEntities", "0", "audienceId")
    else { throw Failure(description: "The advertiser account does not list the lookalike audience.") }

    let body = try Self.campaign(biddingFor: id, startDate: window.end.addingTimeInterval(Double(Self.secondsPerWeek)))
    let mediaType = "application/vnd.spCampaign.v3+json"
    let created = try await client.activation(
      "/sp/campaigns", body: body, profileID: profileID, mediaType: mediaType)
    show("POST /sp/campaigns", body, created)
    guard created.text("campaigns", "success", "0", "campaignId") != nil else {
      throw Failure(description: "The campaign was not accepted.")
    }
    let list = try await client.activation(
      "/sp/campaigns/list", body: "{}", profileID: profileID, mediaType: mediaType)
    show("POST /sp/campaigns/list", "{}", list)
  }

  private func sponsoredAdsProfile() async throws -> String {
    let profiles = try await client.account("GET", "/v2/profiles")
    show("GET /v2/profiles", nil, profiles)
    guard case .array(let elements)? = profiles.json,
      let profile = elements.first(where: { element in
        DemoClient.Response(status: 200, text: "", json: element).text("accountInfo", "id")
          == client.setup.sponsoredAdsAdvertiserID
      }),
      let id = DemoClient.Response(status: 200, text: "", json: profile).number("profileId")
    else { throw Failure(description: "There is no profile of the sponsored ads account.") }
    return String(id)
  }

  private static func campaign(biddingFor audienceID: String, startDate: Date) throws -> String {
    let segment = JSONValue.object([
      "audienceId": .string(audienceID), "audienceSegmentType": .string("SPONSORED_ADS_AMC"),
    ])
    let cohort = JSONValue.object([
      "shopperCohortType": .string("AUDIENCE_SEGMENT"), "percentage": .integer(50),
      "audienceSegments": .array([segment]),
    ])
    let campaign = JSONValue.object([
      "name": .string("Autumn, more for people like those who took to it"), "state": .string("ENABLED"),
      "targetingType": .string("AUTO"), "startDate": .string(startDate.formatted(.iso8601.year().month().day())),
      "budget": .object(["budget": .integer(100), "budgetType": .string("DAILY")]),
      "dynamicBidding": .object([
        "strategy": .string("LEGACY_FOR_SALES"), "shopperCohortBidding": .array([cohort]),
      ]),
    ])
    return try JSONValue.object(["campaigns": .array([campaign])]).text
  }
}
