import AdsAPI
import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import Warehouse

extension ServerComponents.Dependencies {
  /// Lets a server take uploads: the engine that loads them, and the buckets that they come from.
  mutating func addDataSets(in folder: DataFolder, engine: EngineSettings, storage: StorageOptions) throws {
    dataSetRows = EngineDataSetRows(
      store: store, files: DataSetStore(storage: objects, settings: engine), secrets: SignalStore(storage: objects),
      settings: engine)
    buckets = try storage.buckets(in: folder)
    bucketAccount = storage.account
  }
}
