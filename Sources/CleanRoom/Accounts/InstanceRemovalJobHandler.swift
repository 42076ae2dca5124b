package import Jobs
package import Metadata
package import ObjectStorage
import Warehouse

package import struct Foundation.Date

/// Removes the objects of a deleted instance: signals, data sets, staged uploads, members of audiences, results, and
/// the people of a sandbox. All of them are under one prefix.
package struct InstanceRemovalJobHandler: JobHandler {
  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let runningJobs: RunningJobs

  package init(store: MetadataStore, objects: any ObjectStorage, runningJobs: RunningJobs) {
    self.store = store
    self.objects = objects
    self.runningJobs = runningJobs
  }

  package var kind: JobRecord.Kind { .instanceRemoval }

  /// Remaining objects wait for the next start of a server.
  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    let id = job.subjectID
    // Jobs that still write into the instance are waited for, so nothing is written after the removal.
    await runningJobs.stopAll { $0.instanceID == id && $0.kind != .instanceRemoval }
    try await Self.removeObjects(instanceID: id, from: objects)
    try await store.forgetDeleted()
    return JobCompletion { transaction, _ in try transaction.delete(InstanceRemovalRecord.self, id: id) }
  }

  /// Removes all objects of an instance; repeating it changes nothing.
  package static func removeObjects(instanceID: String, from objects: any ObjectStorage) async throws {
    try await objects.deleteAll(under: try SignalKeys(instanceID: instanceID).everything)
  }
}
