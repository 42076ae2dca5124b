/// The line items of display campaigns and the ad groups of sponsored ones, each with its campaign and creative.
///
/// Items 0 to 8 are display (three campaigns with three line items each), 9 is the reach campaign of the ground truth,
/// 10 to 17 are sponsored.
enum CampaignItems {
  static let displayCount = 9
  static let reachItem = 9
  static let firstSponsored = 10
  static let sponsoredCount = 8
  /// Display items from this one on are video.
  static let firstVideo = 6

  private static let isSponsored = "n >= \(firstSponsored)"
  private static let isVideo = "n BETWEEN \(firstVideo) AND \(displayCount - 1)"
  /// The campaign's number: 0 to 3 are display, 4 to 7 sponsored.
  private static let campaign = "CASE WHEN \(isSponsored) THEN 4 + (n - \(firstSponsored)) // 2 ELSE n // 3 END"

  static let dimension = Dimension(
    name: "items", rowCount: firstSponsored + sponsoredCount,
    columns: account + campaignColumns + itemColumns + creativeColumns)

  private static let account: [(name: String, expression: String)] = [
    // The second advertiser has the streaming campaign, and the second half of the sponsored ones.
    (
      "advertiser_number",
      "CASE WHEN \(isSponsored) THEN (n - \(firstSponsored)) // 4 WHEN \(isVideo) THEN 1 ELSE 0 END"
    ),
    ("advertiser", Dimension.word(["Lumen Lamps", "Lumen Outdoor"], at: "advertiser_number")),
    ("advertiser_id", "\(Dimension.word(GroundTruth.advertiserIDs(.display), at: "advertiser_number"))::BIGINT"),
    ("advertiser_timezone", "'\(GroundTruth.timeZone)'"),
    (
      "entity_id",
      "CASE WHEN \(isSponsored) "
        + "THEN \(Dimension.word(GroundTruth.advertiserIDs(.sponsoredAds), at: "advertiser_number")) "
        + "ELSE 'ENTITYLUMENDISPLAY' END"
    ),
    ("currency_iso_code", "'USD'"),
    ("currency_name", "'Dollar (USA)'"),
    ("merchant_id", "777001"),
    ("marketplace_name", "'AMAZON.COM'"),
    ("no_3p_trackers", "n % 4 = 3"),
    ("advertiser_account_frequency_group_ids", "CASE WHEN n % 3 = 0 THEN [9001] ELSE [9001, 9002] END"),
    ("manager_account_frequency_group_ids", "CASE WHEN n % 2 = 0 THEN [8001] END"),
  ]

  private static let campaignColumns: [(name: String, expression: String)] = [
    ("campaign_number", campaign),
    ("campaign_id", "571234567890120000 + campaign_number * 101"),
    (
      "campaign",
      Dimension.word(
        [
          "Lumen_Awareness_Display_US", "Lumen_Retargeting_Display_US", "Lumen_Streaming_US",
          GroundTruth.reachCampaign, "Lumen_SP_Keywords_US", "Lumen_SB_Brand_US", "Lumen_SD_Audiences_US",
          "Lumen_STV_US",
        ], at: "campaign_number")
    ),
    (
      "campaign_id_string",
      "CASE WHEN \(isSponsored) THEN 'A0LUMEN' || campaign_number::VARCHAR || 'X9Q2' ELSE campaign_id::VARCHAR END"
    ),
    ("campaign_budget_amount", "(50 + campaign_number * 25) * 100000000"),
    ("campaign_budget_type", Dimension.word(["DAILY_BUDGET", "LIFETIME_BUDGET"], at: "campaign_number")),
    ("campaign_country", "'US'"),
    ("campaign_flight_id", "612340000000000 + campaign_number"),
    ("campaign_insertion_order_id", "(880000000 + campaign_number)::VARCHAR"),
    ("campaign_primary_goal", Dimension.word(["REACH", "DPVR", "COMPLETION_RATE", "REACH"], at: "campaign_number")),
    ("campaign_sales_type", "'BILLABLE'"),
    ("campaign_source", "'ADVERTISER'"),
    ("campaign_status", "'RUNNING'"),
    (
      "ad_product_type",
      sponsoredWord(["sponsored_products", "sponsored_brands", "sponsored_display", "sponsored_television"])
    ),
    ("portfolio_id", "330000001"),
    ("portfolio_name", "'Lumen Portfolio'"),
    ("product_line", "'Lighting'"),
    ("targeted_mask", "1 << (n % \(DimensionTables.segmentCount)) | 1 << ((n + 3) % \(DimensionTables.segmentCount))"),
  ]

