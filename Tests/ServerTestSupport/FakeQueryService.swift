package import AMCSQL
import CleanRoom
package import DifferentialPrivacy
import struct Foundation.Data
package import ObjectStorage
package import Queries
import Synchronization
package import Warehouse

/// Answers queries by the text that they contain, without an engine.
package final class FakeQueryService: QueryService {
  /// The outcome of a query.
  package enum Answer: Sendable {
    /// An audience of that many users, or a report of that many rows.
    case count(Int)
    case refuse(DiagnosticCode, message: String, line: Int, column: Int)
    case engineFailure(code: String, message: String)
    /// Runs until the task is cancelled.
    case runUntilCancelled
  }

  /// A run that was asked for.
  package struct Run: Sendable, Hashable {
    package var request: QueryRequest
    package var outputPrefix: String
  }

  /// The default number of users or rows.
  package static let usualCount = 5000

  private typealias Rule = @Sendable (QueryRequest) -> Answer?

  private let answers: Mutex<[Rule]> = Mutex([])
  private let columns: Mutex<[QueryCheck.Column]> = Mutex([])
  private let log: Mutex<[Run]> = Mutex([])
  private let compilationLog: Mutex<[QueryRequest]> = Mutex([])
  private let lookalikeLog: Mutex<[LookalikeRequest]> = Mutex([])
  private let shown: Mutex<[(text: String, rows: FakeRows)]> = Mutex([])
  private let hiddenLog: Mutex<[Set<Int>]> = Mutex([])
  private let noiseOfAll: Mutex<FakeNoise?> = Mutex(nil)
  private let seedLog: Mutex<[String?]> = Mutex([])
  private let objects: any ObjectStorage
  private let whileRunning: @Sendable (Run) async -> Void

  /// - Parameters:
  ///   - objects: Where results are written to.
  ///   - whileRunning: Called in each run, after its output was written and before it comes to anything.
  package init(
    objects: any ObjectStorage, whileRunning: @escaping @Sendable (Run) async -> Void = { _ in }
  ) {
    self.objects = objects
    self.whileRunning = whileRunning
  }

  /// From now on, queries that contain `text` come to `answer`.
  package func answer(queriesWith text: String, _ answer: Answer) {
    self.answer(where: { $0.sql.contains(text) }, answer)
  }

  /// From now on, such requests come to `answer`.
  package func answer(where isFor: @escaping @Sendable (QueryRequest) -> Bool, _ answer: Answer) {
    self.answer { isFor($0) ? answer : nil }
  }

  /// From now on, requests come to what is computed, where that is not nil.
  package func answer(_ compute: @escaping @Sendable (QueryRequest) -> Answer?) {
    answers.withLock { $0.insert(compute, at: 0) }
  }

  /// From now on, every query that may run puts out these columns.
  package func putOut(_ columns: [QueryCheck.Column]) {
    self.columns.withLock { $0 = columns }
  }

  /// All runs so far, in order.
  package var runs: [Run] { log.withLock { $0 } }

  /// All compilations so far, in order.
  package var compilations: [QueryRequest] { compilationLog.withLock { $0 } }

  package func compile(_ request: QueryRequest) throws(QueryFailure) -> any CompiledQuery {
    compilationLog.withLock { $0.append(request) }
    // The run of an audience asks for its answer, once.
    let isAudienceRun = request.purpose != .measurement && request.needsAllParameters
    if !isAudienceRun, case .refuse(let code, let message, let line, let column) = answer(to: request) {
      throw .refused(refusal(code, message, line, column))
    }
    return FakeCompiledQuery(
      service: self, request: request, check: QueryCheck(columns: columns.withLock { $0 }),
      charged: noiseOfAll.withLock { $0 })
  }

  package func compile(_ request: LookalikeRequest) throws(QueryFailure) -> any CompiledLookalike {
    FakeCompiledLookalike(service: self, request: request, charged: noiseOfAll.withLock { $0 })
  }

  /// From now on, queries are those of an instance in noise mode.
  package func addNoise(_ noise: FakeNoise = FakeNoise()) { noiseOfAll.withLock { $0 = noise } }

  /// From now on, queries read other data.
  package func changeData() { noiseOfAll.withLock { $0?.dataVersion += 1 } }

  /// The seeds of all runs so far, in order, in hexadecimal; nil for runs without noise.
  package var seeds: [String?] { seedLog.withLock { $0 } }

  fileprivate func noteSeed(_ seed: NoiseSeed?) { seedLog.withLock { $0.append(seed?.hexadecimal) } }

  /// From now on, the results of queries with `text` have these rows.
  package func show(queriesWith text: String, _ rows: FakeRows) {
    shown.withLock { $0.insert((text, rows), at: 0) }
  }

  /// The numbers of the rows that the runs of reports left out.
  package var hiddenRows: [Set<Int>] { hiddenLog.withLock { $0 } }

  fileprivate func runReport(
    _ request: QueryRequest, outputPrefix: String, review: ResultReview?
  ) async throws -> ReportResult {
    let rows = shown.withLock { $0.first { request.sql.contains($0.text) }?.rows } ?? FakeRows([1000...1100])
    let hidden = try await review?(rows.stage) ?? []
    hiddenLog.withLock { $0.append(hidden) }
    return try await report(request, outputPrefix: outputPrefix)
  }

  fileprivate func report(
    _ request: QueryRequest, outputPrefix: String
  ) async throws(QueryFailure) -> ReportResult {
    let count = try await run(request, outputPrefix, outputs: ["report.csv", "report.parquet"])
    return ReportResult(
      rowCount: count, csvKeys: ["\(outputPrefix)/report.csv"], parquetKeys: ["\(outputPrefix)/report.parquet"])
  }

  fileprivate func audience(_ request: QueryRequest, outputPrefix: String) async throws(QueryFailure) -> Int {
    try await run(request, outputPrefix, outputs: ["members.parquet"])
  }

  /// The outcome given for the seed's query decides: outside the possible sizes of a seed, nothing is made.
  fileprivate func lookalike(
    _ request: LookalikeRequest, outputPrefix: String
  ) async throws(QueryFailure) -> LookalikeOutcome {
    lookalikeLog.withLock { $0.append(request) }
    let count = try await run(request.seed, outputPrefix, outputs: ["members.parquet"])
    if count < request.seedSizes.lowerBound { return .seedTooSmall }
    if count > request.seedSizes.upperBound { return .seedTooLarge }
    return .members(request.sizing.target(population: Self.usualPopulation))
  }

  /// The number of users with signals that lookalikes get.
  package static let usualPopulation = 20_000

  /// All lookalikes that were asked for, in order.
  package var lookalikes: [LookalikeRequest] { lookalikeLog.withLock { $0 } }

  private func run(
    _ request: QueryRequest, _ outputPrefix: String, outputs: [String]
  ) async throws(QueryFailure) -> Int {
    let run = Run(request: request, outputPrefix: outputPrefix)
    log.withLock { $0.append(run) }
    do throws(StorageError) {
      for output in outputs {
        try await objects.put(Data("reach\n5000\n".utf8), at: ObjectKey("\(outputPrefix)/\(output)"))
      }
    } catch {
      throw .engine(code: error.code.rawValue, message: error.message)
    }
    await whileRunning(run)
    switch answer(to: request) {
    case .count(let count): return count
    case .refuse(let code, let message, let line, let column):
      throw .refused(refusal(code, message, line, column))
    case .engineFailure(let code, let message): throw .engine(code: code, message: message)
    case .runUntilCancelled:
      let never = AsyncStream<Never> { _ in }
      for await _ in never {}
      throw .cancelled
    }
  }

  private func answer(to request: QueryRequest) -> Answer {
    // Each is asked once: some of them count.
    for rule in answers.withLock({ $0 }) {
      if let answer = rule(request) { return answer }
    }
    return .count(Self.usualCount)
  }

  private func refusal(_ code: DiagnosticCode, _ message: String, _ line: Int, _ column: Int) -> QueryRefusal {
    let position = SourcePosition(offset: 0, line: line, column: column)
    return QueryRefusal([Diagnostic(code, message, at: SourceSpan(position, position))])
  }
}

