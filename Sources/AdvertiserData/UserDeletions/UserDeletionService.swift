package import Base
import CleanRoom
import Foundation
package import Metadata
package import ObjectStorage
import Warehouse

/// Takes requests to delete people from everything that an instance's advertisers brought, and shows their outcome.
/// `UserDeletionJobHandler` processes them.
package struct UserDeletionService: Sendable {
  /// The largest number of people in one request, from the published API.
  package static let identityCountLimit = 1_000

  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  package init(
    store: MetadataStore, objects: any ObjectStorage, clock: any WallClock, identifiers: any IdentifierGenerator,
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.objects = objects
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// Queues a request. The people's identities are kept in an object until it is done, and nowhere else.
  package func create(_ people: [PersonIdentity], in instance: InstanceRecord) async throws -> UserDeletionRecord {
    guard (1...Self.identityCountLimit).contains(people.count) else {
      throw CleanRoomError.invalidField(
        name: "targetIdentities", reason: "must be 1 to \(Self.identityCountLimit) identities.")
    }
    let record = UserDeletionRecord(
      id: identifiers.uuid(), instanceID: instance.id, identityCount: people.count, createdAt: clock.now)
    let (key, people) = (try Self.peopleKey(of: record), try JSONEncoder().encode(people))
    // The record comes before the people, so that somebody knows of them wherever the process ends; the job comes after
    // them: without them it would have nothing to do.
    try await store.write { try $0.insert(record) }
    do {
      try await objects.put(people, at: key)
      try await store.write { transaction in
        // It went with its instance, where that was deleted meanwhile.
        guard try transaction.find(UserDeletionRecord.self, id: record.id) != nil else {
          throw CleanRoomError.unknownInstance
        }
        try transaction.insert(
          JobRecord(
            kind: .userDeletion, subjectID: record.id, instanceID: instance.id, accountID: instance.accountID,
            createdAt: record.createdAt))
      }
    } catch {
      try? await objects.delete(key)
      try? await store.write { try $0.delete(UserDeletionRecord.self, id: record.id) }
      throw error
    }
    wakeRunner()
    return record
  }

  package func userDeletion(id: String, instanceID: String) async throws -> UserDeletionRecord {
    let record = try await store.read { try $0.find(UserDeletionRecord.self, id: id) }
    guard let record, record.instanceID == instanceID else { throw CleanRoomError.unknownUserDeletion }
    return record
  }

  /// The instance's requests, the latest first, from before `sequence`, at most `limit`.
  package func userDeletions(
    instanceID: String, before sequence: Int64, limit: Int
  ) async throws -> [UserDeletionRecord] {
    try await store.read { try $0.userDeletions(instanceID: instanceID, before: sequence, limit: limit) }
  }

  /// Removes identities that no job will delete: those of failed requests, and of requests that were not answered when
  /// the last server ended. To be called when a server starts, before it takes requests.
  package func removeLeftovers() async throws {
    for instanceID in try await store.read({ try $0.instanceIDs() }) {
      let waiting = try await store.write { transaction in
        try transaction.pendingUserDeletions(instanceID: instanceID).filter { record in
          if try transaction.unfinishedJob(kind: .userDeletion, subjectID: record.id) != nil { return true }
          try transaction.delete(UserDeletionRecord.self, id: record.id)
          return false
        }
      }
      let keys = Set(try waiting.map { try Self.peopleKey(of: $0) })
      for object in try await objects.list(under: try Self.folder(of: instanceID)) where !keys.contains(object.key) {
        try await objects.delete(object.key)
      }
    }
  }

  /// The key of the people's identities, until the request is done.
  static func peopleKey(of record: UserDeletionRecord) throws(StorageError) -> ObjectKey {
    try folder(of: record.instanceID).appending("\(record.id).json")
  }

  private static func folder(of instanceID: String) throws(StorageError) -> ObjectKey {
    try SignalKeys(instanceID: instanceID).storedRows("userDeletions")
  }
}
