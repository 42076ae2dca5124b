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
    let key = try Self.peopleKey(of: record)
    try await objects.put(try JSONEncoder().encode(people), at: key)
    do {
      try await store.write { transaction in
        try transaction.insert(record)
        try transaction.insert(
          JobRecord(
            kind: .userDeletion, subjectID: record.id, instanceID: instance.id, accountID: instance.accountID,
            createdAt: record.createdAt))
      }
    } catch {
      try? await objects.delete(key)
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

  /// Removes the identities of failed requests, when a server starts.
  package func removeLeftovers() async throws {
    for record in try await store.read({ try $0.failedUserDeletions() }) {
      try await objects.delete(try Self.peopleKey(of: record))
    }
  }

  /// The key of the people's identities, until the request is done.
  static func peopleKey(of record: UserDeletionRecord) throws(StorageError) -> ObjectKey {
    try SignalKeys(instanceID: record.instanceID).storedRows("userDeletions/\(record.id).json")
  }
}
