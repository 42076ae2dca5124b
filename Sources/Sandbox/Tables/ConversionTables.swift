import Catalog

/// The recipes of `conversions` and `conversions_with_relevance`.
struct ConversionTables: Sendable {
  let catalogue: SandboxCatalogue
  let schedule: TableRecipe.Columns

  /// The value of a conversion. `isOrder` rows have units and sales.
  static let values: TableRecipe.Columns = {
    let isOrder = "e.kind = \(ConversionKind.order.rawValue)"
    let isOffAmazon = "e.kind = \(ConversionKind.offAmazon.rawValue)"
    let sales = "CASE WHEN \(isOrder) THEN products.price * e.units ELSE 0 END"
    return [
      "conversion_id": SharedColumns.eventID("e.id"),
      "conversions": "1",
      "new_to_brand": "CASE WHEN \(isOrder) THEN e.is_new END",
      "off_amazon_conversion_value": "CASE WHEN \(isOffAmazon) THEN 25 ELSE 0 END",
      "off_amazon_product_sales": "0",
      "combined_sales": sales,
      "total_product_sales": sales,
      "total_units_sold": "CASE WHEN \(isOrder) THEN e.units ELSE 0 END",
      "purchase_currency": "CASE WHEN \(isOrder) THEN 'USD' END",
      "purchase_retail_program": "CASE WHEN \(isOrder) THEN 'Amazon.com' END",
      "purchase_unit_price": "CASE WHEN \(isOrder) THEN products.price END",
      "tracked_asin": "CASE WHEN \(isOrder) THEN products.asin END",
      "tracked_item": "CASE WHEN e.kind = \(ConversionKind.searchConversion.rawValue) THEN products.keyword "
        + "WHEN kinds.is_on_amazon THEN products.asin END",
    ]
  }()

  static let joins = " LEFT JOIN kinds ON kinds.n = e.kind LEFT JOIN products ON products.n = e.product"

  private var shared: [TableRecipe.Columns] {
    [
      Self.values, SharedColumns.user, schedule, SharedColumns.moment("event", utc: "e.ts", local: "e.local_ts"),
      [
        "event_type": "'CONVERSION'",
        "marketplace_name": "CASE WHEN kinds.is_on_amazon THEN 'AMAZON.COM' END",
      ],
    ]
  }

  func conversions() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("conversions"), from: "conversions e" + Self.joins, own: ["no_3p_trackers": "false"],
      shared: shared, dimensions: [DimensionTables.conversionKinds])
  }

  /// A conversion is relevant to the campaigns that promote its product, and as a halo to the next ones.
  func conversionsWithRelevance() throws(SandboxRecipeError) -> TableRecipe {
    let scope = "CASE WHEN NOT kinds.is_on_amazon OR r.halo = 0 THEN 'PROMOTED' ELSE 'BRAND_HALO' END"
    return try TableRecipe(
      catalogue.source("conversions_with_relevance"),
      from: "conversions e" + Self.joins
        + " JOIN relevance r ON r.product = e.product LEFT JOIN items ON items.n = r.item",
      own: [
        "engagement_scope": scope,
        "halo_code": "CASE WHEN kinds.is_on_amazon "
          + "THEN CASE WHEN r.halo = 0 THEN 'TRACKED_ASIN' ELSE 'BRAND_CATEGORY' END END",
      ],
      shared: shared, dimensions: [DimensionTables.conversionKinds, CampaignItems.dimension],
      order: "e.user_id, e.user_index, e.ts, e.id, r.halo")
  }

  /// SQL that makes `relevance`: for each product one item whose campaign promotes it and one for which it is a halo.
  static let relevanceStatement = """
    CREATE TABLE relevance AS
    SELECT products.n AS product, CAST(halos.halo AS INTEGER) AS halo,
      CAST((products.n + halos.halo) % 3 * 3 AS INTEGER) AS item
    FROM products, range(2) halos(halo) ORDER BY product, halo
    """
}
