import Base
import CleanRoom
import Logging
import Metadata
import ObjectStorage
import Warehouse

/// Puts the query service of a server together.
enum QueryServices {
  static func make(
    folder: DataFolder, store: MetadataStore, objects: any ObjectStorage, options: EngineOptions, logger: Logger,
    clock: any WallClock
  ) throws -> any QueryService {
    let engine = try DuckDBEngine(settings: try options.settings(in: folder.spillFolder), logger: logger)
    return EngineQueryService(
      engine: engine, signals: SignalStore(storage: objects), objects: objects,
      fileLimits: try options.fileLimits,
      catalogues: RecordedCatalogues(store: store, clock: clock), now: { clock.now })
  }
}
