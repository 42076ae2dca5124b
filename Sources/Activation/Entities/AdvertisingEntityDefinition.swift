import Base
import Foundation
import Metadata

/// A campaign, an ad group or a target as its client described it, in a checked shape.
struct AdvertisingEntityDefinition: Sendable {
  let kind: AdvertisingEntityRecord.Kind
  var members: [String: JSONValue]

  var name: String { members["name"]?.string ?? "" }

  var state: AdvertisingEntityRecord.State {
    members["state"]?.string.flatMap { AdvertisingEntityRecord.State(rawValue: $0.uppercased()) } ?? .paused
  }

  /// The campaign of an ad group, or the ad group of a target; nil for a campaign.
  var parentID: String? { kind.parentKind.flatMap { members[$0.idName]?.identifier } }

  /// Adds the defaults of members that the client did not give. Source: the descriptions of `dynamicBidding` and
  /// `startDate` in "SponsoredProducts", of `costType`, `bidOptimization` and `creativeType` in "SponsoredDisplay".
  ///
  /// - Parameters:
  ///   - today: The day in the marketplace, as `2025-01-31`.
  ///   - identifiers: The source of ids of flights.
  mutating func complete(today: String, _ identifiers: any IdentifierGenerator) {
    var defaults: [String: JSONValue] = [:]
    switch kind {
    case .productsCampaign:
      defaults = ["startDate": .string(today), "dynamicBidding": .object(["strategy": .string("LEGACY_FOR_SALES")])]
    case .brandsCampaign: defaults = ["startDate": .string(today)]
    case .displayCampaign: defaults = ["budgetType": .string("daily"), "costType": .string("cpc")]
    case .displayAdGroup: defaults = ["bidOptimization": .string("clicks"), "creativeType": .string("IMAGE")]
    case .dspCampaign, .dspLineItem, .productsAdGroup, .displayTarget: break
    }
    members.merge(defaults) { given, _ in given }
    nameFlights(identifiers)
  }

  /// Gives each flight an id that has none.
  private mutating func nameFlights(_ identifiers: any IdentifierGenerator) {
    guard kind == .dspCampaign, let flights = members["flights"]?.arrayElements else { return }
    members["flights"] = .array(
      flights.map { flight in
        var flight = flight.objectMembers
        flight["flightId"] = flight["flightId"] ?? .string(identifiers.number(digits: kind.idDigits))
        return .object(flight)
      })
  }

  /// The definition with the changes: members of objects are replaced one by one, everything else as a whole.
  func updated(
    with changes: [String: JSONValue], _ identifiers: any IdentifierGenerator
  ) -> AdvertisingEntityDefinition {
    var result = self
    result.members = kind.mergesObjects ? Self.merged(members, changes) : members.merging(changes) { $1 }
    // The names of tags are the client's own.
    result.members["tags"] = changes["tags"] ?? members["tags"]
    result.nameFlights(identifiers)
    return result
  }

  private static func merged(
    _ members: [String: JSONValue], _ changes: [String: JSONValue]
  ) -> [String: JSONValue] {
    members.merging(changes) { old, new in
      guard case .object(let old) = old, case .object(let new) = new else { return new }
      return .object(merged(old, new))
    }
  }

  // MARK: Audiences

  /// The names of the object with bid adjustments of a campaign, and of the list of audiences in it; nil for anything
  /// else.
  private var bidding: (object: String, audiences: String)? {
    switch kind {
    case .productsCampaign: ("dynamicBidding", "shopperCohortBidding")
    case .brandsCampaign: ("bidding", "shopperCohortBidAdjustments")
    case .dspCampaign, .dspLineItem, .productsAdGroup, .displayCampaign, .displayAdGroup, .displayTarget: nil
    }
  }

  private var adjustments: [JSONValue] {
    bidding.flatMap { members[$0.object]?.objectMembers[$0.audiences]?.arrayElements } ?? []
  }

