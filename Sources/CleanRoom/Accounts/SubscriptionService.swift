package import Catalog
package import Metadata

package import struct Foundation.Date

/// The paid features that an instance may query.
package struct SubscriptionService: Sendable {
  /// A paid feature, its data sources, and whether the instance may query them.
  package struct Feature: Sendable, Hashable {
    package var feature: PaidFeature
    /// The names of its data sources, in the catalogue's order.
    package var tables: [String]
    package var isSubscribed: Bool
  }

  private let store: MetadataStore
  private let catalogue: Catalogue

  package init(store: MetadataStore, catalogue: Catalogue = .standard) {
    self.store = store
    self.catalogue = catalogue
  }

  /// All paid features as the instance sees them.
  ///
  /// - Throws: `CleanRoomError`.
  package func features(instanceID: String) async throws -> [Feature] {
    let subscribed = try await store.read { snapshot in
      guard try snapshot.find(InstanceRecord.self, id: instanceID) != nil else { throw CleanRoomError.unknownInstance }
      return try snapshot.subscribedFeatures(instanceID: instanceID)
    }
    return catalogue.paidFeatures.map { feature in
      let tables = catalogue.dataSources.filter { $0.paidFeature == feature.name && !$0.isForAudiences }.map(\.name)
      return Feature(
        feature: feature, tables: tables, isSubscribed: subscribed?.contains(feature.name) ?? true)
    }
  }

  /// Lets the instance query the feature's data sources.
  ///
  /// - Returns: Whether the subscription is new.
  /// - Throws: `CleanRoomError`.
  package func subscribe(instanceID: String, to name: String, at now: Date) async throws -> Bool {
    let feature = try known(name)
    return try await store.write { transaction in
      let instance = try Self.standardInstance(instanceID, in: transaction)
      let isNew = try transaction.subscribe(
        SubscriptionRecord(instanceID: instanceID, feature: feature.name, createdAt: now))
      if isNew {
        try transaction.audit(
          .subscribe, of: instanceID, accountID: instance.accountID, by: .operatorAtMachine, at: now,
          details: ["feature": feature.name])
      }
      return isNew
    }
  }

  /// Ends the instance's access to the feature's data sources.
  ///
  /// - Returns: Whether there was a subscription.
  /// - Throws: `CleanRoomError`.
  package func unsubscribe(instanceID: String, from name: String, at now: Date) async throws -> Bool {
    let feature = try known(name)
    return try await store.write { transaction in
      let instance = try Self.standardInstance(instanceID, in: transaction)
      let wasThere = try transaction.unsubscribe(instanceID: instanceID, feature: feature.name)
      if wasThere {
        try transaction.audit(
          .unsubscribe, of: instanceID, accountID: instance.accountID, by: .operatorAtMachine, at: now,
          details: ["feature": feature.name])
      }
      return wasThere
    }
  }

  private func known(_ name: String) throws(CleanRoomError) -> PaidFeature {
    guard let feature = catalogue.paidFeature(named: name.lowercased()) else {
      throw .unknownFeature(nearest: Suggestion.nearest(to: name, among: catalogue.paidFeatures.map(\.name)))
    }
    return feature
  }

  private static func standardInstance(_ id: String, in transaction: WriteTransaction) throws -> InstanceRecord {
    guard let instance = try transaction.find(InstanceRecord.self, id: id) else { throw CleanRoomError.unknownInstance }
    if instance.kind == .sandbox { throw CleanRoomError.sandboxHasAllFeatures }
    return instance
  }
}

extension CleanRoomError {
  /// No paid feature has the name; `nearest` is a similar name, or nil.
  package static func unknownFeature(nearest: String?) -> CleanRoomError {
    let hint = nearest.map { "Did you mean `\($0)`?" } ?? "`adyton admin feature list` shows those that there are."
    return CleanRoomError("unknown_feature", .notFound, "There is no paid feature of that name. \(hint)")
  }

  package static let sandboxHasAllFeatures = CleanRoomError(
    "sandbox_has_all_features", .invalid, "The instance is a sandbox, which has all paid features.")
}

extension MetadataReading {
  /// The names of the paid features that the instance may query; nil for all of them, which a sandbox has.
  package func subscribedFeatures(instanceID: String) throws -> Set<String>? {
    if try find(InstanceRecord.self, id: instanceID)?.kind == .sandbox { return nil }
    return Set(try subscriptions(instanceID: instanceID).map(\.feature))
  }
}
