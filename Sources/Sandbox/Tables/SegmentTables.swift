import Catalog

/// The recipes of the audience segments' tables, over `memberships` of one day.
struct SegmentTables: Sendable {
  let catalogue: SandboxCatalogue

  /// The segments of today, a table for each region and kind.
  func latest() throws(SandboxRecipeError) -> [TableRecipe] { try all(suffix: "") }

  /// The segments of the first Thursday of a month.
  func snapshots() throws(SandboxRecipeError) -> [TableRecipe] { try all(suffix: "_snapshot") }

  private func all(suffix: String) throws(SandboxRecipeError) -> [TableRecipe] {
    let first = DimensionTables.firstLifestyle
    var recipes: [TableRecipe] = []
    for region in MembershipFacts.Region.allCases {
      for (kind, condition) in [("inmarket", "segment < \(first)"), ("lifestyle", "segment >= \(first)")] {
        recipes.append(
          try TableRecipe(
            catalogue.source("audience_segments_\(region.rawValue)_\(kind)\(suffix)"),
            from: "(SELECT * FROM memberships WHERE \(condition) AND \(region.condition)) e"
              + " LEFT JOIN segments ON segments.n = e.segment",
            own: ["segment_marketplace_id": "\(region.marketplaceID)", "snapshot_datetime": "e.day"],
            shared: [SharedColumns.user], dimensions: [DimensionTables.segments],
            order: "e.user_id, e.user_index, e.segment"))
      }
    }
    return recipes
  }

  /// The descriptions of the segments of each marketplace.
  func metadata() throws(SandboxRecipeError) -> TableRecipe {
    let marketplaces = MembershipFacts.Region.allCases.map { "(\($0.marketplaceID))" }.joined(separator: ", ")
    return try TableRecipe(
      catalogue.source("segment_metadata"), from: "segments, (VALUES \(marketplaces)) marketplaces(id)",
      own: ["segment_marketplace_id": "marketplaces.id"], dimensions: [DimensionTables.segments],
      order: "marketplaces.id, segments.n")
  }
}
