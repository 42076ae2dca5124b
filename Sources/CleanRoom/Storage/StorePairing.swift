import Base
import Foundation
package import Metadata
package import ObjectStorage
import Warehouse

/// A store and objects that do not belong together.
package struct PairingError: CodedError, CustomStringConvertible, Sendable, Hashable {
  /// The ways in which the two do not fit.
  package enum Problem: String, Sendable, Hashable {
    /// There are objects, and the store knows nothing of them: it was lost, and this one is new.
    case storeIsMissing = "store_missing"
    /// The objects belong to another store.
    case otherStore = "store_mismatch"
    /// The store had objects, and there are none.
    case objectsAreMissing = "objects_missing"
  }

  package let problem: Problem
  package var code: String { problem.rawValue }

  /// The problem, and what to do about it.
  package var description: String {
    switch problem {
    case .storeIsMissing:
      """
      store_missing: There are objects of instances, but metadata.sqlite is missing or new. A server that starts anew \
      would lose accounts, clients and workflows. Bring it back with `adyton restore`, or move the objects away to \
      begin with nothing.
      """
    case .otherStore:
      """
      store_mismatch: These objects belong to another metadata.sqlite. Name the right --data and --storage; `adyton \
      restore` brings back both from a backup.
      """
    case .objectsAreMissing:
      """
      objects_missing: The objects of this metadata.sqlite are not here. Name the right --storage, or bring them back \
      with `adyton restore`. If they are gone for good, `adyton admin storage reset` lets the server begin without them.
      """
    }
  }
}

/// Makes sure that a store and an object storage belong together. The store has an id, and so does the object
/// `store.json`.
package struct StorePairing: Sendable {
  /// The name of the object with the store's id.
  package static let objectName = "store.json"

  private struct Mark: Codable {
    var storeId: String
  }

  private let store: MetadataStore
  private let objects: any ObjectStorage

  package init(store: MetadataStore, objects: any ObjectStorage) {
    (self.store, self.objects) = (store, objects)
  }

  /// Checks that both belong together, and records it where neither knows: in a new server, and in one of an earlier
  /// release.
  ///
  /// - Throws: `PairingError`, errors of reading either.
  package func confirm() async throws {
    let key = try ObjectKey(Self.objectName)
    let (id, knowsInstances) = try await store.read { (try $0.storeIdentity().id, try $0.knowsInstances()) }
    if let mark = try await objects.versioned(key) {
      guard try Self.id(in: mark.data) == id else {
        throw PairingError(problem: knowsInstances ? .otherStore : .storeIsMissing)
      }
      return
    }
    let known = try await store.read { try $0.objectGenerations() }
    if !known.isEmpty, try await !hasAny(of: known.keys.sorted()) { throw PairingError(problem: .objectsAreMissing) }
    if !knowsInstances, try await hasObjectsOfInstances() { throw PairingError(problem: .storeIsMissing) }
    await remember(try await manifestKeys())
    _ = try await objects.putIfAbsent(JSONEncoder().encode(Mark(storeId: id)), at: key)
    guard try Self.id(in: try await objects.get(key)) == id else { throw PairingError(problem: .otherStore) }
  }

  /// Whether the objects are there and can be read: for a server that has started.
  package func isIntact() async throws -> Bool {
    let identity = try await store.read { try $0.storeIdentity() }
    return try Self.id(in: try await objects.get(try ObjectKey(Self.objectName))) == identity.id
  }

  /// Lets the store begin without the objects that it had.
  package static func forget(_ store: MetadataStore) async throws {
    try await store.write { try $0.forgetObjectGenerations() }
  }

  private static func id(in data: Data) throws(StorageError) -> String {
    guard let mark = try? JSONDecoder().decode(Mark.self, from: data) else {
      throw StorageError(damage: ObjectDamage(.malformed, of: try ObjectKey(objectName)))
    }
    return mark.storeId
  }

  /// The manifests that an earlier release has written, of which nothing else knows yet.
  private func manifestKeys() async throws(StorageError) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    for root in StoredFolder.roots {
      keys += try await objects.list(under: try ObjectKey(root)).map(\.key)
    }
    return keys.filter { StoredFolder(manifest: $0) != nil }
  }

  /// Notes that there are these manifests: from then on a missing one is damage.
  private func remember(_ keys: [ObjectKey]) async {
    for key in keys { await objects.ledger?.record(0, of: key) }
  }

  /// The number of objects that are looked for: one that is there shows that the place is right.
  private static let lookLimit = 20

  private func hasAny(of keys: [String]) async throws -> Bool {
    for key in keys.prefix(Self.lookLimit) {
      if try await objects.exists(try ObjectKey(key)) { return true }
    }
    return false
  }

  private func hasObjectsOfInstances() async throws(StorageError) -> Bool {
    try await !objects.list(under: try ObjectKey("instances")).isEmpty
  }
}
