import Audiences
import CleanRoom
import Crypto
import Foundation
import HTTPTypes
import Metadata

/// The media types of audiences: the versions of what an audience is described by.
enum AudienceMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcquerybasedaudience.v1+json"
  /// Adds `audienceCount` and `dspCanonicalId`.
  case v11 = "application/vnd.amcquerybasedaudience.v1.1+json"
  /// Adds the types of advertiser and audience, parameters, and what belongs to lookalike audiences.
  case v12 = "application/vnd.amcquerybasedaudience.v1.2+json"
}

/// Reads what audience requests hold. Shapes and types are checked here, their sense in `AudienceService`.
enum AudienceRequests {
  /// The longest idempotency key, in characters.
  static let idempotencyKeyLengthLimit = 255

  struct Headers: Sendable {
    var accept: String
    var instanceID: String
    var entityID: String
  }

  /// The headers that name what a request is about. Those that name the client are the gate's.
  static func headers(_ headers: HTTPFields) throws(RequestError) -> Headers {
    // Several Accept fields are one list by RFC 9110, section 5.3.
    guard let accept = headers[.accept], !accept.isEmpty else { throw .missingHeader("Accept") }
    let entityID: String
    if headers.contains(.entityID) || !headers.contains(.advertiserID) {
      entityID = try headers.requiredIdentifier(.entityID)
    } else {
      entityID = try headers.requiredIdentifier(.advertiserID)
    }
    return Headers(
      accept: accept, instanceID: try headers.requiredIdentifier(.instanceID), entityID: entityID)
  }

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
  static func creation(of members: [String: JSONValue]) throws(RequestError) -> AudienceDraft {
    var fields = FieldReader(members)
    let refreshRateDays = try fields.integer("refreshRateDays")
    let draft = try draft(&fields, refreshRateDays: refreshRateDays)
    try fields.finish()
    return draft
  }

  /// The body of a POST of a lookalike audience.
  static func lookalikeCreation(of members: [String: JSONValue]) throws(RequestError) -> AudienceDraft {
    var fields = FieldReader(members)
    guard let reach = try fields.choice("lookalikeAudienceExpectedReach", LookalikeReach.self) else {
      throw .missingField("lookalikeAudienceExpectedReach")
    }
    let refreshRateDays = try fields.integer("refreshRateDays")
    var draft = try draft(&fields, refreshRateDays: refreshRateDays)
    draft.kind = .lookalike(reach)
    try fields.finish()
    return draft
  }

  /// The body of a PUT. `audienceType` is required; it and the reach can only be what they are.
  static func update(of members: [String: JSONValue]) throws -> AudienceDraft {
    var fields = FieldReader(members)
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
