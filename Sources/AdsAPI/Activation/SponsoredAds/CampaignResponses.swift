import Activation
import CleanRoom
import Foundation
import Metadata

/// What operations on campaigns are answered with, as the published OpenAPI files have it.
enum CampaignResponses {
  /// What became of each element of a request.
  ///
  /// - Parameters:
  ///   - ids: The campaigns that elements name, in their order; empty where they name none.
  ///   - list: The path of the list in the request.
  ///   - showsCampaigns: Whether the campaigns are told that were done, or their ids alone.
  static func multiStatus(
    _ outcomes: [CampaignService.Outcome], ids: [String], list: String, of program: CampaignProgram,
    showsCampaigns: Bool
  ) throws -> JSONValue {
    var done: [JSONValue] = []
    var failed: [JSONValue] = []
    for (index, outcome) in outcomes.enumerated() {
      let number = JSONValue.integer(Int64(index))
      switch outcome {
      case .success(let campaign):
        var element = ["index": number, "campaignId": JSONValue.string(campaign.id)]
        if showsCampaigns { element["campaign"] = try self.campaign(campaign) }
        done.append(.object(element))
      case .failure(let failure):
        let entityID = ids.indices.contains(index) ? ids[index] : ""
        let errors = failure.problems.map {
          CampaignProblem($0, program.program, entityID: entityID).error($0, list: list)
        }
        failed.append(.object(["index": number, "errors": .array(errors)]))
      }
    }
    var lists: [String: JSONValue] = [:]
    if !done.isEmpty || !program.leavesOutEmptyLists { lists["success"] = .array(done) }
    if !failed.isEmpty || !program.leavesOutEmptyLists { lists["error"] = .array(failed) }
    return .object(["campaigns": .object(lists)])
  }

  /// A campaign: what its client said, and what the server adds.
  static func campaign(_ campaign: CampaignRecord, isExtended: Bool = false) throws -> JSONValue {
    var members = try campaign.members()
    members["campaignId"] = .string(campaign.id)
    members["state"] = .string(campaign.state.rawValue)
    if isExtended { members["extendedData"] = extendedData(of: campaign) }
    return .object(members)
  }

  private static func extendedData(of campaign: CampaignRecord) -> JSONValue {
    let status: JSONValue =
      switch campaign.state {
      case .enabled: .string("CAMPAIGN_STATUS_ENABLED")
      case .paused: .string("CAMPAIGN_PAUSED")
      case .proposed: .string("PENDING_REVIEW")
      case .archived: .string("CAMPAIGN_ARCHIVED")
      }
    switch campaign.program {
    case .sponsoredProducts:
      return .object([
        "servingStatus": status, "creationDateTime": .string(Timestamp.text(of: campaign.createdAt)),
        "lastUpdateDateTime": .string(Timestamp.text(of: campaign.updatedAt)),
      ])
    case .sponsoredBrands:
      return .object([
        "servingStatus": status, "creationDate": .integer(milliseconds(campaign.createdAt)),
        "lastUpdateDate": .integer(milliseconds(campaign.updatedAt)),
      ])
    }
  }

  private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }
}
