import Audiences
import Base
import CleanRoom
import Crypto
import Foundation
import HTTPTypes
import Metadata

/// The versions of what an audience is described by: the media types of audiences in `endpoints.tsv`.
enum AudienceVersion: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcquerybasedaudience.v1+json"
  /// Adds `audienceCount` and `dspCanonicalId`.
  case v11 = "application/vnd.amcquerybasedaudience.v1.1+json"
  /// Adds the types of advertiser and audience, parameters, and what belongs to lookalike audiences.
  case v12 = "application/vnd.amcquerybasedaudience.v1.2+json"
}

/// Reads requests for audiences. Types are checked here, their sense in `AudienceService`.
enum AudienceRequests {
  /// The longest idempotency key, in characters.
  static let idempotencyKeyLengthLimit = 255

  /// The hashes of the key and the body, or nil without the header.
  static func idempotencyKey(
    _ headers: HTTPFields, body: Data
  ) throws(RequestError) -> AudienceService.IdempotencyKey? {
    guard let key = try headers.single(.idempotencyKey) else { return nil }
    guard !key.isEmpty, key.utf8.count <= idempotencyKeyLengthLimit else {
      throw .malformedHeader(
        HTTPField.Name.idempotencyKey.rawName, reason: "must have 1 to \(idempotencyKeyLengthLimit) characters.")
    }
    return AudienceService.IdempotencyKey(
      keyHash: Data(SHA256.hash(data: Data(key.utf8))), bodyHash: Data(SHA256.hash(data: body)))
  }

  /// The body of a POST.
  static func creation(of body: FieldReader) throws(RequestError) -> AudienceDraft {
    var fields = body
    let refreshRateDays = try fields.integer("refreshRateDays")
    let draft = try draft(&fields, refreshRateDays: refreshRateDays)
    try fields.finish()
    return draft
  }

  /// The body of a POST of a lookalike audience.
  static func lookalikeCreation(of body: FieldReader) throws(RequestError) -> AudienceDraft {
    var fields = body
    let reach = try fields.requiredChoice("lookalikeAudienceExpectedReach", LookalikeReach.self)
    let refreshRateDays = try fields.integer("refreshRateDays")
    var draft = try draft(&fields, refreshRateDays: refreshRateDays)
    draft.kind = .lookalike(reach)
    try fields.finish()
    return draft
  }

  /// The body of a PUT. `audienceType` is required; it and the reach can only be what they are.
  static func update(of body: FieldReader) throws -> AudienceDraft {
    var fields = body
    let type = try fields.requiredString("audienceType")
    let reach = try fields.string("lookalikeAudienceExpectedReach")
    var draft = try draft(&fields, refreshRateDays: nil)
    let known = reach.flatMap(LookalikeReach.init)
    // What is no reach cannot be the audience's.
    guard (known == nil) == (reach == nil), type == AudienceResponses.lookalike || reach == nil else {
      throw CleanRoomError.unchangeableField(name: "lookalikeAudienceExpectedReach")
    }
    switch type {
    case AudienceResponses.ruleBased: draft.kind = .ruleBased
    case AudienceResponses.lookalike: draft.kind = .lookalike(known)
    default: throw CleanRoomError.unchangeableField(name: "audienceType")
    }
    try fields.finish()
    return draft
  }

  private static func draft(
    _ fields: inout FieldReader, refreshRateDays: Int?
  ) throws(RequestError) -> AudienceDraft {
    let inputParameters = try fields.array("inputParameters").map(JSONValue.array)
    let parameterValues = JSONValue.object(try fields.object("parameterValues") ?? [:])
    return AudienceDraft(
      name: try fields.requiredString("audienceName"), description: try fields.string("audienceDescription"),
      advertiserID: try fields.requiredString("advertiserId"), query: try fields.string("query"),
      workflowID: try fields.string("workflowId"), timeWindowStart: try fields.requiredTime("timeWindowStart"),
      timeWindowEnd: try fields.requiredTime("timeWindowEnd"),
      isTimeWindowRelative: try fields.booleanOrText("timeWindowRelative") ?? false,
      refreshRateDays: refreshRateDays, inputParameters: inputParameters, parameterValues: parameterValues)
  }
}
