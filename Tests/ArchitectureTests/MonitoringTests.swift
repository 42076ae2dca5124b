import Foundation
import Testing

/// The document, the dashboard and the alerts name the metrics that a server gives, and no others.
@Suite struct MonitoringTests {
  private static let root = ImportTests.sources.deletingLastPathComponent()
  /// The metrics that Prometheus makes itself.
  private static let ofPrometheus: Set = ["up"]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func given() throws -> Set<String> {
    let source = try text("Sources/AdsAPI/Monitoring/ServerMetric.swift")
    return Set(source.matches(of: #/case \w+ = "([a-z_]+)"/#).map { String($0.1) })
  }

  /// The names in an expression, without the endings of histograms.
  private static func names(in expression: String) -> Set<String> {
    let found = expression.matches(of: #/\b(?:adyton|process)_[a-z_]+/#).map { String($0.output) }
    return Set(found.map { $0.replacing(#/_(bucket|sum|count)$/#, with: "") })
  }

  @Test func everyMetricIsExplainedAndNoOther() throws {
    let given = try Self.given()
    #expect(given.count > 25)
    let named = Set(
      try Self.text("docs/monitoring.md").matches(of: #/`((?:adyton|process)_[a-z_]+)`/#).map { String($0.1) })
    #expect(named == given)
  }

  @Test func theDashboardNamesMetricsThatThereAre() throws {
    let json = try JSONSerialization.jsonObject(with: Data(Self.text("docs/monitoring/dashboard.json").utf8))
    let panels = try #require((json as? [String: Any])?["panels"] as? [[String: Any]])
    let given = try Self.given()
    var shown: Set<String> = []
    for panel in panels {
      let targets = try #require(panel["targets"] as? [[String: Any]])
      #expect(!targets.isEmpty)
      for target in targets {
        let names = Self.names(in: try #require(target["expr"] as? String))
        #expect(!names.isEmpty && names.isSubset(of: given), "\(target)")
        shown.formUnion(names)
      }
    }
    let counted: Set = [
      "adyton_requests_in_flight", "process_start_time_seconds", "adyton_last_backup_bytes", "adyton_objects",
    ]
    let ofItself = given.filter { $0.hasPrefix("adyton_metrics_") }
    #expect(given.subtracting(shown) == counted.union(ofItself))
  }

  @Test func theAlertsNameMetricsThatThereAre() throws {
    let lines = try Self.text("docs/monitoring/alerts.yml").split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let expressions = lines.filter { $0.hasPrefix("expr: ") }
    #expect(expressions.count == lines.filter { $0.hasPrefix("- alert: ") }.count && expressions.count >= 10)
    let given = try Self.given()
    for expression in expressions {
      let names = Self.names(in: expression)
      #expect(names.isSubset(of: given), "\(expression)")
      #expect(!names.isEmpty || Self.ofPrometheus.contains { expression.contains("\($0){") }, "\(expression)")
    }
  }
}
