import Catalog
import Dialects
import Foundation
import Privacy
import TestSupport
import Testing

/// Random measurement queries, each compared with a slow, plain count in Swift that knows every event.
@Suite struct RecountTests {
  /// An impression of `TestSignals`, repeated in Swift.
  private struct Event {
    var user: Int?
    var campaign: String
    var device: String
    var city: String
    var product: String
    var cost: Double
    var bid: Int
    var fees: Double

    init(user u: Int, number k: Int) {
      user = u % 50 == 0 ? nil : u
      campaign = u == 7 ? "tiny" : "campaign \(u % 4)"
      device = u % 3 == 0 ? "Phone" : "PC"
      city = "city \(u % 2)"
      let isNinetyNine = ((301...400).contains(u) && ![350, 399, 400].contains(u)) || u == 401 || u == 402
      product = (101...202).contains(u) && u % 50 != 0 ? "hundred" : isNinetyNine ? "ninety-nine" : "rest"
      cost = u == 11 ? 1_000_000_000 : Double(1000 * k)
      bid = 100 + u % 7
      let paysFees = (u % 3 == 0 && (3...30).contains(u)) || (u % 3 == 1 && (1...25).contains(u))
      fees = k == 1 && paysFees ? 1 : 0
    }

    static let all: [Event] = (1...1000).flatMap { u in (1...(u % 5 + 1)).map { Event(user: u, number: $0) } }
  }

  private struct Key: Sendable {
    var sql: String
    var threshold: AggregationThreshold
    var value: @Sendable (Event) -> String
  }

  private struct Filter: Sendable {
    var sql: String
    var holds: @Sendable (Event) -> Bool
  }

  /// A measure that adds up contributions of users.
  private struct Figure: Sendable {
    var sql: String
    var part: @Sendable (Event) -> Double
    /// The conditions that divide the rows inside the measure.
    var cells: [@Sendable (Event) -> Bool] = []
  }

  private static let keys = [
    Key(sql: "campaign", threshold: .low) { $0.campaign }, Key(sql: "device_type", threshold: .low) { $0.device },
    Key(sql: "city_name", threshold: .high) { $0.city }, Key(sql: "product_line", threshold: .low) { $0.product },
    Key(sql: "CAST(bid_price AS VARCHAR)", threshold: .medium) { String($0.bid) },
    Key(sql: "CASE WHEN bid_price > 103 THEN 'high' ELSE 'low' END", threshold: .medium) {
      $0.bid > 103 ? "high" : "low"
    },
  ]
  private static let filters = [
    Filter(sql: "TRUE") { _ in true }, Filter(sql: "campaign_id <> 2") { $0.campaign != "campaign 2" },
    Filter(sql: "impression_cost <= 2000") { $0.cost <= 2000 }, Filter(sql: "bid_price = 105") { $0.bid == 105 },
    Filter(sql: "campaign = 'tiny' OR third_party_fees > 0") { $0.campaign == "tiny" || $0.fees > 0 },
    Filter(sql: "product_line = 'ninety-nine'") { $0.product == "ninety-nine" },
  ]
  private static let figures = [
    Figure(sql: "COUNT(*)", part: { _ in 1 }), Figure(sql: "SUM(impression_cost)", part: { $0.cost }),
    Figure(sql: "SUM(third_party_fees)", part: { $0.fees }),
    Figure(sql: "SUM(third_party_fees - 1)", part: { $0.fees - 1 }, cells: [{ $0.fees != 0 }]),
    Figure(
      sql: "COUNT(*) FILTER (WHERE campaign = 'tiny')", part: { $0.campaign == "tiny" ? 1 : 0 },
      cells: [{ $0.campaign == "tiny" }, { $0.campaign != "tiny" }]),
    Figure(
      sql: "COUNT(*) FILTER (WHERE bid_price > 104)", part: { $0.bid > 104 ? 1 : 0 },
      cells: [{ $0.bid > 104 }, { $0.bid <= 104 }]),
    Figure(
      sql: "SUM(CASE WHEN device_type = 'PC' THEN impression_cost ELSE -1000 END)",
      part: { $0.device == "PC" ? $0.cost : -1000 }, cells: [{ $0.device == "PC" }, { $0.device != "PC" }]),
  ]

  @Test func rowsMeetTheThresholdsAndNoneIsMissing() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let seed = SeededGenerator.seed(standard: 1_001)
    var random = SeededGenerator(seed: seed)
    var shown = 0
    var dropped = 0
    for _ in 0..<60 {
      let keys = Self.keys.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
      let filter = try #require(Self.filters.randomElement(using: &random))
      let figures = Self.figures.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
      let items =
        keys.enumerated().map { "\($1.sql) AS k\($0)" }
        + figures.enumerated().map { "CAST(\($1.sql) AS BIGINT) AS f\($0)" }
      let groups = keys.isEmpty ? "" : " GROUP BY " + keys.indices.map { String($0 + 1) }.joined(separator: ", ")
      let sql = "SELECT \(items.joined(separator: ", ")) FROM dsp_impressions WHERE \(filter.sql)\(groups)"
      let compiled = try await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.context)
      let rows = try await signals.run(compiled.query).dropFirst()
      let expected = Self.recount(Array(keys), filter, Array(figures))
      #expect(rows.sorted() == expected.rows.sorted(), "seed \(seed): \(sql)")
      shown += expected.rows.count
      dropped += expected.dropped
    }
    // A run in which no row passes, or none fails, would prove nothing.
    #expect(shown > 50 && dropped > 50, "seed \(seed): \(shown) rows shown, \(dropped) dropped")
  }

  /// The rows that meet the thresholds, as the engine writes them, and the number of the others.
  private static func recount(_ keys: [Key], _ filter: Filter, _ figures: [Figure]) -> (rows: [String], dropped: Int) {
    let groups = Dictionary(grouping: Event.all.filter(filter.holds)) { event in keys.map { $0.value(event) } }
    // Only a LOW column makes a row without keys LOW. The class of a key is always stricter.
    let highest = keys.map(\.threshold).max() ?? .none
    var rows: [String] = []
    for (key, events) in groups where holds(events, highest, figures) {
      let totals = figures.map { figure in String(Int(events.map(figure.part).reduce(0, +))) }
      rows.append((key + totals).joined(separator: ","))
    }
    return (rows, groups.count - rows.count)
  }

  private static func holds(_ events: [Event], _ keyClass: AggregationThreshold, _ figures: [Figure]) -> Bool {
    // A measure that depends on a LOW column is LOW, which asks for no more than the two users of any row.
    let standard = keyClass >= .medium ? 100 : 2
    let effective = keyClass >= .medium ? 10 : 2
    guard Set(events.compactMap(\.user)).count >= standard else { return false }
    let cells = figures.flatMap(\.cells).map { cell in Set(events.filter(cell).compactMap(\.user)).count }
    guard cells.allSatisfy({ $0 == 0 || $0 >= effective }) else { return false }
    return figures.allSatisfy { figure in
      var parts: [Int: Double] = [:]
      var unknown = 0.0
      for event in events {
        if let user = event.user {
          parts[user, default: 0] += figure.part(event)
        } else {
          unknown += figure.part(event)
        }
      }
      let known = parts.values.filter { $0 != 0 }
      if known.isEmpty, unknown == 0 { return true }
      let largest = known.map(abs).max() ?? 0
      return known.count >= effective && abs(known.reduce(0, +)) >= 2 * largest
    }
  }
}
