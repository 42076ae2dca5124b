import Catalog

/// The recipes of the tables about users' subscriptions and vehicles: a Prime Video channel, a garage.
struct SubscriberTables: Sendable {
  let catalogue: SandboxCatalogue
  let settings: SandboxSettings

  private var firstDay: String { "DATE '\((settings.eventDays.first ?? settings.lastDay).text)'" }
  private var lastDay: String { "DATE '\(settings.lastDay.text)'" }

  func streams() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("amazon_pvc_streaming_events_feed"),
      from: "streams e LEFT JOIN titles ON titles.n = e.title LEFT JOIN geos ON geos.n = e.geo",
      own: [
        "pv_is_hh_share": "e.id % 4 = 0",
        "pv_is_user_initiated": "e.id % 10 > 0",
        "pv_playback_date_utc": "CAST(e.ts AS DATE)",
        "pv_playback_dt_utc": "e.ts",
        "pv_seconds_viewed": "e.seconds",
        "pv_session_id": SharedColumns.eventID("e.id"),
        "pv_streaming_geo_country": "geos.iso_country_code",
        "pv_streaming_language": "CASE WHEN geos.iso_state_province_code = 'CA-QC' THEN 'fr' ELSE 'en' END",
      ], shared: [SharedColumns.user], dimensions: [StreamingTitles.dimension])
  }

  /// A free trial of a week that ends with the sandbox's first day, and the paid plan that follows half of the trials.
  func enrollments() throws(SandboxRecipeError) -> TableRecipe {
    let isPaid = "e.is_paid"
    let subscribers = GroundTruth.channelSubscribers.condition(on: "user_index")
    let converted = GroundTruth.convertedSubscribers.condition(on: "user_index")
    let records =
      "(SELECT *, unnest(CASE WHEN converted THEN [false, true] ELSE [false] END) AS is_paid FROM ("
      + "SELECT *, \(converted) AS converted FROM users WHERE \(subscribers) ORDER BY user_id, user_index)) e"
    return try TableRecipe(
      catalogue.source("amazon_pvc_enrollments"), from: records,
      own: [
        "marketplace_id": "1",
        "marketplace_name": "'AMAZON.COM'",
        "no_3p_trackers": "false",
        "pv_benefit_id": "'lumenplus'",
        "pv_benefit_name": "'Lumen Plus'",
        "pv_billing_type": "CASE WHEN \(isPaid) THEN 'HARD_OFFER' ELSE 'FREE_TRIAL' END",
        "pv_start_date": "CASE WHEN \(isPaid) THEN \(firstDay) ELSE \(firstDay) - 7 END",
        "pv_end_date": "CASE WHEN \(isPaid) THEN \(lastDay) + 30 ELSE \(firstDay) END",
        "pv_enrollment_status": "CASE WHEN \(isPaid) THEN 'ACTIVE' ELSE 'ENDED' END",
        "pv_is_latest_record": "\(isPaid) OR NOT e.converted",
        "pv_is_plan_conversion": isPaid,
        "pv_is_plan_start": "NOT \(isPaid)",
        "pv_is_promo": "e.user_index % 3 = 0",
        "pv_offer_name": "CASE WHEN \(isPaid) THEN 'Lumen Plus monthly' ELSE 'Lumen Plus 7 days free' END",
        "pv_sub_event_primary_key": SharedColumns.eventID("hash(e.user_index, \(isPaid))"),
        "pv_subscription_id": SharedColumns.eventID("hash(e.user_index, 'subscription')"),
        "pv_subscription_name": "'Lumen Plus'",
        "pv_subscription_product_id": "'LUMENPLUS-US'",
        "pv_unit_price": "CASE WHEN \(isPaid) THEN 5.99 ELSE 0 END",
      ], shared: [SharedColumns.user])
  }

  func garage() throws(SandboxRecipeError) -> TableRecipe {
    let owners = GroundTruth.garageOwners.condition(on: "user_index")
    let electric = GroundTruth.electricOwners.condition(on: "user_index")
    let number = "CAST(e.user_index // 100 % 3 AS INTEGER)"
    return try TableRecipe(
      catalogue.source("amazon_your_garage"),
      from: "(SELECT *, \(electric) AS is_electric FROM users WHERE \(owners) ORDER BY user_id, user_index) e",
      own: [
        "creation_date": "\(firstDay) - 400 + CAST(e.user_index % 300 AS INTEGER)",
        "update_date": "\(firstDay) - 60 + CAST(e.user_index % 30 AS INTEGER)",
        "last_accessed_date": "\(lastDay) - CAST(e.user_index % 10 AS INTEGER)",
        "garage_make":
          "CASE WHEN e.is_electric THEN '\(GroundTruth.electricMake)' ELSE '\(GroundTruth.otherMake)' END",
        "garage_model":
          "CASE WHEN e.is_electric THEN 'Spark' ELSE \(Dimension.word(["Fjord", "Dune"], at: number)) END",
        "garage_submodel": Dimension.word(["Base", "Sport", "Touring"], at: number),
        "garage_year": "(2016 + CAST(e.user_index // 10 % 9 AS INTEGER))::VARCHAR",
        "garage_bodystyle": Dimension.word(["Sedan", "SUV", "Wagon"], at: number),
        "garage_brakes": "'Disc'",
        "garage_drivetype": Dimension.word(["FWD", "AWD"], at: number),
        "garage_engine": "CASE WHEN e.is_electric THEN 'Electric' ELSE '2.0L L4' END",
        "garage_transmission": "CASE WHEN e.is_electric THEN 'Single speed' ELSE 'Automatic' END",
        "vehicle_type": "'Car'",
        "marketplace_name": "'AMAZON.COM'",
        "no_3p_trackers": "false",
      ], shared: [SharedColumns.user])
  }
}
