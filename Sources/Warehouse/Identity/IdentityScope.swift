import Base
package import ObjectStorage

/// The people of an identity graph.
package enum IdentityScope: Sendable, Hashable {
  /// The people of a marketplace, such as `ATVPDKIKX0DER`: what standard instances of its accounts are matched with.
  case marketplace(String)
  /// The synthetic people of a sandbox.
  case sandbox(instanceID: String)

  /// Whether the graph has user keys of the instance, as synthetic users have nothing else; otherwise it has the
  /// identifiers that each instance makes its own keys of.
  var holdsKeys: Bool {
    switch self {
    case .marketplace: false
    case .sandbox: true
    }
  }

  /// The folder of the graph and its manifest:
  ///
  ///     identity/{marketplace}/…            for all instances of the marketplace
  ///     instances/{instance}/identity/…     for the one sandbox
  package func folder() throws(StorageError) -> ObjectKey {
    switch self {
    case .marketplace(let id):
      guard IdentifierShape.accepts(id) else { throw StorageError(.invalidKey) }
      return try ObjectKey("identity").appending(id)
    case .sandbox(let instanceID): return try SignalKeys(instanceID: instanceID).identity()
    }
  }
}
