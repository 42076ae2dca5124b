package import ObjectStorage

/// The identity graphs of all scopes: Parquet files in an object storage, with a manifest a graph that says which of them
/// are the graph.
package struct IdentityStore: Sendable {
  /// Where everything is.
  package let storage: any ObjectStorage

  /// A store in that storage.
  package init(storage: any ObjectStorage) {
    self.storage = storage
  }

  /// The people of a scope as they are now; one that knows nobody where none were ever loaded.
  package func graph(_ scope: IdentityScope) async throws(StorageError) -> IdentityGraph {
    IdentityGraph(files: [])
  }
}
