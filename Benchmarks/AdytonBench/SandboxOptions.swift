import ArgumentParser
import Catalog
import Foundation

/// The sandbox that the queries of a benchmark read, and their time window.
struct SandboxOptions: ParsableArguments {
  @Option(help: "The data folder of a sandbox.")
  var data: String

  @Option(help: "The instance.")
  var instance: String

  @Option(help: "The first day, as yyyy-MM-dd.")
  var from: String

  @Option(help: "The day after the last one.")
  var to: String

  var root: URL { URL(filePath: data, directoryHint: .isDirectory) }
  var window: TimeWindow { get throws { try TimeWindow(from: from, to: to) } }
}

extension TimeWindow {
  /// The window from the start of a day to that of another one, both as yyyy-MM-dd.
  init(from first: String, to end: String) throws {
    func date(_ day: String) throws -> Date { try Date("\(day)T00:00:00Z", strategy: .iso8601) }
    self.init(start: try date(first), end: try date(end))
  }
}

extension ContinuousClock {
  /// The seconds that `work` takes.
  static func seconds(_ work: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await work()
    return start.duration(to: .now) / .seconds(1)
  }
}
