import Catalog
import Foundation

extension AdaptiveAttack {
  /// Searches: each query halves the remaining range.
  static let searches: [AdaptiveAttack] = [
    AdaptiveAttack(
      name: "the victim's cost by halving a bound in WHERE", secret: .cost, learns: "what the victim's impression cost"
    ) { door in
      try await halved(0...10_000) { bound in
        try await door.givesRows(
          "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_cost <= \(bound)")
      }
    },
    AdaptiveAttack(
      name: "the victim's cost by halving a bound in HAVING", secret: .cost, learns: "what the victim's impression cost"
    ) { door in
      try await halved(0...10_000) { bound in
        try await door.givesRows(
          """
          SELECT browser_family, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1
          HAVING MAX(impression_cost) <= \(bound) AND browser_family = 'Lynx'
          """)
      }
    },
    AdaptiveAttack(
      name: "the victim's cost by halving a bound by user", secret: .cost, learns: "what the victim's impressions cost"
    ) { door in
      try await halved(6_000...20_000) { bound in
        try await !door.givesRows(
          """
          SELECT COUNT(*) AS n FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE user_id IS NOT NULL
          GROUP BY 1) WHERE s > \(bound)
          """)
      }
    },
    AdaptiveAttack(
      name: "what the victim paid by halving a bound", secret: .sales, learns: "what the victim paid"
    ) { door in
      try await halved(100...100_000) { bound in
        try await !door.givesRows("SELECT COUNT(*) AS n FROM conversions WHERE total_product_sales > \(bound)")
      }
    },
    AdaptiveAttack(
      name: "the victim's time by halving the window", secret: .time, learns: "when the victim saw the campaign"
    ) { door in
      let start = Question.wholeWindow.start
      return try await halved(0...864_000) { seconds in
        let window = TimeWindow(start: start, end: start.addingTimeInterval(Double(seconds + 1)))
        let question = Question(
          sql: "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo'", window: window)
        return try await door.ask(question).data.contains { $0 != "0" }
      }
    },
    AdaptiveAttack(
      name: "the victim's bid by halving a bound", secret: .bid, learns: "what was bid for the victim"
    ) { door in
      try await halved(0...1_000) { bound in
        try await !door.givesRows(
          "SELECT bid_price, COUNT(*) AS n FROM dsp_impressions WHERE bid_price > \(bound) GROUP BY 1")
      }
    },
    AdaptiveAttack(
      name: "the victim's bid by halving a bound above a maximum", secret: .bid, learns: "what was bid for the victim"
    ) { door in
      // The maximum is hidden as soon as the victim's is below the bound.
      try await halved(200...1_000) { bound in
        let rows = try await door.ask("SELECT MAX(bid_price) AS n FROM dsp_impressions WHERE bid_price <= \(bound)")
          .data
        return rows != ["106"]
      }
    },
    AdaptiveAttack(
      name: "the victim's bid by raising all others to it", secret: .bid, learns: "what was bid for the victim"
    ) { door in
      // A maximum is shown if two users share it, so all others get the value that is tried.
      for bid in 775...779 {
        let rows = try await door.ask(
          """
          SELECT MAX(CASE WHEN campaign = 'solo' THEN bid_price ELSE \(bid) END) AS n FROM dsp_impressions
          WHERE campaign = 'solo' OR campaign_id = 1
          """
        ).data
        if rows == ["\(bid)"] { return "at most \(bid)" }
      }
      return "nothing"
    },
    AdaptiveAttack(
      name: "the victim's postal code digit by digit", secret: .postal, learns: "where the victim saw the campaign"
    ) { door in
      var code = ""
      for _ in 0..<3 {
        for digit in 0...9 {
          let sql =
            "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND postal_code LIKE '\(code)\(digit)%'"
          if try await door.givesRows(sql) {
            code += String(digit)
            break
          }
        }
      }
      return code
    },
  ]

  /// The smallest number of the range for which `holds`, provided that it holds for all larger ones.
  private static func halved(_ range: ClosedRange<Int>, _ holds: (Int) async throws -> Bool) async throws -> String {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if try await holds(middle) { high = middle } else { low = middle + 1 }
    }
    return String(low)
  }
}
