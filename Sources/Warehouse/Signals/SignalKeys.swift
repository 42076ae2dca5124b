import Base
package import ObjectStorage

/// Where the signals of an instance are.
///
///     instances/{instance}/user-key.secret
///     instances/{instance}/sketch.secret
///     instances/{instance}/signals/{table}/manifest.json
///     instances/{instance}/signals/{table}/day=2026-01-31/part-….parquet   tables with an event time
///     instances/{instance}/signals/{table}/part-….parquet                  tables without
package struct SignalKeys: Sendable {
  private let instance: ObjectKey

  /// The keys of an instance; throws `storage_invalid_key` unless the id is of 1 to 64 letters, digits, `_` and `-`.
  package init(instanceID: String) throws(StorageError) {
    guard IdentifierShape.accepts(instanceID) else { throw StorageError(.invalidKey) }
    instance = try ObjectKey("instances/\(instanceID)")
  }

  /// The prefix of everything that the instance has, whatever it is.
  package var everything: ObjectKey { instance }

  /// The secret that user keys of the instance are made with.
  package func userKeySecret() throws(StorageError) -> ObjectKey {
    try instance.appending("user-key.secret")
  }

  /// The secret that sketches of the instance's results are made with.
  package func sketchSecret() throws(StorageError) -> ObjectKey {
    try instance.appending("sketch.secret")
  }

  /// The prefix of the instance's own identity graph, which sandboxes have.
  package func identity() throws(StorageError) -> ObjectKey {
    try instance.appending("identity")
  }

  /// The prefix of a data set or of another folder of `StoredRows`.
  package func storedRows(_ folder: String) throws(StorageError) -> ObjectKey {
    try ObjectKey("\(instance.value)/\(folder)")
  }

  /// The prefix of everything that a table has.
  package func table(_ table: String) throws(StorageError) -> ObjectKey {
    try instance.appending("signals").appending(table)
  }

  /// The list of a table's files.
  package func manifest(of table: String) throws(StorageError) -> ObjectKey {
    try self.table(table).appending("manifest.json")
  }

  /// A file of a table, by its name in the manifest.
  package func file(_ name: String, of table: String) throws(StorageError) -> ObjectKey {
    try self.table(table).appending(name)
  }
}
