import AMCSQL
public import Catalog
import Dialects
public import ObjectStorage
public import Privacy
public import Warehouse

public import struct Foundation.Date

/// Runs queries on an engine over the signals of an instance.
///
/// This is the one place where a query meets its data: what the compiler did not prove never gets here as an `EmittedQuery`.
public struct EngineQueryService: QueryService {
  private let compiler: QueryCompiler
  private let catalogue: Catalogue
  private let engine: any QueryEngine
  private let signals: SignalStore
  private let objects: any ObjectStorage
  private let now: @Sendable () -> Date

  public init(
    engine: any QueryEngine, signals: SignalStore, objects: any ObjectStorage, thresholds: Thresholds = Thresholds(),
    catalogue: Catalogue = .standard, now: @escaping @Sendable () -> Date
  ) {
    self.compiler = QueryCompiler(thresholds: thresholds)
    self.catalogue = catalogue
    self.engine = engine
    self.signals = signals
    self.objects = objects
    self.now = now
  }

  public func check(_ request: QueryRequest) async throws(QueryFailure) -> QueryCheck {
    try await translating {
      let compiled = try compile(request)
      let columns = compiled.query.columns.map { QueryCheck.Column(name: $0.name, type: $0.type) }
      return QueryCheck(notes: compiled.notes, columns: columns)
    }
  }

  public func runReport(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    try await translating {
      let prefix = try ObjectKey(outputPrefix)
      let keys = (csv: try prefix.appending("result.csv"), parquet: try prefix.appending("result.parquet"))
      let query = try compile(request).query
      let area = try await objects.stage()
      defer { area.discard() }
      let parquet = try area.location(of: "result.parquet")
      let count = try await engine.run(
        query, signals: signals.snapshot(instanceID: request.instanceID), output: parquet, progress: progress)
      try await engine.convert(parquet: parquet, toCSV: try area.location(of: "result.csv"))
      try await objects.publish(try area.file("result.parquet"), as: keys.parquet)
      try await objects.publish(try area.file("result.csv"), as: keys.csv)
      return ReportResult(rowCount: count, csvKeys: [keys.csv.value], parquetKeys: [keys.parquet.value])
    }
  }

  public func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int {
    try await translating {
      let key = try ObjectKey(outputPrefix).appending("members.parquet")
      let query = try compile(request).query
      let area = try await objects.stage()
      defer { area.discard() }
      let count = try await engine.run(
        query, signals: signals.snapshot(instanceID: request.instanceID),
        output: try area.location(of: "members.parquet"),
        progress: progress)
      try await objects.publish(try area.file("members.parquet"), as: key)
      return count
    }
  }

  private func compile(_ request: QueryRequest) throws(QueryRefusal) -> QueryCompiler.Compiled {
    var context = BindingContext(
      catalogue: catalogue, timeWindow: request.timeWindow, parameters: request.parameters,
      missingParameters: request.needsAllParameters ? .refused : .noted, now: now())
    context.parameterTypes = request.parameterTypes
    return try compiler.compile(request.sql, for: request.purpose, in: context, controls: request.controls)
  }

  /// Runs `work` and turns what it throws into what callers may see.
  private func translating<Result>(_ work: () async throws -> Result) async throws(QueryFailure) -> Result {
    do {
      return try await work()
    } catch let refusal as QueryRefusal {
      throw .refused(refusal)
    } catch let error as EngineError {
      if error.code == .cancelled { throw .cancelled }
      throw .engine(code: error.code.rawValue, message: error.message)
    } catch let error as StorageError {
      if error.code == .cancelled { throw .cancelled }
      throw .engine(code: error.code.rawValue, message: "The object storage could not be read or written.")
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .engine(code: "internal", message: "The query could not be run.")
    }
  }
}
