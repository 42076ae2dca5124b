package import Base
import CleanRoom
package import Metadata

import struct Foundation.Decimal

/// Targets of Sponsored Display that show advertisements to audiences. Each belongs to an ad group.
///
/// Source: the published OpenAPI file "SponsoredDisplay", `createTargetingClauses`.
package struct DisplayTargetService: Sendable {
  /// The largest number of targets in a request.
  package static let requestLimit = 100
  /// The largest number of a profile's targets that are not archived.
  package static let targetCountLimit = 10_000
  /// The largest number of parts of a target's expression.
  static let expressionLimit = 100
  /// The smallest and the largest bid: the published one, and a limit of our own.
  static let bids: ClosedRange<Decimal> = Decimal(sign: .plus, exponent: -2, significand: 2)...Decimal(1_000_000)
  /// The number of digits of a target's id.
  static let idDigits = 15

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  package typealias Outcome = Result<DisplayTargetRecord, FieldErrors>

  private static let newTarget = JSONSchema.object([
    .required("adGroupId", .integer(1...Int64.max)),
    .required("expressionType", .choice(["manual", "auto"])),
    .required("expression", .array(.anything, 1...expressionLimit)),
    .required("state", .choice(["enabled", "paused", "archived"])),
    .optional("bid", .number(bids)),
  ])

  private static let change = JSONSchema.object([
    .required("targetId", .integer(1...Int64.max)),
    .optional("state", .choice(["enabled", "paused", "archived"])),
    .optional("bid", .number(bids)),
  ])

  /// `{"type": "audience", "value": [{"type": "audienceSameAs", "value": "ID"}]}`
  private static let audience = JSONSchema.object([
    .required("type", .choice(["audience"])),
    .required(
      "value",
      .array(
        .object([
          .required("type", .choice(["audienceSameAs"])),
          .required("value", .text(1...CampaignShape.audienceIDLengthLimit)),
        ]), 1...1)),
  ])

  // MARK: Changing

  /// Makes targets, each independently of the others.
  package func create(_ elements: [JSONValue], in scope: SponsoredScope) async throws -> [Outcome] {
    let now = clock.now
    let audiences = JSONSchema.array(Self.audience, 1...Self.expressionLimit)
    let elements = elements.tidied(as: Self.newTarget).enumerated().map { index, element in
      element.replacing("expression") { audiences.tidied($0, at: "[\(index)].expression") }
    }
    return try await store.write { transaction in
      var room = try Self.targetCountLimit - transaction.livingDisplayTargetCount(profileID: scope.profile.id)
      return try elements.enumerated().map { index, element in
        let problems = try problems(of: element, in: scope, transaction, room: room, at: "[\(index)]")
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        let members = element.withoutNulls.objectMembers
        let target = DisplayTargetRecord(
          id: Int64(identifiers.number(digits: Self.idDigits)) ?? 0, profileID: scope.profile.id,
          adGroupID: members["adGroupId"]?.int64 ?? 0,
          state: members["state"]?.string.flatMap(DisplayTargetRecord.State.init) ?? .paused,
          definition: try JSONValue.object(members).text, createdAt: now)
        try transaction.insert(target)
        if target.state != .archived { room -= 1 }
        return .success(target)
      }
    }
  }

  private func problems(
    of element: JSONValue, in scope: SponsoredScope, _ transaction: WriteTransaction, room: Int, at path: String
  ) throws -> [FieldError] {
    var problems = Self.newTarget.problems(of: element, at: path)
    guard problems.isEmpty else { return problems }
    for (index, part) in (element.objectMembers["expression"]?.arrayElements ?? []).enumerated() {
      let path = "\(path).expression[\(index)]"
      if let type = part.objectMembers["type"]?.string, type != "audience" {
        problems.append(FieldError(.unsupported(feature: "targets other than audiences"), at: "\(path).type"))
        continue
      }
      let found = Self.audience.problems(of: part, at: path)
      problems += found
      guard found.isEmpty, let id = part.objectMembers["value"]?.arrayElements.first?.objectMembers["value"]?.string
      else { continue }
      if let reason = try scope.problem(withAudience: id, in: transaction) {
        problems.append(FieldError(reason, at: "\(path).value[0].value"))
      }
    }
    let adGroupID = element.objectMembers["adGroupId"]?.int64 ?? 0
    if let reason = try Self.problem(withAdGroup: adGroupID, in: scope, transaction) {
      problems.append(FieldError(reason, at: "\(path).adGroupId"))
    }
    if room <= 0 { problems.append(FieldError(.quota(limit: Self.targetCountLimit), at: path)) }
    return problems
  }

  /// The reason why targets can't be in the ad group; nil if they can.
  private static func problem(
    withAdGroup id: Int64, in scope: SponsoredScope, _ snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    let adGroup = try snapshot.advertisingEntity(id: String(id), kind: .displayAdGroup, owner: scope.owner)
    guard let adGroup else { return .unknownParent }
    return adGroup.state == .archived ? .archivedParent : nil
  }

  /// Changes the state and the bid of targets, each independently of the others.
  package func update(_ elements: [JSONValue], in scope: SponsoredScope) async throws -> [Outcome] {
    let now = clock.now
    let elements = elements.tidied(as: Self.change)
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        let problems = Self.change.problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        let changes = element.withoutNulls.objectMembers
        let id = changes["targetId"]?.int64 ?? 0
        return try update(id, in: scope, transaction, at: "\(path).targetId") { target in
          var members = try target.members()
          for name in ["state", "bid"] { members[name] = changes[name] ?? members[name] }
          target.definition = try JSONValue.object(members).text
          target.state = members["state"]?.string.flatMap(DisplayTargetRecord.State.init) ?? target.state
          target.updatedAt = now
        }
      }
    }
  }

  /// Archives a target, which ends its use of audiences for good.
  package func archive(id: Int64, in scope: SponsoredScope) async throws -> Outcome {
    let now = clock.now
    return try await store.write { transaction in
      try update(id, in: scope, transaction, at: "targetId") { target in
        var members = try target.members()
        members["state"] = .string(DisplayTargetRecord.State.archived.rawValue)
        target.definition = try JSONValue.object(members).text
        target.state = .archived
        target.updatedAt = now
      }
    }
  }

  private func update(
    _ id: Int64, in scope: SponsoredScope, _ transaction: WriteTransaction, at path: String,
    _ change: (inout DisplayTargetRecord) throws -> Void
  ) throws -> Outcome {
    guard var target = try transaction.displayTarget(id: id, profileID: scope.profile.id) else {
      return .failure(FieldErrors([FieldError(.notFound, at: path)]))
    }
    guard target.state != .archived else {
      return .failure(FieldErrors([FieldError(.archived, at: path)]))
    }
    try change(&target)
    try transaction.update(target)
    return .success(target)
  }

  // MARK: Showing

  /// The profile's matching targets, oldest first, from the index `start`, at most `count`.
  package func targets(
    matching filter: DisplayTargetFilter, in scope: SponsoredScope, start: Int, count: Int
  ) async throws -> [DisplayTargetRecord] {
    try await store.read {
      try $0.displayTargets(filter, profileID: scope.profile.id, offset: start, limit: count)
    }
  }

  /// The profile's target with the id, or nil.
  package func target(id: Int64, in scope: SponsoredScope) async throws -> DisplayTargetRecord? {
    try await store.read { try $0.displayTarget(id: id, profileID: scope.profile.id) }
  }

  /// The campaigns of the targets' ad groups, by ad group. Those of old targets may be unknown.
  package func campaignIDs(
    of targets: [DisplayTargetRecord], in scope: SponsoredScope
  ) async throws -> [Int64: Int64] {
    var filter = AdvertisingEntityFilter()
    filter.ids = Set(targets.map { String($0.adGroupID) })
    let adGroups = try await store.read { [filter] in
      try $0.advertisingEntities(filter, kind: .displayAdGroup, owner: scope.owner, limit: targets.count)
    }
    let pairs = adGroups.compactMap { adGroup in
      Int64(adGroup.id).flatMap { id in adGroup.parentID.flatMap { Int64($0) }.map { (id, $0) } }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The names of the account's audiences that the targets use, by the ids that targets use.
  package func audienceNames(
    of targets: [DisplayTargetRecord], in scope: SponsoredScope
  ) async throws -> [String: String] {
    let ids = try targets.reduce(into: Set<String>()) { ids, target in
      ids.formUnion(try target.members()["expression"]?.strings ?? [])
    }
    return try await store.read {
      try $0.advertiserAudienceNames(canonicalIDs: ids, accountID: scope.account.id, kind: .sponsoredAds)
    }
  }
}

extension DisplayTargetRecord {
  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}

extension JSONValue {
  /// A whole number of 64 bits; nil for anything else.
  var int64: Int64? {
    switch self {
    case .integer(let number): number
    case .decimal: wholeNumber.flatMap { Int64("\($0)") }
    case .null, .boolean, .string, .array, .object: nil
    }
  }
}

extension JSONValue {
  /// All strings in it, at any depth.
  fileprivate var strings: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.strings)
    case .object(let members): members.values.flatMap(\.strings)
    case .null, .boolean, .integer, .decimal: []
    }
  }
}
