package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// Campaigns and ad groups that use no audience themselves: campaigns of Amazon DSP, campaigns and ad groups of
/// Sponsored Display, ad groups of Sponsored Products. Line items and targets name them.
///
/// They are stored as they were sent, and nothing is spent.
package struct AdvertisingEntityService: Sendable {
  /// The largest number of an owner's campaigns, or ad groups, of a kind that are not archived.
  package static let countLimit = 10_000

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// The owner that a request acts for.
  package struct Scope: Sendable, Hashable {
    package var owner: AdvertisingOwner
    /// The marketplace whose days count.
    fileprivate var marketplaceID: String

    package init(_ scope: SponsoredScope) {
      owner = scope.owner
      marketplaceID = scope.account.marketplaceID
    }

    package init(_ scope: LineItemService.Scope) {
      owner = scope.owner
      marketplaceID = scope.account.marketplaceID
    }

    fileprivate func today(at now: Date) -> String {
      Marketplace(id: marketplaceID)?.day(of: now) ?? String(Timestamp.text(of: now).prefix(10))
    }
  }

  /// The outcome of one element: the present campaign or ad group, or its problems.
  package typealias Outcome = Result<AdvertisingEntityRecord, FieldErrors>

  private static func failure(_ reason: FieldError.Reason, at path: String) -> Outcome {
    .failure(FieldErrors([FieldError(reason, at: path)]))
  }

  // MARK: Changing

  /// Makes campaigns or ad groups, each independently of the others.
  package func create(
    _ elements: [JSONValue], kind: AdvertisingEntityRecord.Kind, in scope: Scope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = scope.today(at: now)
    let shape = AdvertisingEntityShape.shape(of: kind, isNew: true)
    let elements = elements.tidied(as: shape)
    return try await store.write { transaction in
      var room = try Self.countLimit - transaction.livingAdvertisingEntityCount(kind: kind, owner: scope.owner)
      return try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        var problems = shape.problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        let given = element.withoutNulls.objectMembers
        var definition = AdvertisingEntityDefinition(kind: kind, members: given)
        definition.complete()
        definition.nameFlights(identifiers)
        problems = definition.problems(given: given, today: today, at: path)
        problems += try conflicts(of: definition, id: nil, in: scope, transaction, at: path)
        if room <= 0 { problems.append(FieldError(.quota(limit: Self.countLimit), at: path)) }
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        try scope.inherit(&definition, in: transaction)
        let entity = AdvertisingEntityRecord(
          id: identifiers.number(digits: kind.idDigits), kind: kind, owner: scope.owner,
          parentID: definition.parentID, name: definition.name, state: definition.state,
          definition: try JSONValue.object(definition.members).text, createdAt: now)
        try transaction.insert(entity)
        if entity.state != .archived { room -= 1 }
        return .success(entity)
      }
    }
  }

  /// Changes the given members of campaigns or ad groups, each independently of the others. Other members stay.
  package func update(
    _ elements: [JSONValue], kind: AdvertisingEntityRecord.Kind, in scope: Scope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = scope.today(at: now)
    let shape = AdvertisingEntityShape.shape(of: kind, isNew: false)
    let elements = elements.tidied(as: shape)
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        let problems = shape.problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        var given = element.withoutNulls.objectMembers
        let id = given.removeValue(forKey: kind.idName)
        return try change(
          id?.string ?? id?.int64.map { String($0) } ?? "", kind: kind, in: scope, transaction,
          at: "\(path).\(kind.idName)", now
        ) { stored in
          var definition = stored.updated(with: given)
          definition.nameFlights(identifiers)
          return definition
        } problems: { definition, id in
          try definition.problems(given: given, today: today, at: path)
            + conflicts(of: definition, id: id, in: scope, transaction, at: path)
        }
      }
    }
  }

  /// Archives campaigns or ad groups for good.
  package func archive(
    ids: [String], kind: AdvertisingEntityRecord.Kind, in scope: Scope
  ) async throws -> [Outcome] {
    let now = clock.now
    let archived = JSONValue.string(kind.text(of: .archived))
    return try await store.write { transaction in
      try ids.enumerated().map { index, id in
        try change(id, kind: kind, in: scope, transaction, at: "[\(index)]", now) {
          $0.updated(with: ["state": archived])
        } problems: { _, _ in
          []
        }
      }
    }
  }

  private func change(
    _ id: String, kind: AdvertisingEntityRecord.Kind, in scope: Scope, _ transaction: WriteTransaction,
    at path: String, _ now: Date,
    _ changed: (AdvertisingEntityDefinition) -> AdvertisingEntityDefinition,
    problems: (AdvertisingEntityDefinition, String) throws -> [FieldError]
  ) throws -> Outcome {
    guard var entity = try transaction.advertisingEntity(id: id, kind: kind, owner: scope.owner) else {
      return Self.failure(.notFound, at: path)
    }
    guard entity.state != .archived else { return Self.failure(.archived, at: path) }
    let definition = changed(AdvertisingEntityDefinition(kind: kind, members: try entity.members()))
    let found = try problems(definition, entity.id)
    guard found.isEmpty else { return .failure(FieldErrors(found)) }
    (entity.name, entity.state, entity.updatedAt) = (definition.name, definition.state, now)
    entity.definition = try JSONValue.object(definition.members).text
    try transaction.update(entity)
    return .success(entity)
  }

  /// The conflicts of a campaign or an ad group with other records.
  private func conflicts(
    of definition: AdvertisingEntityDefinition, id: String?, in scope: Scope, _ transaction: WriteTransaction,
    at path: String
  ) throws -> [FieldError] {
    var problems: [FieldError] = []
    if let parentID = definition.parentID,
      let reason = try scope.problem(withParent: parentID, of: definition.kind, in: transaction)
    {
      problems.append(FieldError(reason, at: "\(path).campaignId"))
    }
    if definition.kind.hasUniqueNames,
      try transaction.hasAdvertisingEntity(
        named: definition.name, parentID: definition.parentID, kind: definition.kind, owner: scope.owner, except: id)
    {
      problems.append(FieldError(.notUnique, at: "\(path).name"))
    }
    return problems
  }

  // MARK: Showing

  /// A part of the matching campaigns or ad groups, oldest first.
  package struct Page: Sendable {
    package var entities: [AdvertisingEntityRecord]
    package var matchCount: Int
    /// The sequence of the last one; nil after the last part.
    package var nextSequence: Int64?
  }

  /// The owner's matching campaigns or ad groups, oldest first, from after `sequence`, without the first `offset` of
  /// these, at most `limit`.
  package func entities(
    _ kind: AdvertisingEntityRecord.Kind, matching filter: AdvertisingEntityFilter, in scope: Scope,
    after sequence: Int64 = 0, offset: Int = 0, limit: Int
  ) async throws -> Page {
    let (found, matchCount) = try await store.read { snapshot in
      (
        try snapshot.advertisingEntities(
          filter, kind: kind, owner: scope.owner, after: sequence, offset: offset, limit: limit + 1),
        try snapshot.advertisingEntityCount(filter, kind: kind, owner: scope.owner)
      )
    }
    let part = Array(found.prefix(limit))
    return Page(
      entities: part, matchCount: matchCount, nextSequence: found.count > limit ? part.last?.sequence : nil)
  }

  /// The owner's campaign or ad group with the id, or nil.
  package func entity(
    id: String, kind: AdvertisingEntityRecord.Kind, in scope: Scope
  ) async throws -> AdvertisingEntityRecord? {
    try await store.read { try $0.advertisingEntity(id: id, kind: kind, owner: scope.owner) }
  }
}

