package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// Line items of Amazon DSP, as far as they use audiences: how audiences are used decides how often they are refreshed.
///
/// There are no DSP campaigns here: the ids of those that line items name are taken as they are.
package struct LineItemService: Sendable {
  /// The most line items of a request. Source: the published OpenAPI file.
  package static let lineItemRequestLimit = 20
  /// The most targets of a request. Source: the published OpenAPI file.
  package static let targetRequestLimit = 1000
  /// The most line items of an advertiser.
  package static let lineItemCountLimit = 10_000
  /// How many digits the ids have.
  static let idDigits = 18

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// Whose line items a request is about.
  package struct Scope: Sendable, Hashable {
    package var account: AccountRecord
    /// An advertiser of Amazon DSP that the account has.
    package var advertiserID: String

    package init(account: AccountRecord, advertiserID: String) {
      self.account = account
      self.advertiserID = advertiserID
    }
  }

  package typealias Outcome = Result<LineItemRecord, FieldErrors>
  package typealias TargetOutcome = Result<LineItemAudienceRecord, FieldErrors>

  private static func failure<Success>(
    _ reason: FieldError.Reason, at path: String
  ) -> Result<Success, FieldErrors> {
    .failure(FieldErrors([FieldError(reason, at: path)]))
  }

  // MARK: Line items

  /// Makes line items, each by itself.
  package func create(_ elements: [JSONValue], in scope: Scope) async throws -> [Outcome] {
    let now = clock.now
    return try await store.write { transaction in
      var room =
        try Self.lineItemCountLimit
        - transaction.lineItemCount(accountID: scope.account.id, advertiserID: scope.advertiserID)
      return try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        var problems = LineItemShape.lineItem(isNew: true).problems(of: element, at: path)
        let members = element.withoutNulls.objectMembers
        if problems.isEmpty { problems = Self.problems(of: members, at: path) }
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        guard room > 0 else { return Self.failure(.quota(limit: Self.lineItemCountLimit), at: path) }
        room -= 1
        var lineItem = LineItemRecord(
          id: identifiers.number(digits: Self.idDigits), accountID: scope.account.id,
          advertiserID: scope.advertiserID, name: "", createdAt: now)
        try lineItem.describe(members)
        try transaction.insert(lineItem)
        return .success(lineItem)
      }
    }
  }

  /// Changes line items, each by itself, to what is said; the rest of them stays.
  package func update(_ elements: [JSONValue], in scope: Scope) async throws -> [Outcome] {
    let now = clock.now
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        var problems = LineItemShape.lineItem(isNew: false).problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        var changes = element.withoutNulls.objectMembers
        let id = changes.removeValue(forKey: "adGroupId")?.string ?? ""
        guard var lineItem = try self.lineItem(id, in: scope, transaction) else {
          return Self.failure(.notFound, at: "\(path).adGroupId")
        }
        let members = try lineItem.members().merging(changes) { $1 }
        problems = Self.problems(of: members, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        try lineItem.describe(members)
        lineItem.updatedAt = now
        try transaction.update(lineItem)
        return .success(lineItem)
      }
    }
  }

  /// What is wrong beyond the shape.
  private static func problems(of members: [String: JSONValue], at path: String) -> [FieldError] {
    guard members["name"]?.string?.allSatisfy(\.isWhitespace) != true else {
      return [FieldError(.blank, at: "\(path).name")]
    }
    guard let start = members["startDateTime"]?.string.flatMap({ Timestamp.date(utc: $0) }),
      let end = members["endDateTime"]?.string.flatMap({ Timestamp.date(utc: $0) }), start <= end
    else { return [FieldError(.startAfterEnd, at: "\(path).endDateTime")] }
    return []
  }

  private func lineItem(
    _ id: String, in scope: Scope, _ snapshot: some MetadataReading
  ) throws -> LineItemRecord? {
    try snapshot.find(LineItemRecord.self, id: id).flatMap {
      $0.accountID == scope.account.id && $0.advertiserID == scope.advertiserID ? $0 : nil
    }
  }

  /// The advertiser's line items that match, oldest first, from after `sequence`, at most `limit`; and the sequence of
  /// the last where more follow.
  package func lineItems(
    matching filter: LineItemFilter, in scope: Scope, after sequence: Int64, limit: Int
  ) async throws -> (lineItems: [LineItemRecord], nextSequence: Int64?) {
    let found = try await store.read {
      try $0.lineItems(
        filter, accountID: scope.account.id, advertiserID: scope.advertiserID, after: sequence, limit: limit + 1)
    }
    let part = Array(found.prefix(limit))
    return (part, found.count > limit ? part.last?.sequence : nil)
  }

  // MARK: Audiences that they use

  /// Lets line items use audiences from now on, each by itself.
  package func addTargets(_ elements: [JSONValue], in scope: Scope) async throws -> [TargetOutcome] {
    let now = clock.now
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        try addTarget(element, in: scope, transaction, at: "[\(index)]", now)
      }
    }
  }

  private func addTarget(
    _ element: JSONValue, in scope: Scope, _ transaction: WriteTransaction, at path: String, _ now: Date
  ) throws -> TargetOutcome {
    let problems = LineItemShape.target.problems(of: element, at: path)
    guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
    let members = element.withoutNulls.objectMembers
    guard members["targetType"]?.string == LineItemShape.audienceTargetType else {
      return Self.failure(.unsupported(feature: "targets other than audiences"), at: "\(path).targetType")
    }
    let details = members["targetDetails"] ?? .null
    let found = LineItemShape.audienceDetails.problems(of: details, at: "\(path).targetDetails")
    guard found.isEmpty else { return .failure(FieldErrors(found)) }
    let audience = details.objectMembers["audienceTarget"]?.objectMembers["audienceId"]?.objectMembers["defaultValue"]
    let audienceID = audience?.string ?? ""
    let audiencePath = "\(path).targetDetails.audienceTarget.audienceId.defaultValue"
    guard let lineItem = try lineItem(members["adGroupId"]?.string ?? "", in: scope, transaction) else {
      return Self.failure(.notFound, at: "\(path).adGroupId")
    }
    if let reason = try Self.problem(withAudience: audienceID, in: scope, transaction) {
      return Self.failure(reason, at: audiencePath)
    }
    if let use = try transaction.use(lineItemID: lineItem.id, canonicalID: audienceID), use.removedAt == nil {
      return Self.failure(.notUnique, at: audiencePath)
    }
    var use = LineItemAudienceRecord(lineItemID: lineItem.id, canonicalID: audienceID, addedAt: now)
    use.targetID = identifiers.number(digits: Self.idDigits)
    use.definition = try JSONValue.object(members).text
    try transaction.save(use)
    return .success(use)
  }

  /// Why line items of the advertiser can't use the audience; nil when they can.
  private static func problem(
    withAudience id: String, in scope: Scope, _ snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    if let (shown, audience) = try snapshot.advertiserAudience(canonicalID: id) {
      guard shown.accountID == scope.account.id, shown.advertiserKind == .display,
        shown.advertiserID == scope.advertiserID
      else { return .unknownAudience }
      return audience.status == .deactivated ? .deactivatedAudience : nil
    }
    // Audiences of sent records can be used as well; they are never refreshed.
    let isStreamed = try Int64(id).map {
      try snapshot.hasStreamedAudience(id: $0, accountID: scope.account.id, dspAdvertiserID: scope.advertiserID)
    }
    return isStreamed == true ? nil : .unknownAudience
  }

  /// Ends the use that targets stand for, each by itself. That they were used is remembered.
  package func removeTargets(ids: [String], in scope: Scope) async throws -> [TargetOutcome] {
    let now = clock.now
    return try await store.write { transaction in
      try ids.enumerated().map { index, id in
        guard var use = try transaction.currentUse(targetID: id),
          try lineItem(use.lineItemID, in: scope, transaction) != nil
        else { return Self.failure(.notFound, at: "[\(index)]") }
        use.removedAt = now
        try transaction.save(use)
        return .success(use)
      }
    }
  }

  /// The advertiser's targets that match and have not been removed, by line item and audience, from after the position
  /// (nil for the first), at most `limit`; and the position of the last where more follow.
  ///
  /// - Parameter types: The types of targets to list; nil for all. Only one type exists here.
  package func targets(
    matching filter: LineItemTargetFilter, types: Set<String>?, in scope: Scope,
    after position: LineItemTargetPosition?, limit: Int
  ) async throws -> (targets: [LineItemAudienceRecord], nextPosition: LineItemTargetPosition?) {
    guard types?.contains(LineItemShape.audienceTargetType) ?? true else { return ([], nil) }
    let found = try await store.read {
      try $0.currentUses(
        filter, accountID: scope.account.id, advertiserID: scope.advertiserID, after: position, limit: limit + 1)
    }
    return (found.prefix(limit).map(\.use), found.count > limit ? found[limit - 1].position : nil)
  }
}

extension LineItemRecord {
  fileprivate mutating func describe(_ members: [String: JSONValue]) throws {
    name = members["name"]?.string ?? ""
    campaignID = members["campaignId"]?.string ?? ""
    state = members["state"]?.string.flatMap(State.init) ?? .paused
    definition = try JSONValue.object(members).text
  }

  /// What the client has said, as the members of an object. Throws `MetadataError.corrupted`: only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}

extension LineItemAudienceRecord {
  /// What the client has said, as the members of an object. Throws `MetadataError.corrupted`: only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
