/// The titles that subscribers of the sandbox's Prime Video channel watch.
enum StreamingTitles {
  static let count = 6
  /// The last title is a live event.
  private static let isLive = "n = 5"
  private static let isMovie = "n IN (3, 4)"
  private static let isSeries = "n < 3"

  static let dimension = Dimension(
    name: "titles", rowCount: count,
    columns: [
      ("marketplace_id", "1"),
      ("marketplace_name", "'AMAZON.COM'"),
      ("no_3p_trackers", "false"),
      ("pv_access_type", "'subscription'"),
      ("pv_gti_cast", "[\(Dimension.word(["A. Lind", "B. Moreau", "C. Okafor"])), 'D. Sato']"),
      ("pv_gti_content_entity_type", "CASE WHEN \(isLive) THEN 'Live Event' ELSE 'Feature' END"),
      ("pv_gti_content_rating", Dimension.word(["TV-14", "TV-PG", "TV-MA"])),
      (
        "pv_gti_content_type",
        "CASE WHEN \(isSeries) THEN 'TV Episode' WHEN \(isMovie) THEN 'Movie' ELSE 'Live Event' END"
      ),
      ("pv_gti_director", "[\(Dimension.word(["E. Varga", "F. Nilsen"]))]"),
      ("pv_gti_episode", "CASE WHEN \(isSeries) THEN 'Episode ' || (n + 1)::VARCHAR END"),
      ("pv_gti_event_context", "CASE WHEN \(isLive) THEN 'Season final' END"),
      ("pv_gti_event_item", "CASE WHEN \(isLive) THEN 'Harbour - Hill' END"),
      ("pv_gti_event_league", "CASE WHEN \(isLive) THEN 'Sandbox League' END"),
      ("pv_gti_event_name", "CASE WHEN \(isLive) THEN 'Cup of Lights' END"),
      ("pv_gti_event_sport", "CASE WHEN \(isLive) THEN 'Football' END"),
      ("pv_gti_genre", "[\(Dimension.word(["Drama", "Comedy", "Documentary"]))]"),
      ("pv_gti_is_live", isLive),
      ("pv_gti_release_date", "DATE '2024-01-15' + CAST(n * 31 AS INTEGER)"),
      ("pv_gti_season", "CASE WHEN \(isSeries) THEN '1' END"),
      (
        "pv_gti_series_or_movie_name",
        Dimension.word(["Night Lights", "The Switch", "Lamp Makers", "Dusk", "Filament", "Cup of Lights"])
      ),
      ("pv_gti_studio", Dimension.word(["Lantern Pictures", "Wick Studios"])),
      ("pv_gti_title_name", "pv_gti_series_or_movie_name || coalesce(': ' || pv_gti_episode, '')"),
      ("pv_is_avod", "false"),
      ("pv_is_channels", "true"),
      ("pv_is_svod", "true"),
      ("pv_material_type", "CASE WHEN \(isLive) THEN 'live' ELSE 'full' END"),
      ("pv_offer_group", "'subscription'"),
      ("pv_stream_type", "CASE WHEN \(isLive) THEN 'live-event' ELSE 'VOD' END"),
      ("pv_streaming_asin", "'B0STREAM' || lpad(n::VARCHAR, 2, '0')"),
      ("pv_streaming_gti", "'amzn1.dv.gti.sandbox-' || n::VARCHAR"),
    ])
}