/// A query of a `FakeQueryService`, which asks the service for everything.
private struct FakeCompiledQuery: CompiledQuery {
  let service: FakeQueryService
  let request: QueryRequest
  let check: QueryCheck
  /// The noise when it was compiled.
  let charged: FakeNoise?

  var fingerprint: QueryFingerprint {
    QueryFingerprint(sources: [.init(dataSource: "dsp_impressions", days: 20_000...20_001)], disclosureQueryCount: 1)
  }

  var population: String? { charged?.population }

  var noise: NoiseReport? { charged?.report(of: check.columns) }

  func question() -> NoiseQuestion? {
    charged?.question(request.sql, request.instanceID, "\(request.timeWindow)")
  }

  func runReport(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    service.noteSeed(seed)
    return try await service.report(request, outputPrefix: outputPrefix)
  }

  func runReport(
    outputPrefix: String, review: ResultReview?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> ReportResult {
    service.noteSeed(nil)
    return try await service.runReport(request, outputPrefix: outputPrefix, review: review)
  }

  func runAudience(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int {
    service.noteSeed(seed)
    return try await service.audience(request, outputPrefix: outputPrefix)
  }
}

/// A lookalike audience of a `FakeQueryService`.
private struct FakeCompiledLookalike: CompiledLookalike {
  let service: FakeQueryService
  let request: LookalikeRequest
  /// The noise when it was compiled.
  let charged: FakeNoise?

  var population: String? { charged?.population }

  func question() -> NoiseQuestion? { charged?.question("lookalike", request.seed.sql, request.seed.instanceID) }

  func run(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome {
    service.noteSeed(seed)
    return try await service.lookalike(request, outputPrefix: outputPrefix)
  }
}
