import Activation
import Base
import CleanRoom
import Metadata

/// Responses to operations on campaigns and ad groups, as the published OpenAPI files have them.
struct SponsoredResponses {
  let form: SponsoredForm

  /// The outcome of each element of a request.
  ///
  /// - Parameters:
  ///   - ids: The ids that elements name, in their order; empty if they name none.
  ///   - list: The path of the list in the request.
  ///   - areShown: Whether a successful element is shown as it is now.
  func outcomes(
    _ outcomes: [AdvertisingEntityService.Outcome], ids: [String], list: String, areShown: Bool
  ) throws -> JSONValue {
    var done: [JSONValue] = []
    var failed: [JSONValue] = []
    for (index, outcome) in outcomes.enumerated() {
      let number = JSONValue.integer(Int64(index))
      switch outcome {
      case .success(let record):
        var element = [form.kind.idName: JSONValue.string(record.id), "index": number]
        if areShown { element[form.elementName] = try entity(record) }
        done.append(.object(element))
      case .failure(let failure):
        let entityID = ids.indices.contains(index) ? ids[index] : ""
        let errors = failure.problems.map { SponsoredProblem($0, form, entityID: entityID).error($0, list: list) }
        failed.append(.object(["index": number, "errors": .array(errors)]))
      }
    }
    var lists: [String: JSONValue] = [:]
    // Sponsored Brands leaves out empty lists.
    if !done.isEmpty || !form.isOfBrands { lists["success"] = .array(done) }
    if !failed.isEmpty || !form.isOfBrands { lists["error"] = .array(failed) }
    return .object([form.listName: .object(lists)])
  }

  /// A campaign or an ad group: the client's own members, and those that the server adds.
  func entity(_ entity: AdvertisingEntityRecord, isExtended: Bool = false) throws -> JSONValue {
    var members = try entity.members()
    members[form.kind.idName] = .string(entity.id)
    members["state"] = .string(entity.state.rawValue)
    if isExtended { members["extendedData"] = extendedData(of: entity) }
    return .object(members)
  }

  private func extendedData(of entity: AdvertisingEntityRecord) -> JSONValue {
    let status =
      switch entity.state {
      case .enabled: "\(form.type)_STATUS_ENABLED"
      case .paused, .archived: "\(form.type)_\(entity.state.rawValue)"
      case .proposed: "PENDING_REVIEW"
      }
    if form.isOfBrands {
      return .object([
        "servingStatus": .string(status), "creationDate": .milliseconds(entity.createdAt),
        "lastUpdateDate": .milliseconds(entity.updatedAt),
      ])
    }
    return .object([
      "servingStatus": .string(status), "creationDateTime": .string(Timestamp.text(of: entity.createdAt)),
      "lastUpdateDateTime": .string(Timestamp.text(of: entity.updatedAt)),
    ])
  }
}

/// A mistake in a campaign or an ad group, in the words of its program.
struct SponsoredProblem {
  /// The name of the error's type, which is also that of its only member.
  let type: String
  /// The published reason.
  let reason: String
  /// Further members of the error.
  var details: [String: JSONValue] = [:]

  /// - Parameter entityID: The campaign or ad group that the element names, if it names one.
  init(_ problem: FieldError, _ form: SponsoredForm, entityID: String) {
    let known = Self.products(problem, .string(form.type), entityID: entityID)
    // Sponsored Brands has fewer types. An error of another type becomes `otherError`.
    let types = ["biddingError", "budgetError", "dateError", "otherError", "rangeError"]
    self = !form.isOfBrands || types.contains(known.type) ? known : SponsoredProblem("otherError", known.reason)
  }

  private init(_ type: String, _ reason: String, _ details: [String: JSONValue] = [:]) {
    self.type = type
    self.reason = reason
    self.details = details
  }

  private static func products(
    _ problem: FieldError, _ entityType: JSONValue, entityID: String
  ) -> SponsoredProblem {
    let isBudget = problem.path.contains(".budget")
    let isAudience = problem.path.contains("hopperCohortBid")
    switch problem.reason {
    case .missing: return .init("missingValueError", "MISSING_VALUE")
    case .wrongType, .unknownField: return .init("malformedValueError", "PATTERN_NOT_MATCHED")
    case .notOneOf(let allowed):
      let values = JSONValue.array(allowed.map { .string($0) })
      return .init("rangeError", "INVALID_ENUM_VALUE", ["allowed": values])
    case .tooLow(let limit):
      let details = ["lowerLimit": JSONValue.string(limit)]
      return isBudget
        ? .init("budgetError", "BUDGET_TOO_LOW", details) : .init("rangeError", "TOO_LOW", details)
    case .tooHigh(let limit):
      let details = ["upperLimit": JSONValue.string(limit)]
      return isBudget
        ? .init("budgetError", "BUDGET_TOO_HIGH", details)
        : .init("rangeError", "TOO_HIGH", details)
    case .tooLong:
      guard isAudience else { return .init("malformedValueError", "TOO_LONG") }
      if problem.path.hasSuffix("audienceSegments") {
        return .init("biddingError", "BID_AUDIENCES_MORE_THAN_ALLOWED")
      }
      return problem.path.hasSuffix("audienceId")
        ? .init("biddingError", "BID_INVALID_AUDIENCE_ID")
        : .init("biddingError", "BID_SHOPPER_COHORTS_MORE_THAN_ALLOWED")
    case .tooShort:
      return isAudience && problem.path.hasSuffix("audienceSegments")
        ? .init("biddingError", "BID_MISSING_AUDIENCES") : .init("malformedValueError", "TOO_SHORT")
    case .blank: return .init("malformedValueError", "BLANK")
    case .startAfterEnd: return .init("dateError", "START_DATE_AFTER_END_DATE")
    case .startInPast: return .init("dateError", "START_DATE_EARLIER_THAN_TODAY")
    case .endInPast: return .init("dateError", "END_DATE_EARLIER_THAN_TODAY")
    case .unknownAudience, .deactivatedAudience: return .init("biddingError", "BID_INVALID_AUDIENCE_ID")
    case .noAudience: return .init("biddingError", "BID_MISSING_AUDIENCES")
    case .notUnique: return .init("duplicateValueError", "NAME_NOT_UNIQUE")
    case .notFound:
      return .init(
        "entityNotFoundError", "ENTITY_NOT_FOUND", ["entityType": entityType, "entityId": .string(entityID)])
    case .archived:
      return .init(
        "entityStateError", "ARCHIVED_ENTITY_CANNOT_BE_MODIFIED", ["entityType": entityType])
    case .unknownParent: return .init("parentEntityError", "PARENT_ENTITY_NOT_FOUND")
    case .archivedParent: return .init("parentEntityError", "PARENT_ENTITY_ARCHIVED")
    case .quota(let limit):
      return .init(
        "entityQuotaError", "NON_ARCHIVED_QUOTA_EXCEEDED",
        ["entityType": entityType, "quota": .string(String(limit)), "quotaScope": .string("ACCOUNT")])
    case .unsupported, .unchangeable: return .init("otherError", "OTHER_ERROR")
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
