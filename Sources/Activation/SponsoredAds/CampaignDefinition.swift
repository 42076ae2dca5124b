import Base
import CleanRoom
import Metadata

/// A campaign as its client has described it, in a shape that was checked.
struct CampaignDefinition: Sendable {
  let program: CampaignRecord.Program
  var members: [String: JSONValue]

  /// Where bids are adjusted: the names of the object, and of the list for audiences in it.
  private var bidding: (object: String, audiences: String) {
    switch program {
    case .sponsoredProducts: ("dynamicBidding", "shopperCohortBidding")
    case .sponsoredBrands: ("bidding", "shopperCohortBidAdjustments")
    }
  }

  /// Adds what a campaign has whose client says nothing about it. Source: the descriptions of `dynamicBidding` and `startDate`.
  mutating func complete(today: String) {
    members["startDate"] = members["startDate"] ?? .string(today)
    if program == .sponsoredProducts {
      members["dynamicBidding"] = members["dynamicBidding"] ?? .object(["strategy": .string("LEGACY_FOR_SALES")])
    }
  }

  /// The campaign with another description laid over it: members of objects one by one, everything else as a whole.
  func updated(with changes: [String: JSONValue]) -> CampaignDefinition {
    var result = self
    for (name, value) in changes {
      if case .object(let new) = value, case .object(let old)? = members[name], name != "tags" {
        result.members[name] = .object(old.merging(new) { $1 })
      } else {
        result.members[name] = value
      }
    }
    return result
  }

  /// The audience that bids are raised for, or nil.
  var audienceID: String? {
    guard let adjustment = adjustments.first, let segment = adjustment.objectMembers["audienceSegments"] else {
      return nil
    }
    return segment.arrayElements.first?.objectMembers["audienceId"]?.string
  }

  private var adjustments: [JSONValue] {
    members[bidding.object]?.objectMembers[bidding.audiences]?.arrayElements ?? []
  }

  var name: String { members["name"]?.string ?? "" }
  var state: CampaignRecord.State { members["state"]?.string.flatMap(CampaignRecord.State.init) ?? .paused }
  private var startDate: String? { members["startDate"]?.string }
  private var endDate: String? { members["endDate"]?.string }

  /// What is wrong beyond the shape, without a look at anything else.
  ///
  /// - Parameters:
  ///   - given: What the client has just said: only that can be too late.
  ///   - today: The day of the marketplace.
  func problems(given: [String: JSONValue], today: String, at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    func found(_ reason: FieldError.Reason, _ name: String) {
      problems.append(FieldError(reason, at: "\(path).\(name)"))
    }
    if name.allSatisfy(\.isWhitespace) { found(.blank, "name") }
    if let start = given["startDate"]?.string, start < today { found(.startInPast, "startDate") }
    if let end = given["endDate"]?.string, end < today { found(.endInPast, "endDate") }
    if let startDate, let endDate, startDate > endDate { found(.startAfterEnd, "endDate") }
    if program == .sponsoredBrands, members["budgetType"]?.string == "LIFETIME", endDate == nil {
      found(.missing, "endDate")
    }
    let isOptimized = members["bidding"]?.objectMembers["bidOptimization"] == .boolean(true)
    let placements = members["bidding"]?.objectMembers["bidAdjustmentsByPlacement"]?.arrayElements ?? []
    if isOptimized, !placements.isEmpty { found(.unchangeable, "bidding.bidAdjustmentsByPlacement") }
    if !adjustments.isEmpty, audienceID == nil {
      found(.noAudience, "\(bidding.object).\(bidding.audiences)[0].audienceSegments")
    }
    return problems
  }

  /// Where the audience is named.
  func audiencePath(at path: String) -> String {
    "\(path).\(bidding.object).\(bidding.audiences)[0].audienceSegments[0].audienceId"
  }
}
