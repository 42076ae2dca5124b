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

  /// Checks that all keys and links of a server are of today's kind.
  ///
  /// - Throws: `OutdatedKeys` if some are not.
  static func check(
    _ store: MetadataStore, _ objects: any ObjectStorage, location: String
  ) async throws {
    let signals = SignalStore(storage: objects)
    let people = IdentityStore(storage: objects)
    let (instanceIDs, scopes) = try await store.read(scopesOfInstances)
    let outdated = try await withThrowingTaskGroup(of: Bool.self) { group in
      for (number, id) in instanceIDs.enumerated() {
        if number >= checksAtOnce, try await group.next() == true { return true }
        group.addTask { try await isOutdated { try await signals.requireCurrentKeys(instanceID: id) } }
      }
      for scope in scopes { group.addTask { try await isOutdated { _ = try await people.manifest(scope) } } }
      return try await group.contains(true)
    }
    if outdated { throw OutdatedKeys(location: location) }
  }

  private static func isOutdated(_ check: () async throws -> Void) async throws -> Bool {
    do {
      try await check()
      return false
    } catch let error as StorageError {
      guard error.code == .outdated else { throw error }
      return true
    }
  }

  private static func scopesOfInstances(_ snapshot: ReadTransaction) throws -> ([String], Set<IdentityScope>) {
    let instances = try snapshot.allInstances(limit: Provisioning.instanceLimit)
    var scopes: Set<IdentityScope> = []
    for instance in instances {
      guard let account = try snapshot.find(AccountRecord.self, id: instance.accountID) else { continue }
      scopes.insert(IdentityScope(of: instance, account: account))
    }
    return (instances.map(\.id), scopes)
  }

  /// The number of instances that are checked at the same time: on S3, most of the time is waiting.
  private static let checksAtOnce = 16
}
