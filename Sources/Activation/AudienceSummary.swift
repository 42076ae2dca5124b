package import Foundation
import Metadata

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

    /// The categories right below a path of categories; the main ones below an empty path.
    package static func categories(under path: [String]) -> Set<String> {
      Set(
        allCases.compactMap { origin in
          let own = origin.path
          return own.count > path.count && own.starts(with: path) ? own[path.count] : nil
        })
    }

    /// The category paths at or below a path of categories, as filters compare them.
    package static func paths(under path: [String]) -> [String] {
      allCases.filter { $0.path.starts(with: path) }.map(\.categoryPath)
    }

    private var path: [String] { [category] + (subcategory.map { [$0] } ?? []) }

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
  /// The position of an audience in lists: by age, and for one moment by origin and id. An audience always has the
  /// same.
  struct Position: Sendable, Hashable, Comparable, CustomStringConvertible {
    private var milliseconds: Int64
    private var origin: Origin?
    private var id: String

    init(of audience: AudienceSummary) {
      milliseconds = Int64(audience.createdAt.timeIntervalSince1970 * 1000)
      (origin, id) = (audience.origin, audience.id)
    }

    /// The position of a text that `description` gave; before all audiences for any other.
    init(_ text: String) {
      let rest = text.dropFirst(Self.timeDigits)
      milliseconds = Int64(text.prefix(Self.timeDigits)) ?? -1
      origin = Origin.allCases.first { rest.hasPrefix($0.rawValue) }
      id = String(rest.dropFirst(origin?.rawValue.count ?? 0).drop { $0 == "0" })
    }

    /// The same text for the same position, always. Texts are in the order of their positions.
    var description: String {
      Self.padded(String(milliseconds), to: Self.timeDigits) + (origin?.rawValue ?? "")
        + Self.padded(id, to: Self.idDigits)
    }

    static func < (first: Position, second: Position) -> Bool { first.description < second.description }

    /// The creation time and the id after which the audiences of an origin follow this position.
    func start(of origin: Origin) -> (createdAt: Date, id: String) {
      let own = self.origin.map { $0.rawValue } ?? ""
      let time = { (milliseconds: Int64) in Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
      if origin.rawValue == own { return (time(milliseconds), id) }
      // Of the position's own moment, either all audiences of the origin follow or none.
      return (time(origin.rawValue > own ? milliseconds : milliseconds + 1), "")
    }

    private static let timeDigits = 16
    private static let idDigits = 24

    private static func padded(_ text: String, to count: Int) -> String {
      String(repeating: "0", count: max(0, count - text.count)) + text
    }
  }

  var position: Position { Position(of: self) }

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
    case subcategory = "subCategory"
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

  /// Whether one of the values is the text, whatever its case; for a negated filter, whether none is.
  fileprivate func accepts(_ text: String) -> Bool {
    values.contains { $0.lowercased() == text.lowercased() } != isNegated
  }
}

/// The part of a list's filters that applies to audiences of one origin.
struct OriginFilter: Sendable {
  /// The conditions that the store checks.
  var conditions: [AudienceCondition]
  /// The statuses that audiences may have; empty if no audience matches.
  var statuses: Set<AudienceSummary.Status>

  init(conditions: [AudienceCondition], statuses: Set<AudienceSummary.Status>) {
    self.conditions = conditions
    self.statuses = statuses
  }

  /// - Parameter statuses: All that audiences of the origin can have.
  init(
    _ filters: [AdvertiserAudienceFilter], origin: AudienceSummary.Origin, statuses: Set<AudienceSummary.Status>
  ) {
    self.init(conditions: [], statuses: statuses)
    for filter in filters {
      switch filter.field {
      case .category: if !filter.accepts(origin.category) { self.statuses = [] }
      case .categoryPath: if !filter.accepts(origin.categoryPath) { self.statuses = [] }
      case .subcategory: if !filter.accepts(origin.subcategory ?? "") { self.statuses = [] }
      case .status: self.statuses = self.statuses.filter { filter.accepts($0.rawValue) }
      case .audienceID: add(.id(anyOf: filter.values), isNegated: filter.isNegated)
      // The only field that is matched in part: a search, not a comparison.
      case .audienceName: add(.name(containsAnyOf: filter.values), isNegated: filter.isNegated)
      }
    }
  }

  private mutating func add(_ condition: AudienceCondition, isNegated: Bool) {
    conditions.append(isNegated ? .not(condition) : condition)
  }
}
