extension AdaptiveAttack {
  /// Probes: many queries whose results are combined.
  static let probes: [AdaptiveAttack] = [
    AdaptiveAttack(
      name: "the city among all cities that there are", secret: .city, learns: "the victim's city"
    ) { door in
      let cities = try await door.ask("SELECT DISTINCT city_name FROM dsp_impressions").data
      for city in cities {
        let text = city.replacing("\"", with: "")
        if try await door.givesRows(
          "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND city_name = '\(text)'")
        {
          return text
        }
      }
      return "nowhere"
    },
    AdaptiveAttack(
      name: "random samples of the victim's campaign", secret: .seen, learns: "whether the victim saw the campaign"
    ) { door in
      var found = 0
      for _ in 0..<20 {
        let sql = "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND RANDOM() < 2"
        if try await door.givesRows(sql) { found += 1 }
      }
      return String(found)
    },
    AdaptiveAttack(
      name: "the same question asked again and again", secret: .cost, learns: "what the victim's impression cost"
    ) { door in
      var sums: Set<Double> = []
      for _ in 0..<10 {
        let sum = try await door.number("SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign = 'solo'")
        if let sum { sums.insert(sum) }
      }
      return sums.sorted().map { "\($0)" }.joined(separator: ",")
    },
    AdaptiveAttack(
      name: "other groupings of the victim's row, until one is shown", secret: .segments, learns: "the victim's segment"
    ) { door in
      for key in ["dma_code", "browser_family", "advertiser_id", "campaign_id", "impression_hour_utc", "campaign"] {
        let rows = try await door.ask(
          """
          SELECT \(key) AS k, segment, COUNT(*) AS n
          FROM (SELECT user_id, \(key), EXPLODE(matched_behavior_segment_ids) AS segment FROM dsp_impressions)
          WHERE segment > 800 GROUP BY 1, 2
          """
        ).data
        if let row = rows.first { return row }
      }
      return "nothing"
    },
    AdaptiveAttack(
      name: "the words of refusals and notes", secret: .detail, learns: "the victim's line item"
    ) { door in
      var words: [String] = []
      for item in ["CAST(line_item AS INTEGER)", "line_item + 1", "CAST(page_type AS DATE)", "1 / supply_cost"] {
        let answer = try await door.ask("SELECT COUNT(\(item)) AS n FROM dsp_impressions WHERE campaign = 'solo'")
        words.append("\(answer)")
      }
      return words.joined(separator: "\n")
    },
    AdaptiveAttack(
      name: "joins of all tables on the victim's day", secret: .product, learns: "what the victim bought"
    ) { door in
      for day in 1...10 {
        let rows = try await door.ask(
          """
          SELECT c.tracked_asin, COUNT(*) AS n FROM dsp_impressions i JOIN conversions c ON i.user_id = c.user_id
          WHERE i.campaign = 'solo' AND c.event_date_utc = DATE '2025-01-\(day < 10 ? "0" : "")\(day)'
          AND c.conversion_event_name <> 'purchase' GROUP BY 1
          """
        ).data
        if let row = rows.first { return row }
      }
      return "nothing"
    },
    AdaptiveAttack(
      name: "users peeled off until one is left", secret: .system, learns: "the victim's operating system"
    ) { door in
      // The group with the victim becomes smaller and smaller; the result is compared with the one before.
      var last: [String] = []
      for bound in stride(from: 106, through: 99, by: -1) {
        let rows = try await door.ask(
          """
          SELECT operating_system, COUNT(*) AS n FROM dsp_impressions
          WHERE browser_family = 'Lynx' AND (bid_price > 700 OR bid_price < \(bound)) GROUP BY 1
          """
        ).data
        if rows != last { last = rows }
      }
      return last.joined(separator: ";")
    },
  ]
}