  /// The audiences that it uses, each with its path, and the member that they are in; nil if it can't use any.
  func audiences(at path: String) -> (member: String, used: [(id: String, path: String)])? {
    if kind == .displayTarget {
      let parts = (members["expression"]?.arrayElements ?? []).enumerated()
      let used = parts.compactMap { index, part -> (id: String, path: String)? in
        guard DisplayShapes.audience.problems(of: part, at: "").isEmpty else { return nil }
        let id = part.objectMembers["value"]?.arrayElements.first?.objectMembers["value"]?.string
        return id.map { ($0, "\(path).expression[\(index)].value[0].value") }
      }
      return ("expression", used)
    }
    guard let bidding else { return nil }
    let segment = adjustments.first?.objectMembers["audienceSegments"]?.arrayElements.first
    let id = segment?.objectMembers["audienceId"]?.string
    let idPath = "\(path).\(bidding.object).\(bidding.audiences)[0].audienceSegments[0].audienceId"
    return (bidding.object, id.map { [($0, idPath)] } ?? [])
  }

  // MARK: Problems

  /// Problems other than those of the shape, without a look at other records.
  ///
  /// - Parameters:
  ///   - given: The members that the client has just sent: only these can be too late.
  ///   - today: The day in the marketplace, as `2025-01-31`.
  func problems(given: [String: JSONValue], today: String, at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    if members["name"]?.string?.allSatisfy(\.isWhitespace) == true {
      problems.append(FieldError(.blank, at: "\(path).name"))
    }
    switch kind {
    case .productsCampaign, .brandsCampaign:
      return problems + dayProblems(given: given, today: today, at: path) + biddingProblems(at: path)
    case .displayCampaign:
      return problems + dayProblems(given: given, today: today.filter { $0 != "-" }, at: path)
    case .dspCampaign:
      let flights = (members["flights"]?.arrayElements ?? []).enumerated()
      return problems
        + flights.flatMap { Self.periodProblems(of: $1.objectMembers, at: "\(path).flights[\($0)]") }
    case .dspLineItem: return problems + Self.periodProblems(of: members, at: path)
    case .displayTarget: return problems + expressionProblems(at: path)
    case .displayAdGroup, .productsAdGroup: return problems
    }
  }

  private func dayProblems(given: [String: JSONValue], today: String, at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    if let start = given["startDate"]?.string, start < today {
      problems.append(FieldError(.startInPast, at: "\(path).startDate"))
    }
    if let end = given["endDate"]?.string, end < today {
      problems.append(FieldError(.endInPast, at: "\(path).endDate"))
    }
    if let start = members["startDate"]?.string, let end = members["endDate"]?.string, start > end {
      problems.append(FieldError(.startAfterEnd, at: "\(path).endDate"))
    }
    return problems
  }

  private static func periodProblems(of members: [String: JSONValue], at path: String) -> [FieldError] {
    let times = ["startDateTime", "endDateTime"].compactMap { members[$0]?.string }
      .compactMap { Timestamp.date(utc: $0) }
    return times.count == 2 && times[0] <= times[1] ? [] : [FieldError(.startAfterEnd, at: "\(path).endDateTime")]
  }

  private func biddingProblems(at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    if members["budgetType"]?.string == "LIFETIME", members["endDate"] == nil {
      problems.append(FieldError(.missing, at: "\(path).endDate"))
    }
    let bidding = members["bidding"]?.objectMembers ?? [:]
    let placements = bidding["bidAdjustmentsByPlacement"]?.arrayElements ?? []
    if bidding["bidOptimization"] == .boolean(true), !placements.isEmpty {
      problems.append(FieldError(.unchangeable, at: "\(path).bidding.bidAdjustmentsByPlacement"))
    }
    if let names = self.bidding, !adjustments.isEmpty, audiences(at: path)?.used.isEmpty == true {
      problems.append(FieldError(.noAudience, at: "\(path).\(names.object).\(names.audiences)[0].audienceSegments"))
    }
    return problems
  }

  /// The only targets are audiences.
  private func expressionProblems(at path: String) -> [FieldError] {
    (members["expression"]?.arrayElements ?? []).enumerated().flatMap { index, part -> [FieldError] in
      let path = "\(path).expression[\(index)]"
      if let type = part.objectMembers["type"]?.string, type != "audience" {
        return [FieldError(.unsupported(feature: "targets other than audiences"), at: "\(path).type")]
      }
      return DisplayShapes.audience.problems(of: part, at: path)
    }
  }
}
