import Base
import CleanRoom
import Foundation
import Metadata
import Warehouse

/// The numbers of lookalike audiences' members, by the location of an account's customers. `Resources/README.md` gives
/// the source of the numbers.
struct LookalikeSizes: Sendable, Hashable {
  /// An area with its own sizes.
  enum Area: String, Sendable, Hashable, CaseIterable {
    case europeAndAmericas = "EUROPE_AMERICAS"
    case asia = "ASIA"

    /// The area of a marketplace. An unknown one counts as one of Europe and the Americas.
    init(marketplaceID: String) {
      let country = Marketplace(id: marketplaceID)?.countryCode
      self = country.flatMap { LookalikeSizes.areas[$0] } ?? .europeAndAmericas
    }
  }

  /// A documented range, and the target size within it.
  struct Range: Sendable, Hashable {
    var documented: ClosedRange<Int>
    var target: Int
  }

  /// The sizes of an area, from the narrowest reach to the broadest.
  static func ranges(in area: Area) -> [Range] {
    LookalikeReach.allCases.compactMap { table[Key(area: area, reach: $0)] }
  }

  /// The number of members of a reach in an account of the marketplace.
  static func sizing(
    _ reach: LookalikeReach, marketplaceID: String, settings: CleanRoomSettings
  ) -> LookalikeSizing {
    let sizes = ranges(in: Area(marketplaceID: marketplaceID)).map(\.target)
    return LookalikeSizing(
      fullSizes: sizes, index: LookalikeReach.allCases.firstIndex(of: reach) ?? 0, scale: settings.lookalikeScale,
      minimumSize: settings.minimumAudienceSize)
  }

  // MARK: The files

  private struct Key: Hashable {
    var area: Area
    var reach: LookalikeReach
  }

  private enum ReachColumn: String, CaseIterable {
    case area, reach, smallest, largest, target
  }

  private enum AreaColumn: String, CaseIterable {
    case country, area
  }

  private static let table = ProgramResources.load {
    var table: [Key: Range] = [:]
    for row in try TabSeparatedTable<ReachColumn>(resource: "lookalike_reach", in: .module).rows {
      let key = Key(
        area: try row.value(.area, Area.init(rawValue:)), reach: try row.value(.reach, LookalikeReach.init(rawValue:)))
      let (smallest, largest) = (try row.value(.smallest, { Int($0) }), try row.value(.largest, { Int($0) }))
      guard smallest <= largest else { throw row.unfit(.largest) }
      table[key] = Range(documented: smallest...largest, target: try row.value(.target, { Int($0) }))
    }
    guard table.count == Area.allCases.count * LookalikeReach.allCases.count else {
      throw TabSeparatedTableError(file: "lookalike_reach.tsv", problem: .incomplete)
    }
    return table
  }

  private static let areas = ProgramResources.load {
    let rows = try TabSeparatedTable<AreaColumn>(resource: "lookalike_areas", in: .module).rows
    return Dictionary(
      try rows.map { (try $0.text(.country), try $0.value(.area, Area.init(rawValue:))) },
      uniquingKeysWith: { first, _ in first })
  }
}
