import Base
import Foundation
import Metadata

/// A campaign or an ad group as its client described it, in a checked shape.
struct AdvertisingEntityDefinition: Sendable {
  let kind: AdvertisingEntityRecord.Kind
  var members: [String: JSONValue]

  var name: String { members["name"]?.string ?? "" }

  var state: AdvertisingEntityRecord.State {
    members["state"]?.string.flatMap { AdvertisingEntityRecord.State(rawValue: $0.uppercased()) } ?? .paused
  }

  /// The campaign of an ad group; nil for a campaign.
  var parentID: String? {
    guard kind.hasParent, let value = members["campaignId"] else { return nil }
    return value.string ?? value.int64.map { String($0) }
  }

  /// Adds the defaults of members that the client did not give. Source: the descriptions of `costType`,
  /// `bidOptimization` and `creativeType` in "SponsoredDisplay".
  mutating func complete() {
    switch kind {
    case .displayCampaign:
      members["budgetType"] = members["budgetType"] ?? .string("daily")
      members["costType"] = members["costType"] ?? .string("cpc")
    case .displayAdGroup:
      members["bidOptimization"] = members["bidOptimization"] ?? .string("clicks")
      members["creativeType"] = members["creativeType"] ?? .string("IMAGE")
    case .dspCampaign, .productsAdGroup: break
    }
  }

  /// Gives each flight an id that has none.
  mutating func nameFlights(_ identifiers: any IdentifierGenerator) {
    guard kind == .dspCampaign, let flights = members["flights"]?.arrayElements else { return }
    members["flights"] = .array(
      flights.map { flight in
        var flight = flight.objectMembers
        flight["flightId"] = flight["flightId"] ?? .string(identifiers.number(digits: kind.idDigits))
        return .object(flight)
      })
  }

  /// The definition with the changes: members of objects are replaced one by one, everything else as a whole.
  func updated(with changes: [String: JSONValue]) -> AdvertisingEntityDefinition {
    var result = self
    result.members = Self.merged(members, changes)
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

  /// Problems other than those of the shape, without a look at other records.
  ///
  /// - Parameters:
  ///   - given: The members that the client has just sent: only these can be too late.
  ///   - today: The day in the marketplace, as `2025-01-31`.
  func problems(given: [String: JSONValue], today: String, at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    if name.allSatisfy(\.isWhitespace) { problems.append(FieldError(.blank, at: "\(path).name")) }
    switch kind {
    case .displayCampaign:
      let today = today.filter { $0 != "-" }
      if let start = given["startDate"]?.string, start < today {
        problems.append(FieldError(.startInPast, at: "\(path).startDate"))
      }
      if let end = given["endDate"]?.string, end < today {
        problems.append(FieldError(.endInPast, at: "\(path).endDate"))
      }
      if let start = members["startDate"]?.string, let end = members["endDate"]?.string, start > end {
        problems.append(FieldError(.startAfterEnd, at: "\(path).endDate"))
      }
    case .dspCampaign:
      for (index, flight) in (members["flights"]?.arrayElements ?? []).enumerated() {
        let times = ["startDateTime", "endDateTime"].compactMap { flight.objectMembers[$0]?.string }
          .compactMap { Timestamp.date(utc: $0) }
        if times.count < 2 || times[0] > times[1] {
          problems.append(FieldError(.startAfterEnd, at: "\(path).flights[\(index)].endDateTime"))
        }
      }
    case .displayAdGroup, .productsAdGroup: break
    }
    return problems
  }
}
