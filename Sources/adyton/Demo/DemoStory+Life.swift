import Base
import CleanRoom
import Foundation
import Sandbox

/// The chapters on the life of an audience: a week passes and it is refreshed, more people like its members are found,
/// and a campaign bids for them.
extension DemoStory {
  private static let secondsPerWeek = 7 * 86_400
  /// The seed of the lookalikes: people who bought one product.
  private static let seedQuery =
    "SELECT user_id FROM conversions_for_audiences WHERE tracked_item = '\(GroundTruth.admiredASIN)'"
  private static let audienceCategory = ["Audience Category", "Custom-built", "AMC"]

  // MARK: A week passes

  /// Moves the server's clock, and waits until the audience has the members of a week later.
  mutating func refresh(_ audience: DemoClient.Response) async throws {
    let path = "/amc/audiences/query/\(audience.text("audienceExecutionId") ?? "")"
    _ = try await request("POST", "/adyton/clock", ["advanceSeconds": Self.secondsPerWeek])
    let refused = try await request("GET", path, for: .audiences)
    guard refused.status == 401 else { throw Failure(description: "An access token was valid for more than an hour.") }
    Output.line("\nThe access token has expired; the client gets a new one.")
    client.token = try await client.token().text("access_token") ?? ""

    let first = audience.text("lastRefreshedTime")
    let refreshed = try await finish("refresh", path, for: .audiences) { response in
      response.text("lastRefreshedTime") == first ? "RUNNING" : response.text("status")
    }
    guard let before = audience.text("timeWindowStart"), let after = refreshed.text("timeWindowStart"), before != after
    else { throw Failure(description: "The time window did not move.") }
    Output.line("\nThe query ran again, its time window moved by a week: it began \(before), now \(after).")
  }

  // MARK: Lookalikes

  /// An audience of people like those who took to a product, for the account of the sponsored ads.
  func findLookalikes() async throws -> DemoClient.Response {
    let created = try await request(
      "POST", "/amc/audiences/lookalike",
      [
        "audienceName": "Like those who took to it", "advertiserId": client.setup.sponsoredAdsAdvertiserID,
        "query": Self.seedQuery, "timeWindowStart": Self.utc(window.start), "timeWindowEnd": Self.utc(window.end),
        "refreshRateDays": 7, "lookalikeAudienceExpectedReach": "MOST_SIMILAR",
      ], for: .audiences)
    return try await finished(created)
  }

  // MARK: A campaign

  /// Finds the audience as sponsored ads see it, and has a campaign bid more for its members.
  func bid(for audience: DemoClient.Response) async throws {
    let name = "AMC \(audience.text("audienceName") ?? "")"
    let profileID = try await sponsoredAdsProfile()
    let found = try await request(
      "POST", "/targetableEntities/list",
      [
        "adProduct": "SPONSORED_PRODUCTS", "targetTypeFilter": ["AUDIENCE"], "pathsFilter": [Self.audienceCategory],
        "maxResults": 10,
      ], for: .profile(id: profileID))
    guard found.text("targetableEntities", "0", "audienceResolved") == name,
      let id = found.text("targetableEntities", "0", "audienceId")
    else { throw Failure(description: "The advertiser account does not list the lookalike audience.") }

    let campaigns = DemoClient.Subject.profile(id: profileID, mediaType: "application/vnd.spCampaign.v3+json")
    let start = window.end.addingTimeInterval(Double(Self.secondsPerWeek))
    let created = try await request(
      "POST", "/sp/campaigns", ["campaigns": [Self.campaign(biddingFor: id, startDate: start)]], for: campaigns)
    guard created.text("campaigns", "success", "0", "campaignId") != nil else {
      throw Failure(description: "The campaign was not accepted.")
    }
    _ = try await request("POST", "/sp/campaigns/list", [:], for: campaigns)
  }

  private func sponsoredAdsProfile() async throws -> String {
    let profiles = try await request("GET", "/v2/profiles")
    guard case .array(let elements)? = profiles.json,
      let profile = elements.first(where: { element in
        DemoClient.Response(status: 200, text: "", json: element).text("accountInfo", "id")
          == client.setup.sponsoredAdsAdvertiserID
      }),
      let id = DemoClient.Response(status: 200, text: "", json: profile).number("profileId")
    else { throw Failure(description: "There is no profile of the sponsored ads account.") }
    return String(id)
  }

  private static func campaign(biddingFor audienceID: String, startDate: Date) -> JSONObject {
    let segment = ["audienceId": audienceID, "audienceSegmentType": "SPONSORED_ADS_AMC"]
    let cohort: JSONObject = [
      "shopperCohortType": "AUDIENCE_SEGMENT", "percentage": 50, "audienceSegments": [segment],
    ]
    return [
      "name": "Autumn, more for people like those who took to it", "state": "ENABLED", "targetingType": "AUTO",
      "startDate": startDate.formatted(.iso8601.year().month().day()),
      "budget": ["budget": 100, "budgetType": "DAILY"] as JSONObject,
      "dynamicBidding": ["strategy": "LEGACY_FOR_SALES", "shopperCohortBidding": [cohort]] as JSONObject,
    ]
  }
}
