import CoreMetrics
import Synchronization

/// The kinds of metrics, by their names in Prometheus.
enum MetricKind: String, Sendable, Hashable {
  case counter, gauge, histogram
}

/// A metric that a registry knows before it has a value.
struct MetricDeclaration: Sendable, Hashable {
  var name: String
  var kind: MetricKind
  /// One sentence.
  var help: String
  /// The upper limits of the buckets of a histogram, in order.
  var buckets: [Double] = []
}

/// Keeps the metrics of a server and writes them in the text format of Prometheus. It is a factory of swift-metrics, so
/// whatever counts with that library counts here:
///
///     let registry = PrometheusRegistry([MetricDeclaration(name: "tries_total", kind: .counter, help: "Tries.")])
///     Counter(label: "tries_total", dimensions: [("kind", "sign-in")], factory: registry).increment()
///     registry.text   // # HELP tries_total Tries. …
///
/// A metric has at most `seriesLimit` series. Values for further ones are counted as dropped, so no label can fill the
/// memory.
final class PrometheusRegistry: MetricsFactory, Sendable {
  /// The largest number of series of one metric.
  static let seriesLimit = 2_000

  private struct Family {
    var declaration: MetricDeclaration
    var series: [MetricLabels: any MetricSeries] = [:]
  }

  private struct State {
    var families: [String: Family]
    var droppedCount = 0
  }

  private let state: Mutex<State>

  init(_ declarations: [MetricDeclaration] = []) {
    let families = declarations.map { ($0.name, Family(declaration: $0)) }
    state = Mutex(State(families: Dictionary(families) { first, _ in first }))
  }

  /// The number of values that had no place.
  var droppedCount: Int { state.withLock { $0.droppedCount } }

  /// All metrics, by name, in the text format of Prometheus (version 0.0.4).
  var text: String {
    let families = state.withLock { $0.families.values.sorted { $0.declaration.name < $1.declaration.name } }
    return families.map { family in
      let (name, declaration) = (family.declaration.name, family.declaration)
      let samples = family.series.sorted { $0.key.text < $1.key.text }.flatMap { $1.lines(name, $0) }
      let head = ["# HELP \(name) \(declaration.help.escapedHelp)", "# TYPE \(name) \(declaration.kind.rawValue)"]
      return (head + samples).map { $0 + "\n" }.joined()
    }.joined()
  }

  /// The series of a metric and its labels: the one that is there, or a new one.
  private func series<Series: MetricSeries>(
    _ name: String, _ dimensions: [(String, String)], _ kind: MetricKind, _ make: (MetricDeclaration) -> Series
  ) -> Series {
    let labels = MetricLabels(dimensions)
    return state.withLock { state in
      let fallback = Family(declaration: MetricDeclaration(name: name, kind: kind, help: ""))
      var family = state.families[name] ?? fallback
      if let known = family.series[labels] as? Series { return known }
      let new = make(family.declaration)
      guard family.declaration.kind == kind, family.series.count < Self.seriesLimit else {
        state.droppedCount += 1
        return new
      }
      family.series[labels] = new
      state.families[name] = family
      return new
    }
  }

  // MARK: MetricsFactory

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions, .counter) { _ in CounterSeries() }
  }

  func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(label, dimensions, .counter) { _ in FractionCounterSeries() }
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, .gauge) { _ in GaugeSeries() }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate
      ? series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) }
      : series(label, dimensions, .gauge) { _ in GaugeSeries() }
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) }
  }

  // Series stay: a counter that begins again looks like a restart.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// The labels of a series, as they are written.
struct MetricLabels: Hashable, Sendable {
  /// Without braces; empty without labels.
  let text: String

  init(_ dimensions: [(String, String)]) {
    text = dimensions.sorted { $0.0 < $1.0 }.map { "\($0)=\"\($1.escapedLabel)\"" }.joined(separator: ",")
  }

  /// The labels in braces, with one more at their end.
  func with(_ last: String? = nil) -> String {
    let parts = [text, last ?? ""].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
  }
}

extension String {
  fileprivate var escapedHelp: String { replacing("\\", with: "\\\\").replacing("\n", with: "\\n") }
  fileprivate var escapedLabel: String { escapedHelp.replacing("\"", with: "\\\"") }
}
