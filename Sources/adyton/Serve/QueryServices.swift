import Base
import Queries
import CleanRoom
import Logging
import Metadata
import ObjectStorage
import Warehouse

/// Builds the query service of a server.
enum QueryServices {
  static func make(
    folder: DataFolder, store: MetadataStore, objects: any ObjectStorage, options: EngineOptions, logger: Logger,
    clock: any WallClock, noise: NoiseSettings = NoiseSettings()
  ) throws -> any QueryService {
    let engine = try DuckDBEngine(settings: try options.settings(in: folder.spillFolder), logger: logger)
    return EngineQueryService(
      engine: engine, signals: SignalStore(storage: objects), objects: objects,
      fileLimits: try options.fileLimits,
      catalogues: RecordedCatalogues(store: store, clock: clock),
      noise: RecordedNoise(store: store, settings: noise), now: { clock.now })
  }
}
