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

  /// The time when the object was made.
  static func time(of key: ObjectKey) -> Date? {
    let name = key.value.split(separator: "/").last ?? ""
    return name.split(separator: "-").first.flatMap { Int64($0) }.map { Date(timeIntervalSince1970: Double($0) / 1000) }
  }
}

/// Staged records of no request: the process ended before it could record the request, or after it had recorded the
/// job's end.
struct StagedRecordOrphans: Sendable {
  let store: MetadataStore
  let objects: any ObjectStorage

  /// Removes those of an instance.
  ///
  /// - Parameter moment: Only objects made before it are removed, because the requests of later ones may be about to be
  ///   recorded; nil if no request can be.
  func remove(instanceID: String, olderThan moment: Date?) async throws {
    let found = try await objects.list(under: StagedRecordKeys.prefix(instanceID: instanceID))
    guard !found.isEmpty else { return }
    let wanted = try await store.read { try $0.stagedKeys(instanceID: instanceID) }
    for object in found where !wanted.contains(object.key.value) {
      if let moment {
        guard let time = StagedRecordKeys.time(of: object.key), time < moment else { continue }
      }
      try await objects.delete(object.key)
    }
  }
}
