import Base
import Catalog
import CleanRoom
import Foundation
import Logging
import Metadata
import ObjectStorage
import Privacy
import Queries
import Synchronization

/// Finds out whether a server can do its work, by doing some of it: a record is written, an object is written and read,
/// and a query of AMC SQL runs over no data.
///
/// Anybody may ask. The work is therefore done once for all who ask within some seconds.
actor Readiness {
  /// The outcome of all checks.
  struct Report: Sendable, Hashable {
    /// `ok`, or the code of the failure, by the name of the check.
    var checks: [String: String]

    var isReady: Bool { checks.values.allSatisfy { $0 == Readiness.fine } }
  }

  /// A check: it throws unless its part of the server works.
  struct Check: Sendable {
    let name: String
    let run: @Sendable () async throws -> Void
  }

  static let fine = "ok"
  /// The time for which a report is good.
  static let lifetime = Duration.seconds(5)
  /// The time after which a check counts as failed: a disk can stop to answer at all.
  static let patience = Duration.seconds(20)

  private let checks: [Check]
  private let logger: Logger
  private let now: @Sendable () -> ContinuousClock.Instant
  private let sleep: @Sendable (Duration) async throws -> Void
  private var last: (report: Report, at: ContinuousClock.Instant)?
  private var inProgress: Task<Report, Never>?

  init(
    checks: [Check], logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    (self.checks, self.logger, self.now, self.sleep) = (checks, logger, now, sleep)
  }

  /// The present state, which may be some seconds old.
  func report() async -> Report {
    if let last, last.at.duration(to: now()) < Self.lifetime { return last.report }
    if let inProgress { return await inProgress.value }
    let task = Task { await self.runAll() }
    inProgress = task
    let report = await task.value
    inProgress = nil
    last = (report, now())
    return report
  }

  private nonisolated func runAll() async -> Report {
    await withTaskGroup(of: (String, String).self) { group in
      for check in checks { group.addTask { (check.name, await self.outcome(of: check)) } }
      return await group.reduce(into: Report(checks: [:])) { $0.checks[$1.0] = $1.1 }
    }
  }

  /// The outcome of a check, or `timeout`. A check that never ends is left to itself.
  private nonisolated func outcome(of check: Check) async -> String {
    let outcome = FirstOutcome()
    let work = Task { [logger] in
      do {
        try await check.run()
        outcome.set(Self.fine)
      } catch {
        logger.error("Not ready.", metadata: ["check": "\(check.name)", "error": "\(error.logDescription)"])
        outcome.set((error as? any CodedError)?.stableCode ?? "failed")
      }
    }
    let timer = Task { [sleep] in
      guard (try? await sleep(Self.patience)) != nil else { return }
      outcome.set("timeout")
      work.cancel()
    }
    defer { timer.cancel() }
    return await outcome.value
  }
}

/// The first of several outcomes.
private final class FirstOutcome: Sendable {
  private let outcomes: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation

  init() { (outcomes, continuation) = AsyncStream.makeStream() }

  func set(_ outcome: String) {
    continuation.yield(outcome)
    continuation.finish()
  }

  var value: String {
    get async {
      for await outcome in outcomes { return outcome }
      return "failed"
    }
  }
}

extension Readiness {
  /// The checks of a server.
  init(_ dependencies: ServerComponents.Dependencies) {
    let (store, objects, queries) = (dependencies.store, dependencies.objects, dependencies.queries)
    let clock = dependencies.clock
    self.init(
      checks: [
        Check(name: "metadata") {
          let now = clock.now
          try await store.write { try $0.probe(at: now) }
        },
        Check(name: "objects") { try await ReadinessProbe.checkObjects(objects) },
        Check(name: "queries") { try await ReadinessProbe.checkQueries(queries, objects, at: clock.now) },
      ], logger: dependencies.logger, sleep: dependencies.sleep)
  }
}

/// The work that shows that a server can do its work.
enum ReadinessProbe {
  /// The prefix of all objects of probes. Nothing else is there.
  static let prefix = "probes"

  /// A query that compiles for every instance, and reads a table that every instance has.
  static let query = "SELECT COUNT(DISTINCT user_id) AS users FROM dsp_impressions"

  /// A probe wrote something, and read something else.
  struct OtherContent: CodedError {
    let code = "readiness_other_content"
  }

  static func checkObjects(_ objects: any ObjectStorage) async throws {
    let key = try ObjectKey("\(prefix)/\(RandomIdentifierGenerator.uuid())")
    let content = Data(key.value.utf8)
    try await objects.put(content, at: key)
    let read = try await objects.get(key)
    try await objects.delete(key)
    guard read == content else { throw OtherContent() }
  }

  static func checkQueries(_ queries: any QueryService, _ objects: any ObjectStorage, at now: Date) async throws {
    let id = RandomIdentifierGenerator.uuid()
    let folder = "\(prefix)/\(id)"
    let request = QueryRequest(
      sql: query, instanceID: "probe-\(id)", purpose: .measurement,
      timeWindow: TimeWindow(start: now.addingTimeInterval(-86_400), end: now))
    do {
      _ = try await queries.compile(request).runReport(outputPrefix: folder) { _ in }
      try await objects.deleteAll(under: try ObjectKey(folder))
    } catch let failure as QueryFailure {
      try? await objects.deleteAll(under: try ObjectKey(folder))
      throw ProbeFailure(failure)
    }
  }

  /// The query of a probe ended without a result.
  struct ProbeFailure: CodedError {
    let code: String

    init(_ failure: QueryFailure) { code = failure.stableCode }
  }
}