extension AdvertisingEntityService.Scope {
  /// Adds the members that an ad group has from its campaign: the tactic of Sponsored Display.
  fileprivate func inherit(
    _ definition: inout AdvertisingEntityDefinition, in snapshot: some MetadataReading
  ) throws {
    guard definition.kind == .displayAdGroup, let id = definition.parentID else { return }
    let campaign = try snapshot.advertisingEntity(id: id, kind: .displayCampaign, owner: owner)
    definition.members["tactic"] = try campaign?.members()["tactic"]
  }

  /// The reason why an ad group can't belong to the campaign; nil if it can.
  fileprivate func problem(
    withParent id: String, of kind: AdvertisingEntityRecord.Kind, in snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    switch kind {
    case .displayAdGroup:
      guard let parent = try snapshot.advertisingEntity(id: id, kind: .displayCampaign, owner: owner) else {
        return .unknownParent
      }
      return parent.state == .archived ? .archivedParent : nil
    case .productsAdGroup:
      guard let parent = try snapshot.campaign(id: id, profileID: owner.id, program: .sponsoredProducts) else {
        return .unknownParent
      }
      return parent.state == .archived ? .archivedParent : nil
    case .dspCampaign, .displayCampaign: return nil
    }
  }
}

extension SponsoredScope {
  /// The owner of the profile's campaigns and ad groups.
  package var owner: AdvertisingOwner { AdvertisingOwner(accountID: account.id, id: profile.id) }
}

extension LineItemService.Scope {
  /// The owner of the advertiser's campaigns.
  package var owner: AdvertisingOwner { AdvertisingOwner(accountID: account.id, id: advertiserID) }
}

extension AdvertisingEntityRecord {
  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
