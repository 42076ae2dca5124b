package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// Line items of Amazon DSP and their use of audiences, which decides how often audiences are refreshed.
package struct LineItemService: Sendable {
  /// The largest number of line items in a request. Source: the published OpenAPI file.
  package static let lineItemRequestLimit = 20
  /// The largest number of targets in a request. Source: the published OpenAPI file.
  package static let targetRequestLimit = 1000
  /// The largest number of an advertiser's line items.
  package static let lineItemCountLimit = 10_000
  /// The number of digits of the ids.
  static let idDigits = 18

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// The owner of a request's line items.
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

  /// Makes line items, each independently of the others.
  package func create(_ elements: [JSONValue], in scope: Scope) async throws -> [Outcome] {
    let now = clock.now
    let shape = LineItemShape.lineItem(isNew: true)
    let elements = elements.tidied(as: shape)
    return try await store.write { transaction in
      var room =
        try Self.lineItemCountLimit
        - transaction.lineItemCount(accountID: scope.account.id, advertiserID: scope.advertiserID)
      return try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        var problems = shape.problems(of: element, at: path)
        let members = element.withoutNulls.objectMembers
        if problems.isEmpty {
          problems =
            try Self.problems(of: members, at: path)
            + Self.problems(withCampaignOf: members, in: scope, transaction, at: path)
        }
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

  /// Changes the given members of line items, each independently of the others. Other members stay.
  package func update(_ elements: [JSONValue], in scope: Scope) async throws -> [Outcome] {
    let now = clock.now
    let shape = LineItemShape.lineItem(isNew: false)
    let elements = elements.tidied(as: shape)
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        var problems = shape.problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        var changes = element.withoutNulls.objectMembers
        let id = changes.removeValue(forKey: "adGroupId")?.string ?? ""
        guard var lineItem = try self.lineItem(id, in: scope, transaction) else {
          return Self.failure(.notFound, at: "\(path).adGroupId")
        }
        let members = try lineItem.members().merging(changes) { $1 }
        problems = Self.problems(of: members, at: path)
        if changes["campaignId"] != nil {
          problems += try Self.problems(withCampaignOf: members, in: scope, transaction, at: path)
        }
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        try lineItem.describe(members)
        try transaction.update(&lineItem, at: now)
        return .success(lineItem)
      }
    }
  }

  /// Problems other than those of the shape.
  private static func problems(of members: [String: JSONValue], at path: String) -> [FieldError] {
    guard members["name"]?.string?.allSatisfy(\.isWhitespace) != true else {
      return [FieldError(.blank, at: "\(path).name")]
    }
    guard let start = members["startDateTime"]?.string.flatMap({ Timestamp.date(utc: $0) }),
      let end = members["endDateTime"]?.string.flatMap({ Timestamp.date(utc: $0) }), start <= end
    else { return [FieldError(.startAfterEnd, at: "\(path).endDateTime")] }
    return []
  }

  /// A line item belongs to a campaign of its advertiser.
  private static func problems(
    withCampaignOf members: [String: JSONValue], in scope: Scope, _ snapshot: some MetadataReading, at path: String
  ) throws -> [FieldError] {
    let id = members["campaignId"]?.string ?? ""
    let campaign = try snapshot.advertisingEntity(id: id, kind: .dspCampaign, owner: scope.owner)
    guard campaign == nil else { return [] }
    return [FieldError(.unknownParent, at: "\(path).campaignId")]
  }

  private func lineItem(
    _ id: String, in scope: Scope, _ snapshot: some MetadataReading
  ) throws -> LineItemRecord? {
    try snapshot.find(LineItemRecord.self, id: id).flatMap {
      $0.accountID == scope.account.id && $0.advertiserID == scope.advertiserID ? $0 : nil
    }
  }

  /// The advertiser's matching line items, oldest first, from after `sequence`, at most `limit`; and the sequence of
  /// the last one, if more follow.
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

  /// Starts uses of audiences by line items, each independently of the others.
  package func addTargets(_ elements: [JSONValue], in scope: Scope) async throws -> [TargetOutcome] {
    let now = clock.now
    let elements = elements.tidied(as: LineItemShape.target).enumerated().map { index, element in
      element.replacing("targetDetails") {
        LineItemShape.audienceDetails.tidied($0, at: "[\(index)].targetDetails")
      }
    }
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

  /// The reason why line items of the advertiser can't use the audience; nil if they can.
  private static func problem(
    withAudience id: String, in scope: Scope, _ snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    if let (shown, audience) = try snapshot.advertiserAudience(canonicalID: id) {
      guard shown.accountID == scope.account.id, shown.advertiserKind == .display,
        shown.advertiserID == scope.advertiserID
      else { return .unknownAudience }
      return audience.status == .deactivated ? .deactivatedAudience : nil
    }
    // Audiences of sent records can be used as well. They are never refreshed.
    let isStreamed = try Int64(id).map {
      try snapshot.hasStreamedAudience(id: $0, accountID: scope.account.id, dspAdvertiserID: scope.advertiserID)
    }
    return isStreamed == true ? nil : .unknownAudience
  }

  /// Ends the uses behind targets, each independently of the others. The time of the last use stays on record.
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

  /// The advertiser's matching targets that are not removed, by line item and audience, from after `position` (nil for
  /// the first part), at most `limit`; and the position of the last one, if more follow.
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

  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}

extension LineItemAudienceRecord {
  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
