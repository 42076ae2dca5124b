package import Metadata
package import ObjectStorage

/// The ledger of a server: it is kept in its store, apart from the objects.
package struct RecordedGenerations: ObjectLedger {
  private let store: MetadataStore
  private let onFailure: @Sendable (any Error) -> Void

  /// - Parameter onFailure: Told why a change could not be recorded. The next change of the object is recorded again.
  package init(store: MetadataStore, onFailure: @escaping @Sendable (any Error) -> Void = { _ in }) {
    (self.store, self.onFailure) = (store, onFailure)
  }

  package func generation(of key: ObjectKey) async throws(StorageError) -> Int? {
    do {
      return try await store.read { try $0.objectGeneration(key: key.value) }
    } catch {
      throw StorageError(.failed)
    }
  }

  package func record(_ generation: Int, of key: ObjectKey) async {
    do {
      try await store.write { transaction in
        try transaction.recordObjectGeneration(generation, key: key.value, instanceID: Self.instanceID(of: key))
      }
    } catch {
      onFailure(error)
    }
  }

  package func forget(_ key: ObjectKey) async throws(StorageError) {
    do {
      try await store.write { try $0.forgetObjectGeneration(key: key.value) }
    } catch {
      throw StorageError(.failed)
    }
  }

  /// The instance that an object belongs to: `instances/ID/…`.
  private static func instanceID(of key: ObjectKey) -> String? {
    let parts = key.value.split(separator: "/")
    return parts.count > 2 && parts[0] == "instances" ? String(parts[1]) : nil
  }
}
