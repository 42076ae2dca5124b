import Activation
import AdsAPI
import AdvertiserData
import Base
import CleanRoom
import Foundation
import Logging
import Metadata
import ObjectStorage
import Warehouse

extension ServerComponents.Dependencies {
  /// The parts of a server on a data folder: the engine and everything that runs on it, and the buckets of customers.
  init(
    folder: DataFolder, store: MetadataStore, objects: any ObjectStorage, engine: EngineSettings,
    fileLimits: ResultFileLimits, storage: StorageOptions, logger: Logger, clock: any WallClock = SystemClock(),
    settings: CleanRoomSettings = CleanRoomSettings()
  ) throws {
    self.init(
      store: store,
      queries: try QueryServices.make(
        store: store, objects: objects, settings: engine, fileLimits: fileLimits, logger: logger, clock: clock,
        noise: settings.noise),
      objects: objects)
    self.logger = logger
    self.clock = clock
    self.settings = settings
    delivery = try storage.delivery(in: folder, store: store, objects: objects)
    audienceMembers = AudienceMemberLogs.make(store: store, objects: objects, settings: engine, clock: clock)
    dataSetStorage = EngineDataSetStorage(
      store: store, files: DataSetStore(storage: objects, settings: engine, now: { clock.now }),
      secrets: SignalStore(storage: objects), settings: engine)
    let buckets = try storage.buckets(in: folder)
    self.buckets = buckets
    bucketAccount = try storage.account
    let digests = EngineMemberDigests(settings: engine)
    export = BucketAudienceExport(objects: objects, buckets: buckets, account: bucketAccount, digests: digests)
  }
}
