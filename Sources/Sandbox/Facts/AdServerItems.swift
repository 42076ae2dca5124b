/// The placements of the ad server, each with its campaign, package and ad.
///
/// Placements 0 to 3 are display, 4 and 5 video, 6 and 7 search.
enum AdServerItems {
  static let displayCount = 4
  static let firstVideo = 4
  static let firstSearch = 6

  private static let isVideo = "n IN (4, 5)"
  private static let isSearch = "n >= \(firstSearch)"
  /// Campaigns have two placements each, except those of search, which have one.
  private static let campaign = "CASE WHEN \(isSearch) THEN n - 3 ELSE n // 2 END"

  /// The placement of a display impression, as a SQL expression.
  static func placement(item: String) -> String {
    "CASE WHEN \(item) BETWEEN \(CampaignItems.firstVideo) AND \(CampaignItems.displayCount - 1) "
      + "THEN \(firstVideo) + \(item) % 2 ELSE \(item) % \(displayCount) END"
  }

  static let dimension = Dimension(name: "placements", rowCount: 8, columns: account + media + search)

  private static let account: [(name: String, expression: String)] = [
    ("account_currency", "'USD'"),
    ("account_timezone", "'\(GroundTruth.timeZone)'"),
    ("advertiser_number", "CASE WHEN n IN (4, 5, 7) THEN 1 ELSE 0 END"),
    ("advertiser", Dimension.word(["Lumen Lamps", "Lumen Outdoor"], at: "advertiser_number")),
    ("advertiser_id", "\(Dimension.word(GroundTruth.advertiserIDs(.adServer), at: "advertiser_number"))::BIGINT"),
    ("adserver_brand", Dimension.word(["Lumen", "Lumen Outdoor"], at: "advertiser_number")),
    ("adserver_brand_id", "8100 + advertiser_number"),
    ("vertical", "'Home and Garden'"),
    ("campaign_number", campaign),
    ("campaign_id", "61000 + campaign_number"),
    (
      "campaign",
      Dimension.word(
        [
          "Lumen_Server_Awareness", "Lumen_Server_Retargeting", "Lumen_Server_Video", "Lumen_Search_Brand",
          "Lumen_Search_Outdoor",
        ], at: "campaign_number")
    ),
    ("campaign_type", "CASE WHEN \(isSearch) THEN 'search' ELSE 'display' END"),
  ]

  private static let media: [(name: String, expression: String)] = [
    ("is_video", isVideo),
    ("placement", "CASE WHEN NOT \(isSearch) THEN 'Placement ' || n::VARCHAR END"),
    ("placement_id", "CASE WHEN NOT \(isSearch) THEN 62000 + n END"),
    (
      "placement_type",
      "CASE WHEN \(isVideo) THEN 'In-stream video' WHEN NOT \(isSearch) THEN 'In-banner' END"
    ),
    (
      "placement_dimensions",
      "CASE WHEN \(isVideo) THEN '1920x1080' WHEN NOT \(isSearch) THEN \(Dimension.word(["300x250", "320x50"])) END"
    ),
    ("package", "CASE WHEN NOT \(isSearch) THEN 'Package ' || campaign_number::VARCHAR END"),
    ("package_id", "CASE WHEN NOT \(isSearch) THEN 63000 + campaign_number END"),
    ("ad", "CASE WHEN NOT \(isSearch) THEN 'Lumen_Server_Ad_' || n::VARCHAR END"),
    ("ad_id", "CASE WHEN NOT \(isSearch) THEN 64000 + n END"),
    ("ad_format", "CASE WHEN \(isVideo) THEN 'In-stream video' WHEN NOT \(isSearch) THEN 'In-banner' END"),
    ("ad_length", "CASE WHEN \(isVideo) THEN 15 * (n - 3) END"),
    ("ad_size", "CASE WHEN NOT \(isSearch) THEN (40 + n * 25)::VARCHAR END"),
    (
      "adserver_site", Dimension.word(["Amazon DSP", "News Publisher", "Streaming Publisher", "AdWords"], at: "n // 2")
    ),
    ("section", "CASE WHEN NOT \(isSearch) THEN 'Section ' || (n % 3)::VARCHAR END"),
    ("section_id", "CASE WHEN NOT \(isSearch) THEN 65000 + n % 3 END"),
    ("cost_model_type", "CASE WHEN \(isSearch) THEN 'CPC' ELSE 'CPM' END"),
    ("cost_per_unit", "CASE WHEN NOT \(isSearch) THEN (2 + n)::VARCHAR || '.50' END"),
    ("ordered_units", "CASE WHEN NOT \(isSearch) THEN 100000 + n * 50000 END"),
    ("is_dco_ad", "n = 1"),
    ("smart_items_list", "CASE WHEN n = 1 THEN 'headline,image,price' END"),
    ("version_id", "CASE WHEN n = 1 THEN 66001 END"),
    ("version_name", "CASE WHEN n = 1 THEN 'Autumn prices' END"),
    ("target_audience_id", "CASE WHEN n = 1 THEN 66101 END"),
    ("target_audience_name", "CASE WHEN n = 1 THEN 'Returning visitors' END"),
  ]

  private static let search: [(name: String, expression: String)] = [
    ("search_account_id", "CASE WHEN \(isSearch) THEN 67001 END"),
    ("search_vendor", "CASE WHEN \(isSearch) THEN 'AdWords' END"),
    ("search_integration", "CASE WHEN \(isSearch) THEN 'Direct' END"),
    ("search_campaign_id", "CASE WHEN \(isSearch) THEN 67100 + n END"),
    ("search_campaign_type", "CASE WHEN \(isSearch) THEN 'Search' END"),
    ("search_ad_group", "CASE WHEN \(isSearch) THEN 'Lamps ' || n::VARCHAR END"),
    ("search_ad_group_id", "CASE WHEN \(isSearch) THEN 67200 + n END"),
    ("search_ad", "CASE WHEN \(isSearch) THEN 'Light for every room' END"),
    ("search_ad_id", "CASE WHEN \(isSearch) THEN 67300 + n END"),
    ("search_ad_text", "CASE WHEN \(isSearch) THEN 'Lamps that last, from Lumen' END"),
    ("search_ad_display_url", "CASE WHEN \(isSearch) THEN 'lumen.example/lamps' END"),
    ("search_ad_click_through_url", "CASE WHEN \(isSearch) THEN 'https://lumen.example/lamps' END"),
    ("search_keyword_type", "CASE WHEN \(isSearch) THEN 'keyword' END"),
    ("search_match_type", "CASE WHEN \(isSearch) THEN \(Dimension.word(["BROAD", "EXACT"])) END"),
  ]
}
