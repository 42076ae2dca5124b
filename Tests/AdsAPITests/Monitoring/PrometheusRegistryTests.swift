@testable import AdsAPI
import CoreMetrics
import Testing

/// What counts with swift-metrics is written as Prometheus reads it.
@Suite struct PrometheusRegistryTests {
  private static let tries = MetricDeclaration(name: "tries_total", kind: .counter, help: "Tries,\nin \\ all.")
  private static let times = MetricDeclaration(
    name: "time_seconds", kind: .histogram, help: "Times.", buckets: [0.1, 1])

  @Test func everyKindIsWritten() {
    let registry = PrometheusRegistry([Self.tries, Self.times])
    Counter(label: "tries_total", dimensions: [("kind", "b"), ("area", "a\"\\\n")], factory: registry).increment(by: 3)
    Counter(label: "tries_total", dimensions: [("area", "a\"\\\n"), ("kind", "b")], factory: registry).increment()
    for milliseconds in [50, 100, 500, 5_000] {
      Timer(label: "time_seconds", factory: registry).recordNanoseconds(Int64(milliseconds) * 1_000_000)
    }
    Meter(label: "level", factory: registry).set(2.5)
    FloatingPointCounter(label: "seconds_total", factory: registry).increment(by: 0.25)
    #expect(
      registry.text == """
        # HELP level \n# TYPE level gauge
        level 2.5
        # HELP seconds_total \n# TYPE seconds_total counter
        seconds_total 0.25
        # HELP time_seconds Times.
        # TYPE time_seconds histogram
        time_seconds_bucket{le="0.1"} 2
        time_seconds_bucket{le="1"} 3
        time_seconds_bucket{le="+Inf"} 4
        time_seconds_sum 5.65
        time_seconds_count 4
        # HELP tries_total Tries,\\nin \\\\ all.
        # TYPE tries_total counter
        tries_total{area="a\\"\\\\\\n",kind="b"} 4

        """)
  }

  @Test func aMetricHasOnlySoManySeries() {
    let registry = PrometheusRegistry([Self.tries])
    for number in 0..<(PrometheusRegistry.seriesLimit + 5) {
      Counter(label: "tries_total", dimensions: [("n", "\(number)")], factory: registry).increment()
    }
    #expect(registry.droppedCount == 5)
    #expect(registry.text.split(separator: "\n").count == PrometheusRegistry.seriesLimit + 2)
    Counter(label: "tries_total", dimensions: [("n", "1")], factory: registry).increment()
    #expect(registry.text.contains("tries_total{n=\"1\"} 2\n"))
    #expect(registry.droppedCount == 5)
  }

  @Test func aNameIsOfOneKind() {
    let registry = PrometheusRegistry([Self.tries])
    Meter(label: "tries_total", factory: registry).set(7)
    #expect(!registry.text.contains("7"))
  }

  @Test(arguments: [
    (1.0, "1"), (-2.5, "-2.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0.005, "0.005"),
    (9_007_199_254_740_993, "9007199254740992.0"), (1e-7, "1e-07"),
  ])
  func numbersAreThoseOfPrometheus(_ value: Double, _ text: String) {
    #expect(MetricNumber.text(value) == text)
  }
}
