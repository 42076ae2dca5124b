package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// The targets of line items of Amazon DSP: their uses of audiences, which decide how often audiences are refreshed.
package struct LineItemTargetService: Sendable {
  /// The largest number of targets in a request. Source: the published OpenAPI file.
  package static let requestLimit = 1000
  /// The number of digits of a target's id.
  static let idDigits = 18

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  package typealias Outcome = Result<LineItemAudienceRecord, FieldErrors>

  private static func failure(_ reason: FieldError.Reason, at path: String) -> Outcome {
    .failure(FieldErrors([FieldError(reason, at: path)]))
  }

  /// Starts uses of audiences by line items, each independently of the others.
  package func add(_ elements: [JSONValue], in scope: DSPScope) async throws -> [Outcome] {
    let now = clock.now
    let elements = elements.tidied(as: DSPShapes.target).enumerated().map { index, element in
      element.replacing("targetDetails") {
        DSPShapes.audienceDetails.tidied($0, at: "[\(index)].targetDetails")
      }
    }
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        try add(element, in: scope, transaction, at: "[\(index)]", now)
      }
    }
  }

  private func add(
    _ element: JSONValue, in scope: DSPScope, _ transaction: WriteTransaction, at path: String, _ now: Date
  ) throws -> Outcome {
    let problems = DSPShapes.target.problems(of: element, at: path)
    guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
    let members = element.withoutNulls.objectMembers
    guard members["targetType"]?.string == DSPShapes.audienceTargetType else {
      return Self.failure(.unsupported(feature: "targets other than audiences"), at: "\(path).targetType")
    }
    let details = members["targetDetails"] ?? .null
    let found = DSPShapes.audienceDetails.problems(of: details, at: "\(path).targetDetails")
    guard found.isEmpty else { return .failure(FieldErrors(found)) }
    let audience = details.objectMembers["audienceTarget"]?.objectMembers["audienceId"]?.objectMembers["defaultValue"]
    let audienceID = audience?.string ?? ""
    let audiencePath = "\(path).targetDetails.audienceTarget.audienceId.defaultValue"
    let lineItemID = members["adGroupId"]?.string ?? ""
    guard try transaction.advertisingEntity(id: lineItemID, kind: .dspLineItem, owner: scope.owner) != nil else {
      return Self.failure(.notFound, at: "\(path).adGroupId")
    }
    if let reason = try scope.problem(withAudience: audienceID, in: transaction) {
      return Self.failure(reason, at: audiencePath)
    }
    if let use = try transaction.use(lineItemID: lineItemID, canonicalID: audienceID), use.removedAt == nil {
      return Self.failure(.notUnique, at: audiencePath)
    }
    var use = LineItemAudienceRecord(lineItemID: lineItemID, canonicalID: audienceID, addedAt: now)
    use.targetID = identifiers.number(digits: Self.idDigits)
    use.definition = try JSONValue.object(members).text
    try transaction.save(use)
    return .success(use)
  }

  /// Ends the uses behind targets, each independently of the others. The time of the last use stays on record.
  package func remove(ids: [String], in scope: DSPScope) async throws -> [Outcome] {
    let now = clock.now
    return try await store.write { transaction in
      try ids.enumerated().map { index, id in
        guard var use = try transaction.currentUse(targetID: id),
          try transaction.advertisingEntity(id: use.lineItemID, kind: .dspLineItem, owner: scope.owner) != nil
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
    matching filter: LineItemTargetFilter, types: Set<String>?, in scope: DSPScope,
    after position: LineItemTargetPosition?, limit: Int
  ) async throws -> (targets: [LineItemAudienceRecord], nextPosition: LineItemTargetPosition?) {
    guard types?.contains(DSPShapes.audienceTargetType) ?? true else { return ([], nil) }
    let found = try await store.read {
      try $0.currentUses(filter, owner: scope.owner, after: position, limit: limit + 1)
    }
    return (found.prefix(limit).map(\.use), found.count > limit ? found[limit - 1].position : nil)
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
