import Activation
import Base
import CleanRoom
import Metadata

import struct Foundation.Date

/// Responses to operations on campaigns and line items of Amazon DSP, as the published OpenAPI file "AdsAPIv1DSP" has
/// them.
enum DSPResponses {
  /// The outcome of each element of a request.
  ///
  /// - Parameters:
  ///   - list: The name of the list in the request.
  ///   - member: The name of the member with a successful element.
  static func multiStatus<Record>(
    _ outcomes: [Result<Record, FieldErrors>], list: String, member: String, _ shown: (Record) throws -> JSONValue
  ) throws -> JSONValue {
    var done: [JSONValue] = []
    var failed: [JSONValue] = []
    for (index, outcome) in outcomes.enumerated() {
      let number = JSONValue.integer(Int64(index))
      switch outcome {
      case .success(let record): done.append(.object(["index": number, member: try shown(record)]))
      case .failure(let failure):
        let errors = failure.problems.map { problem in
          JSONValue.object([
            "code": .string(problem.unifiedCode), "message": .string(problem.message),
            "fieldLocation": .string(list + problem.path),
          ])
        }
        failed.append(.object(["index": number, "errors": .array(errors)]))
      }
    }
    return .object(["success": .array(done), "error": .array(failed)])
  }

  /// A page of a list.
  static func list(_ name: String, _ elements: [JSONValue], nextToken: String?) -> JSONValue {
    var members = [name: JSONValue.array(elements)]
    members["nextToken"] = nextToken.map(JSONValue.string)
    return .object(members)
  }

  /// A campaign or a line item: the client's own members, and those that the server adds.
  static func entity(_ entity: AdvertisingEntityRecord, of account: AccountRecord) throws -> JSONValue {
    let currency = JSONValue.string(Marketplace(id: account.marketplaceID)?.currencyCode ?? "USD")
    var members = try entity.members()
    members[entity.kind.idName] = .string(entity.id)
    members["creationDateTime"] = .string(Timestamp.text(of: entity.createdAt))
    members["lastUpdatedDateTime"] = .string(Timestamp.text(of: entity.updatedAt))
    members["bid"] = members["bid"]?.adding("currencyCode", currency)
    members["budgets"] = members["budgets"].map { .array($0.arrayElements.map { $0.inCurrency(currency) }) }
    guard entity.kind == .dspCampaign else { return .object(members) }
    let flights = members["flights"]?.arrayElements ?? []
    members["flights"] = .array(flights.map { flight in flight.changing("budget") { $0.inCurrency(currency) } })
    members["startDateTime"] = bound(of: flights, "startDateTime") { $0.min() }
    members["endDateTime"] = bound(of: flights, "endDateTime") { $0.max() }
    members["optimizations"] = members["optimizations"]?.changing("goalSettings") { settings in
      let indicator = settings.objectMembers["kpi"]?.string ?? ""
      let goal = JSONValue.string((CampaignGoal(indicator: indicator) ?? .awareness).rawValue)
      return settings.adding("goal", goal).adding("currencyCode", currency)
    }
    return .object(members)
  }

  /// The first or last of the flights' times, whatever their precision.
  private static func bound(
    of flights: [JSONValue], _ name: String, _ choose: ([Date]) -> Date?
  ) -> JSONValue? {
    let times = flights.compactMap { $0.objectMembers[name]?.string.flatMap { Timestamp.date(utc: $0) } }
    return choose(times).map { .string(Timestamp.text(of: $0)) }
  }

  /// A target: the client's own members, and those that the server adds.
  static func target(_ use: LineItemAudienceRecord) throws -> JSONValue {
    var members = try use.members()
    members["targetId"] = .string(use.targetID ?? "")
    members["targetLevel"] = .string("AD_GROUP")
    members["creationDateTime"] = .string(Timestamp.text(of: use.addedAt))
    members["lastUpdatedDateTime"] = .string(Timestamp.text(of: use.removedAt ?? use.addedAt))
    if use.removedAt != nil { members["state"] = .string("ARCHIVED") }
    return .object(members)
  }
}

extension JSONValue {
  /// An object with one more member; anything else as it is.
  func adding(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[name] = value
    return .object(members)
  }

  /// An object with a member changed, if it has the member; anything else as it is.
  func changing(_ name: String, _ change: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(var members) = self, let value = members[name] else { return self }
    members[name] = change(value)
    return .object(members)
  }
}

extension JSONValue {
  /// A budget with its currency.
  func inCurrency(_ currency: JSONValue) -> JSONValue {
    changing("budgetValue") { value in
      value.changing("monetaryBudgetValue") { value in
        value.changing("monetaryBudget") { $0.adding("currencyCode", currency) }
      }
    }
  }
}

extension FieldError {
  /// The published `ErrorCode` of the newer operations.
  var unifiedCode: String {
    switch reason {
    case .missing, .noAudience: "FIELD_VALUE_IS_NULL"
    case .wrongType, .unknownField, .notOneOf: "FIELD_VALUE_IS_INVALID"
    case .tooLow: "FIELD_VALUE_IS_BELOW_MINIMUM_LIMIT"
    case .tooHigh: "FIELD_VALUE_IS_ABOVE_MAXIMUM_LIMIT"
    case .tooLong: "FIELD_SIZE_IS_ABOVE_MAXIMUM_LIMIT"
    case .tooShort: "FIELD_SIZE_IS_BELOW_MINIMUM_LIMIT"
    case .blank: "FIELD_VALUE_IS_EMPTY"
    case .startAfterEnd: "FIELD_VALUE_IS_OUT_OF_RANGE"
    case .startInPast, .endInPast: "DATE_CANNOT_BE_IN_PAST"
    case .unknownAudience, .notFound, .unknownParent: "RESOURCE_ID_NOT_FOUND"
    case .archivedParent: "ARCHIVED_PARENT_CANNOT_CREATE"
    case .deactivatedAudience: "RESOURCE_IS_IN_TERMINAL_STATE"
    case .notUnique: "FIELD_VALUE_NOT_UNIQUE"
    case .archived: "ARCHIVED_RESOURCE_CANNOT_EDIT"
    case .unsupported: "ACTION_NOT_SUPPORTED"
    case .quota: "TOTAL_RESOURCE_LIMIT_EXCEEDED"
    case .unchangeable: "FIELD_VALUE_CANNOT_EDIT"
    }
  }
}
