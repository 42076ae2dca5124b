import CoreMetrics
import Synchronization

/// The values of a metric for one set of labels.
protocol MetricSeries: AnyObject, Sendable {
  /// The lines of the text format.
  func lines(_ name: String, _ labels: MetricLabels) -> [String]
}

/// A count.
final class CounterSeries: CounterHandler, MetricSeries {
  private let count = Mutex<Int64>(0)

  func increment(by amount: Int64) { count.withLock { $0 &+= amount } }
  func reset() { count.withLock { $0 = 0 } }

  func lines(_ name: String, _ labels: MetricLabels) -> [String] {
    ["\(name)\(labels.with()) \(count.withLock { $0 })"]
  }
}

/// A count with fractions, such as seconds.
final class FractionCounterSeries: FloatingPointCounterHandler, MetricSeries {
  private let count = Mutex(0.0)

  func increment(by amount: Double) { count.withLock { $0 += amount } }
  func reset() { count.withLock { $0 = 0 } }

  func lines(_ name: String, _ labels: MetricLabels) -> [String] {
    ["\(name)\(labels.with()) \(MetricNumber.text(count.withLock { $0 }))"]
  }
}

/// A value that goes up and down.
final class GaugeSeries: MeterHandler, RecorderHandler, MetricSeries {
  private let value = Mutex(0.0)

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { self.value.withLock { $0 = value } }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { value.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }

  func lines(_ name: String, _ labels: MetricLabels) -> [String] {
    ["\(name)\(labels.with()) \(MetricNumber.text(value.withLock { $0 }))"]
  }
}

/// How values are spread: their number up to each of some limits, and their sum.
final class HistogramSeries: TimerHandler, RecorderHandler, MetricSeries {
  private struct State {
    /// The number of values in each bucket; the last one has no upper limit.
    var counts: [Int]
    var sum = 0.0
  }

  private let bounds: [Double]
  private let state: Mutex<State>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { state in
      state.counts[bucket] += 1
      state.sum += value
    }
  }

  /// Times are in seconds, as Prometheus has them.
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  func lines(_ name: String, _ labels: MetricLabels) -> [String] {
    let state = state.withLock { $0 }
    var total = 0
    let buckets = zip(bounds.map { MetricNumber.text($0) } + ["+Inf"], state.counts).map { bound, count in
      total += count
      return "\(name)_bucket\(labels.with("le=\"\(bound)\"")) \(total)"
    }
    return buckets + [
      "\(name)_sum\(labels.with()) \(MetricNumber.text(state.sum))", "\(name)_count\(labels.with()) \(total)",
    ]
  }
}

/// The texts of numbers in the text format.
enum MetricNumber {
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
