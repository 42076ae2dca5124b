/// Columns that several tables have, as expressions over the facts `e` and the dimensions.
enum SharedColumns {
  /// The ten columns of a moment: `impression_dt`, `impression_dt_utc`, `impression_hour` and so on. Both times may be
  /// NULL.
  static func moment(_ prefix: String, utc: String, local: String) -> TableRecipe.Columns {
    var columns: TableRecipe.Columns = [:]
    for (suffix, time) in [("", local), ("_utc", utc)] {
      columns["\(prefix)_dt\(suffix)"] = time
      columns["\(prefix)_dt_hour\(suffix)"] = "date_trunc('hour', \(time))"
      columns["\(prefix)_date\(suffix)"] = "CAST(\(time) AS DATE)"
      columns["\(prefix)_day\(suffix)"] = "date_part('day', \(time))"
      columns["\(prefix)_hour\(suffix)"] = "date_part('hour', \(time))"
    }
    return columns
  }

  /// The user of the event.
  static let user: TableRecipe.Columns = ["user_id": "e.user_id", "user_id_type": "e.user_id_type"]

  /// The device's identifier, which follows from user and device.
  static let device: TableRecipe.Columns = ["device_id": "to_hex(hash(e.user_index, e.device))"]

  /// The costs of an impression. Prices are in microcents, except `impression_cost` and `total_cost`, which are in
  /// millicents, as in the catalogue.
  static func costs(id: String) -> TableRecipe.Columns {
    // From 0.2 to 0.8 cents for an impression; 1 cent is 1,000,000 microcents.
    let bid = "(200000 + CAST((\(id) >> 24) % 600000 AS BIGINT))"
    let supply = "(\(bid) * 8 // 10)"
    let fees = "(25000 + \(supply) // 20 + 5000)"
    return [
      "bid_price": bid,
      "winning_bid_cost": supply,
      "supply_cost": supply,
      "audience_fee": "25000",
      "platform_fee": "\(supply) // 20",
      "managed_service_fee": "0",
      "ocm_fee": "\(supply) // 100",
      "third_party_fees": "5000",
      "impression_cost": "(\(supply) + \(fees)) // 1000",
      "total_cost": "(\(supply) + \(fees)) / 1000",
      "click_cost": "(\(supply) + \(fees)) // 1000",
    ]
  }

  /// The columns of private deals.
  static func deal(_ hasDeal: String, site: String) -> TableRecipe.Columns {
    [
      "deal_id": "CASE WHEN \(hasDeal) THEN 'DEAL10' || \(site)::VARCHAR END",
      "deal_name": "CASE WHEN \(hasDeal) THEN 'Lumen_Preferred_' || \(site)::VARCHAR END",
    ]
  }

  /// The identifier of an event, as text.
  static func eventID(_ bits: String) -> String { "lower(to_hex(\(bits)))" }

  /// The joins with the dimensions that describe an event.
  static func joins(item: String = "e.item", device: String = "e.device", site: String? = "e.site") -> String {
    let sites = site.map { " LEFT JOIN sites ON sites.n = \($0)" } ?? ""
    return " LEFT JOIN items ON items.n = \(item) LEFT JOIN devices ON devices.n = \(device)\(sites)"
      + " LEFT JOIN geos ON geos.n = e.geo"
  }
}
