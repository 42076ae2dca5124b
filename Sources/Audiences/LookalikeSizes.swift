import CleanRoom
import Foundation
import Metadata
import Warehouse

/// How many members lookalike audiences have, by where an account's customers are. `Resources/README.md` says where the
/// numbers come from.
struct LookalikeSizes: Sendable, Hashable {
  /// Where sizes differ.
  enum Area: String, Sendable, Hashable, CaseIterable {
    case europeAndAmericas = "EUROPE_AMERICAS"
    case asia = "ASIA"

    /// The area of a marketplace; one that is not known counts as one of Europe and the Americas.
    init(marketplaceID: String) {
      let country = Marketplace(id: marketplaceID)?.countryCode
      self = country.flatMap { LookalikeSizes.areas[$0] } ?? .europeAndAmericas
    }
  }

  /// A documented range, and the size within it that is aimed at.
  struct Range: Sendable, Hashable {
    var documented: ClosedRange<Int>
    var target: Int
  }

  /// The sizes of an area, from the narrowest reach to the broadest.
  static func ranges(in area: Area) -> [Range] {
    LookalikeReach.allCases.compactMap { table[Key(area: area, reach: $0)] }
  }

  /// How many members a reach has in an account of that marketplace.
  static func sizing(
    _ reach: LookalikeReach, marketplaceID: String, settings: CleanRoomSettings
  ) -> LookalikeSizing {
    let sizes = ranges(in: Area(marketplaceID: marketplaceID)).map(\.target)
    return LookalikeSizing(
      fullSizes: sizes, place: LookalikeReach.allCases.firstIndex(of: reach) ?? 0, scale: settings.lookalikeScale,
      minimumSize: settings.minimumAudienceSize)
  }

  // MARK: The files

  private struct Key: Hashable {
    var area: Area
    var reach: LookalikeReach
  }

  private static let table: [Key: Range] = {
    var table: [Key: Range] = [:]
    for row in rows(of: "lookalike_reach") {
      guard row.count == 5, let area = Area(rawValue: row[0]), let reach = LookalikeReach(rawValue: row[1]),
        let smallest = Int(row[2]), let largest = Int(row[3]), let target = Int(row[4]), smallest <= largest
      else { preconditionFailure("lookalike_reach.tsv is damaged.") }
      table[Key(area: area, reach: reach)] = Range(documented: smallest...largest, target: target)
    }
    precondition(table.count == Area.allCases.count * LookalikeReach.allCases.count, "lookalike_reach.tsv lacks sizes.")
    return table
  }()

  private static let areas: [String: Area] = Dictionary(
    rows(of: "lookalike_areas").compactMap { row in
      row.count == 2 ? Area(rawValue: row[1]).map { (row[0], $0) } : nil
    }, uniquingKeysWith: { first, _ in first })

  private static func rows(of name: String) -> [[String]] {
    guard let url = Bundle.module.url(forResource: name, withExtension: "tsv", subdirectory: "Resources"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { preconditionFailure("The file \(name).tsv, which is part of the program, is missing.") }
    return text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
