import Base
import CleanRoom
import Metadata

/// A campaign as its client described it, in a checked shape.
struct CampaignDefinition: Sendable {
  let program: CampaignRecord.Program
  var members: [String: JSONValue]

  /// The names of the object with bid adjustments, and of the list of audiences in it.
  private var bidding: (object: String, audiences: String) {
    switch program {
    case .sponsoredProducts: ("dynamicBidding", "shopperCohortBidding")
    case .sponsoredBrands: ("bidding", "shopperCohortBidAdjustments")
    }
  }

  /// Adds the defaults of members that the client did not give. Source: the descriptions of `dynamicBidding` and
  /// `startDate`.
  mutating func complete(today: String) {
    members["startDate"] = members["startDate"] ?? .string(today)
    if program == .sponsoredProducts {
      members["dynamicBidding"] = members["dynamicBidding"] ?? .object(["strategy": .string("LEGACY_FOR_SALES")])
    }
  }

  /// The campaign with the changes: members of objects are replaced one by one, everything else as a whole.
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

  /// The audience for which bids are raised, or nil.
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

  /// Problems other than those of the shape, without a look at other records.
  ///
  /// - Parameters:
  ///   - given: The members that the client has just sent: only these can be too late.
  ///   - today: The day in the marketplace.
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

  /// The path of the audience.
  func audiencePath(at path: String) -> String {
    "\(path).\(bidding.object).\(bidding.audiences)[0].audienceSegments[0].audienceId"
  }
}
