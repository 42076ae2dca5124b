/// The devices, locations, sites, products and kinds of conversions of every sandbox.
enum DimensionTables {
  static let devices = Dimension(
    name: "devices", rowCount: 12,
    columns: [
      ("device_make", Dimension.word(["Apple", "Samsung", "Generic", "ROKU", "Amazon", "Google"])),
      ("device_model", Dimension.word(["iPhone", "GALAXY", "PC", "Roku Ultra", "Fire TV", "Pixel"])),
      ("device_type", Dimension.word(["Phone", "Phone", "PC", "TV", "ConnectedDevice", "Tablet"])),
      ("operating_system", Dimension.word(["iOS", "Android", "Windows", "Roku OS", "Fire OS", "Android"])),
      ("os_version", Dimension.word(["17.5.1", "14", "11", "12.5", "8.1", "13"])),
      ("browser_family", Dimension.word(["Mobile Safari", "Android App", "Chrome", "Roku App", "Silk", "Chrome"])),
      ("environment_type", Dimension.word(["Web", "App", "Web", "App", "App", "Web"])),
    ])

  static let geos = Dimension(
    name: "geos", rowCount: 24,
    columns: [
      ("iso_country_code", "CASE WHEN n < 20 THEN 'US' ELSE 'CA' END"),
      (
        "iso_state_province_code",
        Dimension.word(["US-NY", "US-CA", "US-TX", "US-WA", "US-IL"])
          .wrapped(unless: "n < 20", else: Dimension.word(["CA-ON", "CA-QC", "CA-BC", "CA-AB"]))
      ),
      (
        "city_name",
        Dimension.word(["New York", "Los Angeles", "Austin", "Seattle", "Chicago"])
          .wrapped(unless: "n < 20", else: Dimension.word(["Toronto", "Montreal", "Vancouver", "Calgary"]))
      ),
      (
        "dma_code",
        Dimension.word(["US-DMA501", "US-DMA803", "US-DMA635", "US-DMA819", "US-DMA602"])
          .wrapped(unless: "n < 20", else: "NULL")
      ),
      (
        "postal_code",
        "CASE WHEN n < 20 THEN 'US-' || (10000 + n * 4391)::VARCHAR ELSE 'CA-M' || (n - 19)::VARCHAR || 'A1B2' END"
      ),
    ])

  /// Sites 0 to 7 show display ads, 8 to 11 video.
  static let sites = Dimension(
    name: "sites", rowCount: 12,
    columns: [
      (
        "site",
        Dimension.word([
          "amazon.com", "imdb.com", "news.example", "recipes.example", "weather.example", "games.example iOS (ID: 42)",
          "maps.example", "music.example", "Prime Video", "twitch.tv", "Freevee", "sports.example",
        ])
      ),
      ("app_bundle", "CASE WHEN n IN (5, 8, 10) THEN 'com.example.app' || n::VARCHAR END"),
      (
        "supply_source",
        Dimension.word([
          "AMAZON.COM", "AMAZON.COM", "PUBMATIC WEB DISPLAY", "PUBMATIC WEB DISPLAY", "APS WEB DISPLAY",
          "APS MOBILE APP", "APS WEB DISPLAY", "PUBMATIC WEB DISPLAY", "PRIME VIDEO", "TWITCH WEB VIDEO", "FREEVEE",
          "APS STREAMING TV",
        ])
      ),
      ("supply_source_id", "50 + n"),
      ("supply_source_is_view_aware", "n % 4 <> 3"),
      ("supply_source_view_rate", "0.40 + n * 0.05"),
      ("placement_is_view_aware", "n % 5 <> 4"),
      ("placement_view_rate", "0.95 - n * 0.05"),
      ("is_amazon_owned", "n IN (0, 1, 8, 9, 10)"),
      ("page_type", "CASE n WHEN 0 THEN 'Detail' WHEN 1 THEN 'Search' END"),
      ("slot_position", Dimension.word(["ATF", "BTF", "UNKNOWN"])),
      ("demand_channel", "'Amazon DSP'"),
      ("demand_channel_owner", "CASE WHEN n IN (0, 1, 8, 9, 10) THEN 'AMAZON' ELSE 'THIRD_PARTY' END"),
    ])

  static let products = Dimension(
    name: "products", rowCount: GroundTruth.productCount,
    columns: [
      ("asin", "'B0LUMEN' || lpad(n::VARCHAR, 3, '0')"),
      ("price", "CAST(9.99 + n * 2.5 AS DECIMAL(38, 4))"),
      ("is_sensitive", "n >= \(GroundTruth.productCount - GroundTruth.sensitiveProductCount)"),
      ("keyword", Dimension.word(["lumen lamp", "desk lamp", "reading light", "night light"])),
    ])

  /// The kinds of conversions. Their keys are the cases of `ConversionKind`.
  static let conversionKinds = Dimension(
    name: "kinds", rowCount: ConversionKind.allCases.count,
    columns: [
      ("event_category", Dimension.word(["website", "website", "purchase", "website", "off-Amazon"])),
      ("event_subtype", Dimension.word(["detailPageView", "shoppingCart", "order", "searchConversion", "134"])),
      (
        "event_type_class",
        Dimension.word(["consideration", "consideration", "conversion", "consideration", "conversion"])
      ),
      (
        "event_type_description",
        "CASE WHEN n <> 3 THEN "
          + Dimension.word([
            "Product detail page viewed", "Add to Shopping Cart", "Product purchased", "", "Brand site: Sign up",
          ]) + " END"
      ),
      ("conversion_event_name", "CASE n WHEN 4 THEN 'Newsletter sign-up' END"),
      ("conversion_event_source_name", "CASE n WHEN 4 THEN 'Amazon Ad Tag' END"),
      ("is_on_amazon", "n <> 4"),
    ])

  static let all = [
    devices, geos, sites, products, conversionKinds, CampaignItems.dimension, segments, AdServerItems.dimension,
    StreamingTitles.dimension,
  ]

  /// Groups of users that line items target.
  static let segments = Dimension(
    name: "segments", rowCount: segmentCount,
    columns: [
      ("segment_id", "\(firstSegmentID) + n"),
      (
        "segment_name",
        Dimension.word([
          "IM - Lighting", "IM - Home Office", "IM - Smart Home", "LS - Readers", "LS - Parents", "LS - Gamers",
          "LS - Commuters", "LS - Pet Owners",
        ])
      ),
      ("segment_description", "'Shoppers of sandbox group ' || n::VARCHAR"),
      ("category_level_1", "CASE WHEN n < \(firstLifestyle) THEN 'In-market' ELSE 'Lifestyle' END"),
      ("category_level_2", Dimension.word(["Home", "Office", "Leisure"])),
      ("category_path", "category_level_1 || '/' || category_level_2"),
      ("no_3p_trackers", "false"),
    ])

  static let segmentCount = 8
  /// Segments before this one are in-market, the others lifestyle.
  static let firstLifestyle = 3
  static let firstSegmentID = 100_001
}

/// The kinds of conversions, in the order in which a shopper reaches them.
enum ConversionKind: Int, CaseIterable {
  case detailPageView, shoppingCart, order, searchConversion, offAmazon
}

extension String {
  fileprivate func wrapped(unless condition: String, else other: String) -> String {
    "CASE WHEN \(condition) THEN \(self) ELSE \(other) END"
  }
}
