package import Foundation

/// An audience as an advertiser account shows it, wherever it comes from. It has a size, and never a member.
package struct AudienceSummary: Sendable, Hashable {
  /// How the audience came to be: what the account files it under.
  package enum Origin: String, Sendable, Hashable, CaseIterable {
    /// By a query or a lookalike model in a clean room.
    case query
    /// From members that a client sent.
    case records

    /// Source: for audiences of queries AMC's guide "Rule-based audiences", for the others "Advertiser audiences".
    package var category: String {
      switch self {
      case .query: "Custom-built"
      case .records: "Advertiser audiences"
      }
    }

    /// nil where the category has no parts.
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
    /// It has fewer members than the DSP can use.
    case inactive = "Inactive"
    /// It was never refreshed for too long, and has no members any more.
    case deactivated = "Deactivated"
  }

  package var id: String
  package var name: String
  package var description: String
  package var origin: Origin
  package var status: Status
  /// Where its size lies: as wide as sizes are rounded, so that no user can be seen to come or go.
  package var size: Range<Int>
  package var createdAt: Date
  package var updatedAt: Date
}

extension AudienceSummary {
  /// Orders audiences by their age, and those of one moment by origin and id; the same text for the same audience, always.
  var position: String {
    let milliseconds = String(Int64(createdAt.timeIntervalSince1970 * 1000))
    return String(repeating: "0", count: max(0, 16 - milliseconds.count)) + milliseconds + origin.rawValue
      + String(repeating: "0", count: max(0, 24 - id.count)) + id
  }

  /// The range that a number of members is told as.
  static func size(of memberCount: Int, rounding: Int) -> Range<Int> {
    let unit = max(rounding, 1)
    let lowest = max(memberCount, 0) / unit * unit
    return lowest..<(lowest + unit)
  }
}

/// A condition on the audiences of an advertiser account.
package struct AdvertiserAudienceFilter: Sendable, Hashable {
  /// What can be asked about.
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
    // The one field that is matched in part: a search, not a comparison.
    case .audienceName: audience.name.lowercased().contains(value.lowercased())
    case .category: value.lowercased() == audience.origin.category.lowercased()
    case .categoryPath: value.lowercased() == audience.origin.categoryPath.lowercased()
    case .audienceID: value == audience.id
    case .status: value.lowercased() == audience.status.rawValue.lowercased()
    }
  }
}
