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

  /// The name that the key was made with.
  static func name(of key: ObjectKey) -> String? {
    let parts = (key.value.split(separator: "/").last ?? "").split(separator: "-", maxSplits: 1)
    guard parts.count == 2, parts[1].hasSuffix(".csv") else { return nil }
    return String(parts[1].dropLast(".csv".count))
  }

  /// The time when the object was made.
  static func time(of key: ObjectKey) -> Date? {
    let name = key.value.split(separator: "/").last ?? ""
    return name.split(separator: "-").first.flatMap { Int64($0) }.map { Date(timeIntervalSince1970: Double($0) / 1000) }
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
        try snapshot.recordSubmissionIDs(among: found.compactMap { StagedRecordKeys.name(of: $0.key) })
      )
    }
    for object in found where !waiting.contains(object.key.value) {
      let isRecorded = StagedRecordKeys.name(of: object.key).map(recorded.contains) ?? false
      if let moment, !isRecorded {
        guard let time = StagedRecordKeys.time(of: object.key), time < moment else { continue }
      }
      try await objects.delete(object.key)
    }
  }
}
