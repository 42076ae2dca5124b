import CleanRoom
import Foundation
import Metadata
import ObjectStorage

/// The keys of valid records that wait for their job.
enum StagedRecordKeys {
  /// The objects of an instance.
  static func prefix(instanceID: String) throws(StorageError) -> ObjectKey {
    try ObjectKey(InstanceFolders.audienceRecords(instanceID: instanceID))
  }

  /// The key of a request's records. The time in it shows the age of an object that no request knows.
  static func key(instanceID: String, name: String, at now: Date) throws(StorageError) -> ObjectKey {
    try prefix(instanceID: instanceID).appending("\(Int64(now.timeIntervalSince1970 * 1000))-\(name).csv")
  }

  /// The name and the time that the key was made with; nil for a key that is none of these.
  static func parts(of key: ObjectKey) -> (name: String, time: Date)? {
    let parts = (key.value.split(separator: "/").last ?? "").split(separator: "-", maxSplits: 1)
    guard parts.count == 2, parts[1].hasSuffix(".csv"), let milliseconds = Int64(parts[0]) else { return nil }
    let time = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    return (String(parts[1].dropLast(".csv".count)), time)
  }
}

/// Staged records that no job will read: their request is finished, or was never recorded because the process ended
/// before.
struct StagedRecordOrphans: Sendable {
  let store: MetadataStore
  let objects: any ObjectStorage

  /// Removes those of an instance.
  ///
  /// - Parameter moment: Of the objects without a request, only those made before it are removed, because the requests
  ///   of later ones may be about to be recorded; nil if no request can be.
  func remove(instanceID: String, olderThan moment: Date?) async throws {
    let found = try await objects.list(under: StagedRecordKeys.prefix(instanceID: instanceID))
    guard !found.isEmpty else { return }
    let (waiting, recorded) = try await store.read { snapshot in
      (
        try snapshot.stagedKeys(instanceID: instanceID),
        try snapshot.recordSubmissionIDs(among: found.compactMap { StagedRecordKeys.parts(of: $0.key)?.name })
      )
    }
    for object in found where !waiting.contains(object.key.value) {
      let parts = StagedRecordKeys.parts(of: object.key)
      if let moment, !(parts.map { recorded.contains($0.name) } ?? false) {
        guard let parts, parts.time < moment else { continue }
      }
      try await objects.delete(object.key)
    }
  }
}
