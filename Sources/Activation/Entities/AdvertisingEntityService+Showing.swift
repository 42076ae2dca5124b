package import Metadata

extension AdvertisingEntityService {
  /// A part of the matching entities, oldest first.
  package struct Page: Sendable {
    package var entities: [AdvertisingEntityRecord]
    package var matchCount: Int
    /// The sequence of the last one; nil after the last part.
    package var nextSequence: Int64?
  }

  /// The owner's matching entities, oldest first, from after `sequence`, without the first `offset` of these, at most
  /// `limit`.
  package func entities(
    _ kind: AdvertisingEntityRecord.Kind, matching filter: AdvertisingEntityFilter, in scope: some AdvertisingScope,
    after sequence: Int64 = 0, offset: Int = 0, limit: Int
  ) async throws -> Page {
    let owner = scope.owner
    let (found, matchCount) = try await store.read { snapshot in
      (
        // One more than the part holds tells whether more follow.
        try snapshot.advertisingEntities(
          filter, kind: kind, owner: owner, after: sequence, offset: offset, limit: limit + 1),
        try snapshot.advertisingEntityCount(filter, kind: kind, owner: owner)
      )
    }
    let part = Array(found.prefix(limit))
    return Page(
      entities: part, matchCount: matchCount, nextSequence: found.count > limit ? part.last?.sequence : nil)
  }

  /// The owner's entity with the id, or nil.
  package func entity(
    id: String, kind: AdvertisingEntityRecord.Kind, in scope: some AdvertisingScope
  ) async throws -> AdvertisingEntityRecord? {
    try await store.read { try $0.advertisingEntity(id: id, kind: kind, owner: scope.owner) }
  }

  // MARK: Targets of Sponsored Display

  /// The campaigns of the targets' ad groups, by ad group. Those of old targets may be unknown.
  package func campaignIDs(
    of targets: [AdvertisingEntityRecord], in scope: SponsoredScope
  ) async throws -> [String: String] {
    var filter = AdvertisingEntityFilter()
    filter.ids = Set(targets.compactMap(\.parentID))
    let adGroups = try await store.read { [filter] in
      try $0.advertisingEntities(filter, kind: .displayAdGroup, owner: scope.owner, limit: targets.count)
    }
    return Dictionary(adGroups.compactMap { adGroup in adGroup.parentID.map { (adGroup.id, $0) } }) { first, _ in first
    }
  }

  /// The names of the account's audiences that the targets use, by the ids that targets use.
  package func audienceNames(
    of targets: [AdvertisingEntityRecord], in scope: SponsoredScope
  ) async throws -> [String: String] {
    let ids = try targets.reduce(into: Set<String>()) { ids, target in
      let definition = AdvertisingEntityDefinition(kind: target.kind, members: try target.members())
      ids.formUnion(definition.audiences(at: "")?.used.map(\.id) ?? [])
    }
    return try await store.read {
      try $0.advertiserAudienceNames(canonicalIDs: ids, accountID: scope.account.id, kind: .sponsoredAds)
    }
  }
}