  private static let itemColumns: [(name: String, expression: String)] = [
    ("line_item", "campaign || ' - ' || \(Dimension.word(["PROSPECTING", "RETARGETING", "O&O"]))"),
    ("line_item_id", "5812345678900000 + n * 17"),
    ("line_item_budget_amount", "(20 + n) * 100000000"),
    ("line_item_price_type", "CASE WHEN \(isSponsored) AND n % 4 < 2 THEN 'CPC' ELSE 'CPM' END"),
    ("line_item_status", "CASE WHEN \(isSponsored) THEN 'ENABLED' ELSE 'RUNNING' END"),
    (
      "line_item_type",
      "CASE WHEN \(isSponsored) THEN 'KEYWORD_BIDDING' WHEN \(isVideo) THEN 'AAP_VIDEO_CPM' "
        + "ELSE \(Dimension.word(["AAP_DISPLAY", "AAP_MOBILE", "AAP"])) END"
    ),
    ("ad_group", "line_item"),
    ("ad_group_status", "'ENABLED'"),
    ("ad_group_type", "CASE WHEN \(isSponsored) THEN 'MANUAL' END"),
    ("targeting", sponsoredWord(["lamp", "lumen lamp", "desk lamp", "reading light"])),
    ("match_type", sponsoredWord(["BROAD", "PHRASE", "EXACT", "TARGETING_EXPRESSION"])),
    (
      "placement_type",
      sponsoredWord(["Top of Search on-Amazon", "Detail Page on-Amazon", "Homepage on-Amazon", "Off Amazon"])
    ),
  ]

  private static let creativeColumns: [(name: String, expression: String)] = [
    ("creative", "'Lumen_Creative_' || n::VARCHAR"),
    ("creative_id", "591234567890120000 + n * 7"),
    ("creative_asin", "CASE WHEN \(isSponsored) THEN 'B0LUMEN' || lpad((n - \(firstSponsored))::VARCHAR, 3, '0') END"),
    ("creative_category", "CASE WHEN \(isVideo) THEN 'Video' WHEN NOT \(isSponsored) THEN 'Display' END"),
    ("creative_duration", "CASE WHEN \(isVideo) THEN [15, 30, 60][1 + n % 3] END"),
    ("creative_is_link_in", "CASE WHEN n % 2 = 0 THEN 'Y' ELSE 'N' END"),
    (
      "creative_size",
      "CASE WHEN \(isVideo) THEN 'Responsive' ELSE \(Dimension.word(["300x250", "728x90", "320x50"])) END"
    ),
    ("ad_slot_size", Dimension.word(["300x250", "728x90", "320x50"])),
    (
      "creative_type",
      "CASE WHEN \(isSponsored) THEN \(Dimension.word(["static_image", "video"], at: "n // 4")) "
        + "WHEN \(isVideo) THEN 'Streaming TV Video' ELSE 'Standard Display' END"
    ),
  ]

  /// A word for each two sponsored items, and NULL for display.
  private static func sponsoredWord(_ words: [String]) -> String {
    "CASE WHEN \(isSponsored) THEN \(Dimension.word(words, at: "(n - \(firstSponsored)) // 2")) END"
  }

  /// The columns of starts and ends. They depend on the days of the sandbox: a month before the first day, and a month
  /// after the last, in the advertiser's time zone and in UTC.
  static func scheduleColumns(firstDay: String, lastDay: String) -> [String: String] {
    var columns: [String: String] = [:]
    let times = [
      ("start", "TIMESTAMP '\(firstDay)' - INTERVAL 30 DAY"),
      ("end", "TIMESTAMP '\(lastDay)' + INTERVAL 31 DAY - INTERVAL 1 SECOND"),
    ]
    for (edge, time) in times {
      let utc = "timezone('UTC', timezone('\(GroundTruth.timeZone)', \(time)))"
      for owner in ["campaign", "line_item", "ad_group", "package", "placement"] {
        for part in ["date", "dt"] {
          columns["\(owner)_\(edge)_\(part)"] = time
          columns["\(owner)_\(edge)_\(part)_utc"] = utc
        }
      }
    }
    return columns
  }
}
