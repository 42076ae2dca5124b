import Catalog
import DifferentialPrivacy
import Dialects
import ObjectStorage
import Privacy
import Warehouse

/// A query in the form that the engine of an `EngineQueryService` runs.
struct EngineQuery: CompiledQuery {
  let service: EngineQueryService
  let request: QueryRequest
  let compiled: QueryCompiler.Compiled
  /// The noise of the instance; nil in threshold mode, and for queries that show nobody's figures.
  let instanceNoise: PopulationNoise?
  /// The data that a run reads: as they are when they are first looked at.
  let signals: SignalSnapshot
  /// The queries beside which rows of this one isolate somebody; nil for the query itself.
  var hiding: [QueryRequest?] = []

  var check: QueryCheck {
    QueryCheck(
      notes: compiled.notes, columns: compiled.query.columns.map { QueryCheck.Column(name: $0.name, type: $0.type) })
  }

  var fingerprint: QueryFingerprint {
    QueryFingerprint(
      sources: compiled.query.sources.map { QueryFingerprint.Source(dataSource: $0.table, days: $0.days) },
      disclosureQueryCount: compiled.disclosureQueries.count)
  }

  func isolation(from earlier: QueryRequest?) async throws(QueryFailure) -> Isolation {
    try await service.translating {
      let area = try await service.objects.stage()
      defer { area.discard() }
      var result = Isolation.nothing
      for difference in try await differences(from: earlier) {
        guard try await count(difference, in: area.location(of: "difference.parquet")) > 0 else { continue }
        guard canHide(difference, earlier) else { return .everything }
        result = .rows
      }
      return result
    }
  }

  func hidingRows(isolatedFrom earlier: [QueryRequest?]) -> any CompiledQuery {
    var copy = self
    copy.hiding += earlier
    return copy
  }

  /// A comparison of one of the query's aggregations with another one.
  private struct Difference {
    var own: DisclosureQuery
    var query: EmittedQuery
  }

  private func differences(from earlier: QueryRequest?) async throws -> [Difference] {
    let own = compiled.disclosureQueries
    guard let earlier else {
      // Of two aggregations of the query, the later one gives way.
      return try own.enumerated().flatMap { index, one in
        try own.dropFirst(index + 1).filter { $0.aggregation != one.aggregation }.compactMap { later in
          try Emission.duckDBDifference(later, one).map { Difference(own: later, query: $0) }
        }
      }
    }
    let others = try await service.compiled(earlier).disclosureQueries
    return try own.flatMap { one in
      try others.compactMap { other in
        try Emission.duckDBDifference(one, other).map { Difference(own: one, query: $0) }
      }
    }
  }

  /// Whether the isolating rows of a comparison can be left out. An aggregation without group keys is one row, which is
  /// all that a report like an earlier one has.
  private func canHide(_ difference: Difference, _ earlier: QueryRequest?) -> Bool {
    compiled.canHideGroups(of: difference.own.aggregation) && (earlier == nil || !difference.own.keyTypes.isEmpty)
  }

  private func count(_ difference: Difference, in output: EngineLocation) async throws -> Int {
    try await service.engine.run(
      difference.query, signals: service.signals.snapshot(instanceID: request.instanceID), output: output,
      progress: { _ in })
  }

  /// The query that runs, and the files that it reads: those of the signals, and groups to leave out.
  private func rest(in area: StagingArea) async throws -> (EmittedQuery, any SignalFiles) {
    var files: [Int: [EngineLocation]] = [:]
    var number = 0
    for earlier in hiding {
      for difference in try await differences(from: earlier) {
        let file = try area.location(of: "hidden-\(number).parquet")
        number += 1
        if try await count(difference, in: file) > 0 { files[difference.own.aggregation, default: []].append(file) }
      }
    }
    guard !files.isEmpty else { return (compiled.query, signals) }
    guard let query = try compiled.hidingGroups(of: Set(files.keys)) else {
      throw EngineError(.failed)
    }
    let hidden = Dictionary(uniqueKeysWithValues: files.map { (HiddenGroups.table(of: $0.key), $0.value) })
    return (query, HidingSignals(signals: signals, hidden: hidden))
  }

  func runReport(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    try await service.translating {
      let area = try await service.objects.stage()
      defer { area.discard() }
      let parquet = try area.file("result.parquet")
      let (query, signals) =
        if let seeded = try seeded(seed) { (seeded, signals as any SignalFiles) } else { try await rest(in: area) }
      let count = try await service.engine.run(
        query, signals: signals, output: try area.location(of: "result.parquet"), progress: progress)
      let files = ResultFiles(
        parquet: parquet, prefix: try ObjectKey(outputPrefix), parts: service.fileLimits.parts(rowCount: count),
        engine: service.engine, objects: service.objects)
      return ReportResult(
        rowCount: count, csvKeys: try await files.publish(as: .csv(request.csvFormat)).map(\.value),
        parquetKeys: try await files.publish(as: .parquet).map(\.value))
    }
  }
}

/// Signals, and beside them groups of a query that it leaves out.
private struct HidingSignals: SignalFiles {
  var signals: any SignalFiles
  /// By the name of their table.
  var hidden: [String: [EngineLocation]]

  func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    if let own = hidden[table] { return own }
    return try await signals.files(of: table, days: days)
  }

  func files(of rows: StoredRows, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    try await signals.files(of: rows, days: days)
  }
}
