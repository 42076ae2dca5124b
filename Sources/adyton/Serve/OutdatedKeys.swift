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
    To keep accounts, workflows and schedules, move these objects away (`mv`, or another prefix with --storage) and
    start again. Then load signals with `adyton load`, people with `adyton identity load` and sandboxes with
    `adyton sandbox`; advertisers upload their data sets again. docs/operations.md has more about it.
    """
  }

  /// Checks that all keys and links of a server are of today's kind.
  ///
  /// - Throws: `OutdatedKeys` if some are not.
  static func check(
    _ store: MetadataStore, _ objects: any ObjectStorage, location: String
  ) async throws {
    let (instanceIDs, scopes) = try await store.read(scopesOfInstances)
    do throws(StorageError) {
      try await requireCurrentKeys(of: instanceIDs, and: Array(scopes), in: objects)
    } catch {
      throw error.code == .outdated ? OutdatedKeys(location: location) : error
    }
  }

  private static func requireCurrentKeys(
    of instanceIDs: [String], and scopes: [IdentityScope], in objects: any ObjectStorage
  ) async throws(StorageError) {
    let signals = SignalStore(storage: objects)
    let people = IdentityStore(storage: objects)
    _ = try await ConcurrentWork.map(instanceIDs, atOnce: checksAtOnce) { (_, id) throws(StorageError) in
      try await unlessDamaged { () throws(StorageError) in try await signals.requireCurrentKeys(instanceID: id) }
    }
    _ = try await ConcurrentWork.map(scopes, atOnce: checksAtOnce) { (_, scope) throws(StorageError) in
      try await unlessDamaged { () throws(StorageError) in _ = try await people.manifest(scope) }
    }
  }

  /// Damage of one instance is no reason not to serve the others: what needs the damaged object fails, and says so.
  private static func unlessDamaged(_ check: () async throws(StorageError) -> Void) async throws(StorageError) {
    do throws(StorageError) {
      try await check()
    } catch {
      if error.damage == nil { throw error }
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
