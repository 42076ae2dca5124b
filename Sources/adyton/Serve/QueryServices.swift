import Base
import CleanRoom
import Logging
import Metadata
import ObjectStorage
import Queries
import Warehouse

/// Builds the query service of a server.
enum QueryServices {
  static func make(
    store: MetadataStore, objects: any ObjectStorage, settings: EngineSettings, fileLimits: ResultFileLimits,
    logger: Logger, clock: any WallClock, noise: NoiseSettings = NoiseSettings()
  ) throws -> any QueryService {
    let engine = try DuckDBEngine(settings: settings, logger: logger)
    return EngineQueryService(
      engine: engine, signals: SignalStore(storage: objects), objects: objects,
      fileLimits: fileLimits,
      catalogues: RecordedCatalogues(store: store, clock: clock),
      noise: RecordedNoise(store: store, settings: noise), now: { clock.now })
  }
}
