import Catalog

/// The recipes of the Amazon DSP tables.
struct DisplayTables: Sendable {
  let catalogue: SandboxCatalogue
  let schedule: TableRecipe.Columns

  private let dimensions = [
    CampaignItems.dimension, DimensionTables.devices, DimensionTables.sites, DimensionTables.geos,
  ]

  private func shared(_ more: TableRecipe.Columns...) -> [TableRecipe.Columns] {
    let common = [
      SharedColumns.user, SharedColumns.device, SharedColumns.costs(id: "e.id"), schedule,
      SharedColumns.deal("e.has_deal", site: "e.site"),
      SharedColumns.moment("impression", utc: "e.ts", local: "e.local_ts"),
      ["request_tag": SharedColumns.eventID("e.id"), "segment_marketplace_id": "1"],
    ]
    return more + common
  }

  private static let userSegments =
    " LEFT JOIN masks user_masks ON user_masks.n = e.mask"
    + " LEFT JOIN masks matched_masks ON matched_masks.n = e.mask & items.targeted_mask"

  private static let segmentLists: TableRecipe.Columns = [
    "user_behavior_segment_ids": "user_masks.ids",
    "matched_behavior_segment_ids": "matched_masks.ids",
  ]

  func impressions() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("dsp_impressions"), from: "impressions e" + SharedColumns.joins() + Self.userSegments,
      own: ["impressions": "1"], shared: shared(Self.segmentLists), dimensions: dimensions)
  }

  /// A row for each video impression, with the events of its player.
  func videoEvents() throws(SandboxRecipeError) -> TableRecipe {
    let draw = "(e.id >> 34) % 100"
    var video: TableRecipe.Columns = ["impressions": "1", "video_impression": "1", "video_creative_view": "1"]
    for (name, perHundred) in [
      ("start", GroundTruth.videoStartsPerHundred),
      ("first_quartile", GroundTruth.videoFirstQuartilesPerHundred),
      ("midpoint", GroundTruth.videoMidpointsPerHundred),
      ("third_quartile", GroundTruth.videoThirdQuartilesPerHundred),
      ("complete", GroundTruth.videoCompletesPerHundred),
    ] {
      video["video_\(name)"] = "\(draw) < \(perHundred)"
    }
    // Actions of viewers, only in a video that started: one in twenty each.
    for (number, name) in ["mute", "pause", "skip_backward", "skip_forward"].enumerated() {
      video["video_\(name)"] =
        "\(draw) < \(GroundTruth.videoStartsPerHundred) AND (e.id >> 26) % 20 = \(number)"
    }
    video["video_unmute"] = "\(draw) < \(GroundTruth.videoMidpointsPerHundred) AND (e.id >> 26) % 20 = 0"
    video["video_resume"] = "\(draw) < \(GroundTruth.videoMidpointsPerHundred) AND (e.id >> 26) % 20 = 1"
    video["video_replay"] = "\(draw) < \(GroundTruth.videoCompletesPerHundred) AND (e.id >> 26) % 20 = 4"
    video["video_click"] = "(e.id >> 23) % 1000 < \(GroundTruth.clicksPerThousand)"
    return try TableRecipe(
      catalogue.source("dsp_video_events_feed"),
      from: "(SELECT * FROM impressions WHERE item BETWEEN \(CampaignItems.firstVideo) "
        + "AND \(CampaignItems.displayCount - 1)) e" + SharedColumns.joins() + Self.userSegments,
      own: video, shared: shared(Self.segmentLists), dimensions: dimensions)
  }

  func clicks() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("dsp_clicks"), from: "clicks e" + SharedColumns.joins(), own: ["clicks": "1"],
      shared: shared(SharedColumns.moment("click", utc: "e.click_ts", local: "e.click_local_ts")),
      dimensions: dimensions)
  }

  func views() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("dsp_views"), from: "views e" + SharedColumns.joins(),
      own: [
        "event_type": "e.event_type",
        "events": "1",
        "impression_id": SharedColumns.eventID("e.id"),
        "measurable_impressions": "e.event_type = 'MEASURABLE_IMP'",
        "viewable_impressions": "e.event_type = 'VIEW'",
        "unmeasurable_viewable_impressions": "e.event_type IN ('UNMEASURABLE_IMP', 'SYNTHETIC_VIEW')",
        "view_definition": "CASE WHEN e.event_type = 'VIEW' THEN 'MRC' END",
      ],
      shared: shared(SharedColumns.moment("event", utc: "e.view_ts", local: "e.view_local_ts")), dimensions: dimensions)
  }

  /// A row for each segment of the user, or for each that the line item targets as well.
  func impressionsBySegment(matchedOnly: Bool) throws(SandboxRecipeError) -> TableRecipe {
    let members = matchedOnly ? "e.mask & items.targeted_mask" : "e.mask"
    let name = matchedOnly ? "dsp_impressions_by_matched_segments" : "dsp_impressions_by_user_segments"
    // Unnesting keeps the order of the facts. A join with several matches would not.
    let facts =
      "(SELECT e.*, unnest(masks.numbers) AS segment FROM impressions e "
      + "LEFT JOIN items ON items.n = e.item LEFT JOIN masks ON masks.n = \(members))"
    let relation =
      "\(facts) e" + SharedColumns.joins() + Self.userSegments
      + " LEFT JOIN segments ON segments.n = e.segment"
    return try TableRecipe(
      catalogue.source(name), from: relation,
      own: [
        "behavior_segment_id": "segments.segment_id",
        "behavior_segment_name": "segments.segment_name",
        "behavior_segment_description": "segments.segment_description",
        "behavior_segment_matched": "(items.targeted_mask >> e.segment) & 1",
        "impressions": "1",
      ],
      shared: shared(Self.segmentLists), dimensions: dimensions)
  }
}
