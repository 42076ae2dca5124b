import Base
package import Foundation
package import ObjectStorage

/// The rows that advertisers brought to instances: Parquet files with a manifest a folder that says which of them are
/// the folder's.
///
///     instances/{instance}/dataSets/{uid}/manifest.json
///     instances/{instance}/dataSets/{uid}/day=2026-01-31/part-….parquet   rows with a time
///     instances/{instance}/dataSets/{uid}/part-….parquet                  rows without
///
/// A manifest changes in one step. Changes of one folder wait for each other, across processes; reading never waits.
package struct DataSetStore: Sendable {
  package let storage: any ObjectStorage
  /// The resources of the engine that rewrites files.
  package let settings: EngineSettings
  let now: @Sendable () -> Date
  let makeName: @Sendable () -> String

  /// A store in that storage. `now` is the clock; `makeName` gives each new file a name that no other has.
  package init(
    storage: any ObjectStorage, settings: EngineSettings, now: @escaping @Sendable () -> Date = { Date() },
    makeName: @escaping @Sendable () -> String = { RandomIdentifierGenerator.uuid() }
  ) {
    self.storage = storage
    self.settings = settings
    self.now = now
    self.makeName = makeName
  }
}

extension DataSetStore {
  /// The manifest of a folder, which is empty where nothing was ever written.
  package func manifest(of folder: String, instanceID: String) async throws(StorageError) -> RowManifest {
    try await RowFolder(folder, instanceID: instanceID).manifest(in: storage).manifest
  }

  /// The upload as the folder holds it already; nil if it does not. One that replaces all rows needs no readable
  /// manifest.
  func held(
    _ request: UploadRequest, in folder: String, instanceID: String
  ) async throws(StorageError) -> RowManifest.Batch? {
    let folder = try RowFolder(folder, instanceID: instanceID)
    let manifest =
      switch request.strategy {
      case .additive, .overlapReplace, .overlapKeep: try await folder.manifest(in: storage).manifest
      case .fullReplace: try await folder.manifestToReplace(in: storage).manifest
      }
    return manifest.batch(id: request.uploadID)
  }
}
