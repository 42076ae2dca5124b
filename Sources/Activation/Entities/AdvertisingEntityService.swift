package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// Campaigns, ad groups, line items and targets of Amazon DSP, Sponsored Products, Sponsored Brands and Sponsored
/// Display. They are stored as they were sent, and nothing is spent.
package struct AdvertisingEntityService: Sendable {
  /// The largest number of an owner's entities of a kind that are not archived.
  package static let countLimit = 10_000

  let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// The outcome of one element: the present entity, or its problems.
  package typealias Outcome = Result<AdvertisingEntityRecord, FieldErrors>

  // MARK: Changing

  /// Makes entities, each independently of the others.
  package func create(
    _ elements: [JSONValue], kind: AdvertisingEntityRecord.Kind, in scope: some AdvertisingScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = scope.today(at: now)
    // The store has one writer, so everything that needs no record is done before the transaction.
    let drafts = elements.enumerated().map { index, element in
      EntityShapes.read(element, as: kind, isNew: true, at: "[\(index)]").map { given in
        var definition = AdvertisingEntityDefinition(kind: kind, members: given)
        definition.complete(today: today, identifiers)
        return (definition, problems: definition.problems(given: given, today: today, at: "[\(index)]"))
      }
    }
    return try await store.write { transaction in
      let changes = EntityChanges(kind: kind, scope: scope, transaction: transaction, now: now)
      var room = try Self.countLimit - transaction.livingAdvertisingEntityCount(kind: kind, owner: scope.owner)
      return try drafts.enumerated().map { index, draft in
        switch draft {
        case .failure(let errors): return .failure(errors)
        case .success((var definition, var problems)):
          problems += try changes.conflicts(of: definition, given: nil, id: nil, at: "[\(index)]")
          if room <= 0 { problems.append(FieldError(.quota(limit: Self.countLimit), at: "[\(index)]")) }
          guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
          try changes.inherit(&definition)
          let entity = try changes.insert(definition, id: identifiers.number(digits: kind.idDigits))
          if entity.state != .archived { room -= 1 }
          return .success(entity)
        }
      }
    }
  }

  /// Changes the given members of entities, each independently of the others. Other members stay.
  package func update(
    _ elements: [JSONValue], kind: AdvertisingEntityRecord.Kind, in scope: some AdvertisingScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = scope.today(at: now)
    let drafts = elements.enumerated().map { index, element in
      EntityShapes.read(element, as: kind, isNew: false, at: "[\(index)]")
    }
    return try await store.write { transaction in
      let changes = EntityChanges(kind: kind, scope: scope, transaction: transaction, now: now)
      return try drafts.enumerated().map { index, draft in
        let path = "[\(index)]"
        switch draft {
        case .failure(let errors): return .failure(errors)
        case .success(var given):
          let id = given.removeValue(forKey: kind.idName)?.identifier ?? ""
          return try changes.change(id, at: "\(path).\(kind.idName)") { stored in
            let definition = stored.updated(with: given, identifiers)
            var problems =
              try definition.problems(given: given, today: today, at: path)
              + changes.conflicts(of: definition, given: given, id: id, at: path)
            if definition.members["targetingType"] != stored.members["targetingType"] {
              problems.append(FieldError(.unchangeable, at: "\(path).targetingType"))
            }
            return problems.isEmpty ? .success(definition) : .failure(FieldErrors(problems))
          }
        }
      }
    }
  }

  /// Archives entities, which ends their use of audiences for good.
  package func archive(
    ids: [String], kind: AdvertisingEntityRecord.Kind, in scope: some AdvertisingScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let archived = ["state": JSONValue.string(kind.text(of: .archived))]
    return try await store.write { transaction in
      let changes = EntityChanges(kind: kind, scope: scope, transaction: transaction, now: now)
      return try ids.enumerated().map { index, id in
        try changes.change(id, at: "[\(index)]") { .success($0.updated(with: archived, identifiers)) }
      }
    }
  }
}

