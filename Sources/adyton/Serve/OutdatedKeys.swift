import AdvertiserData
import Metadata
import ObjectStorage
import Warehouse

/// User keys or links of identity graphs that an earlier release made, with which nothing of today's can be joined.
struct OutdatedKeys: Error, CustomStringConvertible {
  /// The folder or URL of the objects.
  let location: String

  var description: String {
    """
    The user keys in \(location) were made by an earlier release with MD5, and can't be turned into today's.
    To keep accounts, workflows and schedules, move these objects away (`mv`, or another prefix with --storage) and start
    again. Then load signals with `adyton load`, people with `adyton identity load` and sandboxes with `adyton sandbox`;
    advertisers upload their data sets again. docs/operations.md has more about it.
    """
  }

  /// Makes sure that all keys and links of a server are of today's kind. Throws `OutdatedKeys` where some are not.
  static func check(
    _ store: MetadataStore, _ objects: any ObjectStorage, location: String
  ) async throws {
    let signals = SignalStore(storage: objects)
    let people = IdentityStore(storage: objects)
    let (instanceIDs, scopes) = try await store.read { snapshot in
      let instances = try snapshot.allInstances(limit: Provisioning.instanceLimit)
      let scopes = try instances.compactMap { instance in
        try snapshot.find(AccountRecord.self, id: instance.accountID).map { IdentityScope(of: instance, account: $0) }
      }
      return (instances.map(\.id), Set(scopes))
    }
    do {
      _ = try await ConcurrentWork.map(instanceIDs, atOnce: checksAtOnce) { _, id in
        try await signals.requireCurrentKeys(instanceID: id)
      }
      for scope in scopes { _ = try await people.manifest(scope) }
    } catch let error as StorageError where error.code == .outdated {
      throw OutdatedKeys(location: location)
    }
  }

  /// How many instances are looked at at the same time: on S3, most of the time is waiting.
  private static let checksAtOnce = 16
}
