import AMCSQL
import Base
import Catalog
import Dialects
public import ObjectStorage
public import Privacy
public import Warehouse

public import struct Foundation.Date

/// Runs queries on an engine over the signals of an instance.
///
/// This is the only place where a query meets its data. A query that the compiler has not proven never gets here,
/// because it is no `EmittedQuery`.
public struct EngineQueryService: QueryService {
  private let compiler: QueryCompiler
  let catalogues: any InstanceCatalogues
  let engine: any QueryEngine
  let signals: SignalStore
  let objects: any ObjectStorage
  let fileLimits: ResultFileLimits
  private let noise: any InstanceNoise
  private let now: @Sendable () -> Date

  /// - Parameter noise: The instances that add noise; none by default, for tests and measurements.
  public init(
    engine: any QueryEngine, signals: SignalStore, objects: any ObjectStorage, thresholds: Thresholds = Thresholds(),
    fileLimits: ResultFileLimits = ResultFileLimits(), catalogues: any InstanceCatalogues = FixedCatalogue(),
    noise: any InstanceNoise = NoInstanceNoise(), now: @escaping @Sendable () -> Date
  ) {
    self.compiler = QueryCompiler(thresholds: thresholds)
    self.catalogues = catalogues
    self.noise = noise
    self.engine = engine
    self.signals = signals
    self.objects = objects
    self.fileLimits = fileLimits
    self.now = now
  }

  public func compile(_ request: QueryRequest) async throws(QueryFailure) -> any CompiledQuery {
    try await translating { try await query(request) }
  }

  func query(_ request: QueryRequest) async throws -> EngineQuery {
    let noise = try await instanceNoise(of: request)
    return EngineQuery(
      service: self, request: request, compiled: try await compiled(request, noise), instanceNoise: noise,
      signals: signals.snapshot(instanceID: request.instanceID))
  }

  /// The noise of a request's figures; nil in threshold mode.
  private func instanceNoise(of request: QueryRequest) async throws -> PopulationNoise? {
    switch request.purpose {
    // Nobody stands behind synthetic signals, and nobody sees features.
    case .measurement where request.controls.areDisabled, .features: nil
    case .measurement, .audience: try await noise.noise(for: request.instanceID)
    }
  }

  /// The name of the file with the members of an audience.
  static let memberFile = "members.parquet"

  /// Publishes the members of an audience, with their checksum.
  func publishMembers(_ file: StagedFile, to prefix: ObjectKey) async throws {
    let folder = OutputFolder(prefix, in: objects)
    try await folder.finish([Self.memberFile: try await folder.publish(file, as: Self.memberFile)])
  }

  func compiled(_ request: QueryRequest) async throws -> QueryCompiler.Compiled {
    try await compiled(request, try await instanceNoise(of: request))
  }

  private func compiled(_ request: QueryRequest, _ noise: PopulationNoise?) async throws -> QueryCompiler.Compiled {
    var context = BindingContext(
      catalogue: try await catalogues.catalogue(for: request.instanceID, asOf: request.asOf),
      timeWindow: request.timeWindow,
      parameters: request.parameters, parameterTypes: request.parameterTypes,
      missingParameters: request.needsAllParameters ? .refused : .noted, advertisers: request.advertisers,
      now: request.asOf ?? now())
    context.signalsEnd = request.signalsEnd
    if let limit = fileLimits.columnLimit { context.columnLimit = limit }
    return try await compiler.compile(
      request.sql, for: request.purpose, in: context, controls: request.controls,
      noise: noise?.settings.parameters)
  }

  /// Runs `work` and translates its errors into those that callers may see.
  func translating<Result>(_ work: () async throws -> Result) async throws(QueryFailure) -> Result {
    do {
      return try await work()
    } catch let refusal as QueryRefusal {
      throw .refused(refusal)
    } catch let error as EngineError {
      if error.code == .cancelled { throw .cancelled }
      throw .engine(code: error.code.rawValue, message: error.message)
    } catch let error as StorageError {
      if error.code == .cancelled { throw .cancelled }
      throw .engine(code: error.code.rawValue, message: error.message)
    } catch is CancellationError {
      throw .cancelled
    } catch {
      guard error.isTransientFailure else { throw .engine(code: "internal", message: "The query could not be run.") }
      // The store: what can't be read now can be read later.
      let failure = StorageError(.failed)
      throw .engine(code: failure.code.rawValue, message: failure.message)
    }
  }
}