/// The changes of entities in a transaction.
private struct EntityChanges<Scope: AdvertisingScope> {
  let kind: AdvertisingEntityRecord.Kind
  let scope: Scope
  let transaction: WriteTransaction
  let now: Date

  func insert(_ definition: AdvertisingEntityDefinition, id: String) throws -> AdvertisingEntityRecord {
    var entity = AdvertisingEntityRecord(id: id, kind: kind, owner: scope.owner, createdAt: now)
    try entity.describe(definition)
    try transaction.insert(entity)
    return entity
  }

  /// Replaces the definition of an entity that is not archived, unless the new one has problems.
  func change(
    _ id: String, at path: String,
    _ changed: (AdvertisingEntityDefinition) throws -> Result<AdvertisingEntityDefinition, FieldErrors>
  ) throws -> AdvertisingEntityService.Outcome {
    guard var entity = try transaction.advertisingEntity(id: id, kind: kind, owner: scope.owner) else {
      return .failure(FieldErrors([FieldError(.notFound, at: path)]))
    }
    guard entity.state != .archived else { return .failure(FieldErrors([FieldError(.archived, at: path)])) }
    switch try changed(AdvertisingEntityDefinition(kind: kind, members: try entity.members())) {
    case .failure(let errors): return .failure(errors)
    case .success(let definition):
      try entity.describe(definition)
      try transaction.update(&entity, at: now)
      return .success(entity)
    }
  }

  /// Adds the members that an ad group has from its campaign: the tactic of Sponsored Display.
  func inherit(_ definition: inout AdvertisingEntityDefinition) throws {
    guard kind == .displayAdGroup, let id = definition.parentID else { return }
    let campaign = try transaction.advertisingEntity(id: id, kind: .displayCampaign, owner: scope.owner)
    definition.members["tactic"] = try campaign?.members()["tactic"]
  }

  /// The conflicts of a definition with other records.
  ///
  /// - Parameters:
  ///   - given: The members that an update changes; nil for a new entity.
  ///   - id: The id of the entity; nil for a new one.
  func conflicts(
    of definition: AdvertisingEntityDefinition, given: [String: JSONValue]?, id: String?, at path: String
  ) throws -> [FieldError] {
    func isChecked(_ member: String) -> Bool { kind.checksAllReferences || given.map { $0[member] != nil } ?? true }
    var problems: [FieldError] = []
    if let parent = kind.parentKind, isChecked(parent.idName),
      let reason = try problem(withParent: definition.parentID ?? "", of: parent)
    {
      problems.append(FieldError(reason, at: "\(path).\(parent.idName)"))
    }
    if kind.hasUniqueNames,
      try transaction.hasAdvertisingEntity(
        named: definition.name, parentID: definition.parentID, kind: kind, owner: scope.owner, except: id)
    {
      problems.append(FieldError(.notUnique, at: "\(path).name"))
    }
    guard let audiences = definition.audiences(at: path), isChecked(audiences.member) else { return problems }
    for (id, path) in audiences.used {
      if let reason = try scope.problem(withAudience: id, in: transaction) {
        problems.append(FieldError(reason, at: path))
      }
    }
    return problems
  }

  /// The reason why nothing can belong to the campaign or ad group; nil if something can.
  private func problem(
    withParent id: String, of parentKind: AdvertisingEntityRecord.Kind
  ) throws -> FieldError.Reason? {
    let parent = try transaction.advertisingEntity(id: id, kind: parentKind, owner: scope.owner)
    guard let parent else { return .unknownParent }
    return parent.state == .archived ? .archivedParent : nil
  }
}

extension AdvertisingEntityRecord {
  fileprivate mutating func describe(_ definition: AdvertisingEntityDefinition) throws {
    (name, state, parentID) = (definition.name, definition.state, definition.parentID)
    self.definition = try JSONValue.object(definition.members).text
  }

  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
