import Activation
import Base
import CleanRoom
import Foundation
import Metadata

/// Responses to operations on campaigns, as the published OpenAPI files have them.
enum CampaignResponses {
  /// The outcome of each element of a request.
  ///
  /// - Parameters:
  ///   - ids: The ids that elements name, in their order; empty if they name none.
  ///   - list: The path of the list in the request.
  ///   - shown: The members of a successful element, without its index.
  static func multiStatus<Record>(
    _ outcomes: [Result<Record, FieldErrors>], ids: [String], list: String, of program: CampaignProgram,
    _ entity: SponsoredEntity, _ shown: (Record) throws -> [String: JSONValue]
  ) throws -> JSONValue {
    var done: [JSONValue] = []
    var failed: [JSONValue] = []
    for (index, outcome) in outcomes.enumerated() {
      let number = JSONValue.integer(Int64(index))
      switch outcome {
      case .success(let record):
        var element = try shown(record)
        element["index"] = number
        done.append(.object(element))
      case .failure(let failure):
        let entityID = ids.indices.contains(index) ? ids[index] : ""
        let errors = failure.problems.map {
          CampaignProblem($0, program.program, entity, entityID: entityID).error($0, list: list)
        }
        failed.append(.object(["index": number, "errors": .array(errors)]))
      }
    }
    var lists: [String: JSONValue] = [:]
    if !done.isEmpty || !program.leavesOutEmptyLists { lists["success"] = .array(done) }
    if !failed.isEmpty || !program.leavesOutEmptyLists { lists["error"] = .array(failed) }
    return .object([entity.listName: .object(lists)])
  }

  /// A campaign: the client's own members, and those that the server adds.
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

/// The kinds of things that campaign management answers about in one form.
enum SponsoredEntity: String {
  case campaign = "CAMPAIGN"
  case adGroup = "AD_GROUP"

  /// The name of the list of outcomes.
  var listName: String {
    switch self {
    case .campaign: "campaigns"
    case .adGroup: "adGroups"
    }
  }
}

/// A mistake in a campaign or an ad group, in the words of its program.
struct CampaignProblem {
  /// The name of the error's type, which is also that of its only member.
  let type: String
  /// The published reason.
  let reason: String
  /// Further members of the error.
  var details: [String: JSONValue] = [:]

  /// - Parameter entityID: The campaign or ad group that the element names, if it names one.
  init(
    _ problem: FieldError, _ program: CampaignRecord.Program, _ entity: SponsoredEntity, entityID: String
  ) {
    let known = Self.products(problem, .string(entity.rawValue), entityID: entityID)
    switch program {
    case .sponsoredProducts: self = known
    case .sponsoredBrands:
      // Sponsored Brands has fewer types. An error of another type becomes `otherError`.
      let types = ["biddingError", "budgetError", "dateError", "otherError", "rangeError"]
      self = types.contains(known.type) ? known : CampaignProblem("otherError", known.reason)
    }
  }

  private init(_ type: String, _ reason: String, _ details: [String: JSONValue] = [:]) {
    self.type = type
    self.reason = reason
    self.details = details
  }

  private static func products(
    _ problem: FieldError, _ entityType: JSONValue, entityID: String
  ) -> CampaignProblem {
    let isBudget = problem.path.contains(".budget")
    let isAudience = problem.path.contains("hopperCohortBid")
    switch problem.reason {
    case .missing: return CampaignProblem("missingValueError", "MISSING_VALUE")
    case .wrongType, .unknownField: return CampaignProblem("malformedValueError", "PATTERN_NOT_MATCHED")
    case .notOneOf(let allowed):
      let values = JSONValue.array(allowed.map { .string($0) })
      return CampaignProblem("rangeError", "INVALID_ENUM_VALUE", ["allowed": values])
    case .tooLow(let limit):
      let details = ["lowerLimit": JSONValue.string(limit)]
      return isBudget
        ? CampaignProblem("budgetError", "BUDGET_TOO_LOW", details) : CampaignProblem("rangeError", "TOO_LOW", details)
    case .tooHigh(let limit):
      let details = ["upperLimit": JSONValue.string(limit)]
      return isBudget
        ? CampaignProblem("budgetError", "BUDGET_TOO_HIGH", details)
        : CampaignProblem("rangeError", "TOO_HIGH", details)
    case .tooLong:
      guard isAudience else { return CampaignProblem("malformedValueError", "TOO_LONG") }
      if problem.path.hasSuffix("audienceSegments") {
        return CampaignProblem("biddingError", "BID_AUDIENCES_MORE_THAN_ALLOWED")
      }
      return problem.path.hasSuffix("audienceId")
        ? CampaignProblem("biddingError", "BID_INVALID_AUDIENCE_ID")
        : CampaignProblem("biddingError", "BID_SHOPPER_COHORTS_MORE_THAN_ALLOWED")
    case .tooShort:
      return isAudience && problem.path.hasSuffix("audienceSegments")
        ? CampaignProblem("biddingError", "BID_MISSING_AUDIENCES") : CampaignProblem("malformedValueError", "TOO_SHORT")
    case .blank: return CampaignProblem("malformedValueError", "BLANK")
    case .startAfterEnd: return CampaignProblem("dateError", "START_DATE_AFTER_END_DATE")
    case .startInPast: return CampaignProblem("dateError", "START_DATE_EARLIER_THAN_TODAY")
    case .endInPast: return CampaignProblem("dateError", "END_DATE_EARLIER_THAN_TODAY")
    case .unknownAudience, .deactivatedAudience: return CampaignProblem("biddingError", "BID_INVALID_AUDIENCE_ID")
    case .noAudience: return CampaignProblem("biddingError", "BID_MISSING_AUDIENCES")
    case .notUnique: return CampaignProblem("duplicateValueError", "NAME_NOT_UNIQUE")
    case .notFound:
      return CampaignProblem(
        "entityNotFoundError", "ENTITY_NOT_FOUND", ["entityType": entityType, "entityId": .string(entityID)])
    case .archived:
      return CampaignProblem(
        "entityStateError", "ARCHIVED_ENTITY_CANNOT_BE_MODIFIED", ["entityType": entityType])
    case .unknownParent: return CampaignProblem("parentEntityError", "PARENT_ENTITY_NOT_FOUND")
    case .archivedParent: return CampaignProblem("parentEntityError", "PARENT_ENTITY_ARCHIVED")
    case .quota(let limit):
      return CampaignProblem(
        "entityQuotaError", "NON_ARCHIVED_QUOTA_EXCEEDED",
        ["entityType": entityType, "quota": .string(String(limit)), "quotaScope": .string("ACCOUNT")])
    case .unsupported, .unchangeable: return CampaignProblem("otherError", "OTHER_ERROR")
    }
  }

  /// The error as the published files have it.
  func error(_ problem: FieldError, list: String) -> JSONValue {
    var value = details
    value["reason"] = .string(reason)
    value["message"] = .string(problem.message)
    value["cause"] = .object(["location": .string("$.\(list)\(problem.path)")])
    return .object(["errorType": .string(type), "errorValue": .object([type: .object(value)])])
  }
}
