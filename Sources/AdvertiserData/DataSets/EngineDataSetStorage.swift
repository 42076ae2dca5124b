import CleanRoom
import FirstPartyData
package import Metadata
package import Warehouse

/// The rows of data sets on the embedded engine.
package struct EngineDataSetStorage: DataSetStorage {
  private let store: MetadataStore
  private let files: DataSetStore
  private let loader: DataSetLoader
  private let identities: IdentityStore
  private let secrets: SignalStore
  private let people: PersonLookup

  /// - Parameters:
  ///   - files: The storage of the rows.
  ///   - secrets: The store of the instances' secrets.
  package init(store: MetadataStore, files: DataSetStore, secrets: SignalStore, settings: EngineSettings) {
    self.store = store
    self.files = files
    self.secrets = secrets
    loader = DataSetLoader(store: files, settings: settings)
    identities = IdentityStore(storage: files.storage)
    people = PersonLookup(store: identities, secrets: secrets, settings: settings)
  }

  package func load(
    _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
    validate: () async throws -> Void
  ) async throws -> UploadMetrics {
    var graph = try await identities.graph(try await scope(of: instance))
    graph.looksUpOneIdentifier = instance.privacyMode == .noise
    let secret = try await secrets.userKeySecret(instanceID: instance.id)
    return try await loader.load(
      request, into: schema, instanceID: instance.id, identities: graph, secret: secret, validate: validate)
  }

  package func deleteRows(ofDataSet uid: String, instanceID: String) async throws {
    try await files.delete(folder: DataSetSchema(uid: uid).folder, instanceID: instanceID)
  }

  package func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws {
    try await files.rewrite(schema.layout, instanceID: instanceID)
  }

  package func remove(
    _ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord
  ) async throws {
    let keys = try await self.people.userKeys(
      of: people.map(\.lookup), instanceID: instance.id, scope: try await scope(of: instance))
    // Also without a key: whether a data set counts as changed must not tell whether the people are known.
    for layout in layouts {
      _ = try await files.removeUsers(keys, from: layout, instanceID: instance.id)
    }
  }

  private func scope(of instance: InstanceRecord) async throws -> IdentityScope {
    guard let account = try await store.read({ try $0.find(AccountRecord.self, id: instance.accountID) }) else {
      throw CleanRoomError.unknownInstance
    }
    return IdentityScope(of: instance, account: account)
  }
}

extension PersonIdentity {
  fileprivate var lookup: PersonLookup.Identity {
    let known = IdentifierKind.allCases.compactMap { kind in self[kind].map { (kind, $0) } }
    return PersonLookup.Identity(values: Dictionary(uniqueKeysWithValues: known), countryCode: countryCode)
  }
}
