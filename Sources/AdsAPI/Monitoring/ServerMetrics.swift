import CoreMetrics
import Jobs

/// Counts the events of a server.
final class ServerMetrics: Sendable {
  let registry = PrometheusRegistry(ServerMetric.allCases.filter { !$0.isRead }.map(\.declaration))
  private let inFlight: Meter

  init() {
    inFlight = Meter(label: ServerMetric.requestsInFlight.rawValue, factory: registry)
    inFlight.set(0)
  }

  // MARK: Requests

  func requestBegan() { inFlight.increment() }

  /// - Parameters:
  ///   - operation: The operation of `endpoints.tsv`, `retired`, or `none`.
  ///   - code: The code of the error; nil where there is none.
  func requestEnded(area: String, operation: String, status: Int, code: String?, duration: Duration) {
    inFlight.decrement()
    let dimensions = [("area", area), ("operation", operation)]
    count(.requests, dimensions + [("status", "\(status / 100)xx")])
    time(.requestSeconds, dimensions, duration)
    if let code { count(.requestFailures, [("code", code), ("status", "\(status / 100)xx")]) }
  }

  // MARK: Jobs

  func jobEnded(_ report: JobReport) {
    let kind = ("kind", report.kind.rawValue)
    count(.jobOutcomes, [kind, ("outcome", report.outcome.rawValue)])
    time(.jobSeconds, [kind], report.duration)
    if let code = report.code { count(.jobFailures, [kind, ("code", code)]) }
  }

  // MARK: Itself

  /// - Parameter part: The group of metrics that could not be read.
  func collectionFailed(part: String) { count(.collectionFailures, [("part", part)]) }

  private func count(_ metric: ServerMetric, _ dimensions: [(String, String)]) {
    Counter(label: metric.rawValue, dimensions: dimensions, factory: registry).increment()
  }

  private func time(_ metric: ServerMetric, _ dimensions: [(String, String)], _ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    Timer(label: metric.rawValue, dimensions: dimensions, factory: registry)
      .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
