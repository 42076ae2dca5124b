package import Foundation

/// An audience as an advertiser account shows it, whatever its origin. It has a size, and never a member.
package struct AudienceSummary: Sendable, Hashable {
  /// The origin of an audience, which decides its category in the account.
  package enum Origin: String, Sendable, Hashable, CaseIterable {
    /// A query or a lookalike model in a clean room.
    case query
    /// Members that a client sent.
    case records

    /// Source: AMC's guide "Rule-based audiences" for audiences of queries, "Advertiser audiences" for the others.
    package var category: String {
      switch self {
      case .query: "Custom-built"
      case .records: "Advertiser audiences"
      }
    }

    /// nil if the category has no parts.
    package var subcategory: String? {
      switch self {
      case .query: "AMC"
      case .records: nil
      }
    }

    package var categoryPath: String { subcategory.map { "\(category)/\($0)" } ?? category }
  }

  package enum Status: String, Sendable, Hashable, CaseIterable {
    case active = "Active"
    /// The audience has fewer members than the DSP can use.
    case inactive = "Inactive"
    /// The audience was not refreshed for too long, and has no members any more.
    case deactivated = "Deactivated"
  }

  package var id: String
  package var name: String
  package var description: String
  package var origin: Origin
  package var status: Status
  /// The range of its size, as wide as sizes are rounded, so no single user is noticed.
  package var size: Range<Int>
  package var createdAt: Date
  package var updatedAt: Date
}

extension AudienceSummary {
  /// The position by age, and for one moment by origin and id. An audience always has the same one.
  var position: String {
    let milliseconds = String(Int64(createdAt.timeIntervalSince1970 * 1000))
    return String(repeating: "0", count: max(0, 16 - milliseconds.count)) + milliseconds + origin.rawValue
      + String(repeating: "0", count: max(0, 24 - id.count)) + id
  }

  /// The range for a number of members.
  static func size(of memberCount: Int, rounding: Int) -> Range<Int> {
    let unit = max(rounding, 1)
    let lowest = max(memberCount, 0) / unit * unit
    return lowest..<(lowest + unit)
  }
}

/// A condition on the audiences of an advertiser account.
package struct AdvertiserAudienceFilter: Sendable, Hashable {
  /// A property that a filter compares.
  package enum Field: String, Sendable, Hashable, CaseIterable {
    case audienceName
    case category
    case categoryPath
    case audienceID = "audienceId"
    case status
  }

  package var field: Field
  /// Whether the audience must match none of the values instead of one of them.
  package var isNegated: Bool
  package var values: [String]

  package init(field: Field, isNegated: Bool, values: [String]) {
    self.field = field
    self.isNegated = isNegated
    self.values = values
  }

  func accepts(_ audience: AudienceSummary) -> Bool {
    values.contains { matches($0, audience) } != isNegated
  }

  private func matches(_ value: String, _ audience: AudienceSummary) -> Bool {
    switch field {
    // The only field that is matched in part: a search, not a comparison.
    case .audienceName: audience.name.lowercased().contains(value.lowercased())
    case .category: value.lowercased() == audience.origin.category.lowercased()
    case .categoryPath: value.lowercased() == audience.origin.categoryPath.lowercased()
    case .audienceID: value == audience.id
    case .status: value.lowercased() == audience.status.rawValue.lowercased()
    }
  }
}
