import Catalog

/// The recipes of the paid tables about purchases: everybody's conversions, retail purchases, vehicles, visits of
/// stores and households.
struct PurchaseTables: Sendable {
  let catalogue: SandboxCatalogue

  func conversionsAll() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("conversions_all"), from: "exposed e" + ConversionTables.joins,
      own: [
        "conversion_event_source": "kinds.conversion_event_source_name",
        "event_source": "'sandbox'",
        "event_type": "'CONVERSION'",
        "exposure_type": "CASE WHEN NOT kinds.is_on_amazon THEN 'pixel' WHEN e.ad IS NOT NULL THEN 'ad-exposed' "
          + "ELSE 'non-ad-exposed' END",
        "marketplace_id": "CASE WHEN kinds.is_on_amazon THEN 1 END",
        "marketplace_name": "CASE WHEN kinds.is_on_amazon THEN 'AMAZON.COM' END",
        "sns_subscription_id": "CASE WHEN e.kind = \(ConversionKind.order.rawValue) AND e.id % 20 = 0 "
          + "THEN 'SNS-' || lower(to_hex(e.id)) END",
      ],
      shared: [
        ConversionTables.values, SharedColumns.user, SharedColumns.moment("event", utc: "e.ts", local: "e.local_ts"),
      ], dimensions: [DimensionTables.conversionKinds])
  }

  /// Every order, as the shop knows it, whether or not an ad led to it.
  func retailPurchases() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("amazon_retail_purchases"),
      from: "(SELECT * FROM conversions WHERE kind = \(ConversionKind.order.rawValue)) e"
        + " LEFT JOIN products ON products.n = e.product",
      own: [
        "asin": "products.asin",
        "asin_brand": "CASE WHEN e.product % 4 < 3 THEN 'Lumen' ELSE 'Lumen Outdoor' END",
        "asin_name": "'Lumen ' || products.keyword",
        "asin_parent": "'B0LUMENP' || (e.product % 4)::VARCHAR",
        "currency_code": "'USD'",
        "event_id": SharedColumns.eventID("hash(e.id, 'retail')"),
        "is_business_flag": "e.id % 25 = 0",
        "is_gift_flag": "e.id % 10 = 1",
        "marketplace_id": "1",
        "marketplace_name": "'AMAZON.COM'",
        "no_3p_trackers": "false",
        "origin_session_id": SharedColumns.eventID("hash(e.id, 'origin')"),
        "purchase_session_id": SharedColumns.eventID("hash(e.id, 'session')"),
        "purchase_id": SharedColumns.eventID("hash(e.id, 'purchase')"),
        "purchase_month_utc": "date_part('month', e.ts)",
        "purchase_order_method": Dimension.word(["S", "S", "B", "1"], at: "CAST(e.id % 4 AS INTEGER)"),
        "purchase_order_type": "CASE WHEN e.id % 3 = 0 THEN 'NON-PRIME' ELSE 'Prime' END",
        "purchase_program_name": "'Amazon.com'",
        "purchase_units_sold": "e.units",
        "unit_price": "products.price",
      ], shared: [SharedColumns.user, SharedColumns.moment("purchase", utc: "e.ts", local: "e.local_ts")])
  }

  func vehiclePurchases() throws(SandboxRecipeError) -> TableRecipe {
    let number = "CAST(e.id % 4 AS INTEGER)"
    return try TableRecipe(
      catalogue.source("experian_vehicle_purchases"), from: "vehicle_purchases e LEFT JOIN geos ON geos.n = e.geo",
      own: [
        "new_or_used": "CASE WHEN e.is_new THEN 'N' ELSE 'U' END",
        "no_3p_trackers": "false",
        "purchase_date": "e.day",
        "reported_dealership": Dimension.word(["Harbour Motors", "Hill Cars", "City Wheels"], at: number),
        "vehicle_class": Dimension.word(["Luxury", "Standard"], at: number),
        "vehicle_fuel_type": "CASE WHEN \(number) = 0 THEN 'electric' ELSE 'gas' END",
        "vehicle_make":
          "CASE WHEN \(number) = 0 THEN '\(GroundTruth.electricMake)' ELSE '\(GroundTruth.otherMake)' END",
        "vehicle_model": Dimension.word(["Spark", "Fjord", "Dune", "Ridge"], at: number),
        "vehicle_model_year": "CASE WHEN e.is_new THEN 2026 ELSE 2018 + \(number) END",
        "vehicle_registered_state": "right(geos.iso_state_province_code, 2)",
        "vehicle_type": Dimension.word(["Sedan", "SUV", "SUV", "Truck"], at: number),
      ], shared: [SharedColumns.user])
  }

  func storeVisits() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("foursquare_visits"), from: "store_visits e LEFT JOIN geos ON geos.n = e.geo",
      own: [
        "chain_id": "CASE WHEN e.is_harbour THEN 'c1' ELSE 'c2' END",
        "chain_name":
          "CASE WHEN e.is_harbour THEN '\(GroundTruth.harbourChain)' ELSE '\(GroundTruth.hillChain)' END",
        "dwell_minutes": "5 + CAST((e.id >> 20) % 90 AS INTEGER)",
        "no_3p_trackers": "false",
        "venue_id": "(CASE WHEN e.is_harbour THEN 'c1-' ELSE 'c2-' END) || (e.id % 6)::VARCHAR",
        "visit_id": SharedColumns.eventID("e.id"),
        "visits": "1",
      ], shared: [SharedColumns.user, SharedColumns.moment("visit", utc: "e.ts", local: "e.ts")],
      dimensions: [DimensionTables.geos])
  }

  func householdPurchases() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("ncs_cpg_insights_stream"), from: "household_purchases e",
      own: [
        "brand": Dimension.word(["Lumen Bulbs", "Brightway", "Store brand"], at: "e.product"),
        "sub_brand": Dimension.word(["Lumen Eco", "Brightway Warm", "Basic"], at: "e.product"),
        "department": "'Household'",
        "super_category": "'Home care'",
        "category": Dimension.word(["Light bulbs", "Batteries"], at: "e.product"),
        "product_category": Dimension.word(["Household - Light bulbs", "Household - Batteries"], at: "e.product"),
        "household_purchase_id": SharedColumns.eventID("e.id"),
        "ncs_household_id": "'NCS-' || lower(to_hex(hash(e.user_index, 'household')))",
        "purchase_dollar_amount": "e.quantity * 3.49",
        "purchase_quantity": "e.quantity",
        "week_end_dt": "e.day",
      ], shared: [SharedColumns.user])
  }
}
