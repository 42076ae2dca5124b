import Audiences
import Base
import CleanRoom
import Crypto
import Foundation
import HTTPTypes
import Metadata

/// The versions of an audience's description: the media types of audiences in `endpoints.tsv`.
enum AudienceVersion: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcquerybasedaudience.v1+json"
  /// Adds `audienceCount` and `dspCanonicalId`.
  case v11 = "application/vnd.amcquerybasedaudience.v1.1+json"
  /// Adds the types of advertiser and audience, parameters, and members for lookalike audiences.
  case v12 = "application/vnd.amcquerybasedaudience.v1.2+json"
}

/// Reads requests about audiences. Types are checked here, their meaning in `AudienceService`.
enum AudienceRequests {
  /// The largest length of an idempotency key, in characters.
  static let idempotencyKeyLengthLimit = 255

  /// The hashes of the key and the body; nil without the header.
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

  /// The body of a PUT. As published, it is all of the definition. Where reading is lenient, a part of it changes only
  /// what it names.
  static func update(of body: FieldReader) throws -> AudienceUpdate {
    var fields = body
    let required = ["advertiserId", "audienceName", "audienceType", "timeWindowEnd", "timeWindowStart"]
    let isWhole =
      required.allSatisfy { fields.value($0) != nil } && (fields.value("query") ?? fields.value("workflowId")) != nil
    guard isWhole || !RequestReading.current.isLenient else { return .changes(try changes(&fields)) }
    let type = try fields.requiredString("audienceType")
    let reach = try fields.string("lookalikeAudienceExpectedReach")
    var draft = try draft(&fields, refreshRateDays: nil)
    draft.kind = try kind(type, reach: reach)
    try fields.finish()
    return .replacement(draft)
  }

  private static func changes(_ fields: inout FieldReader) throws -> AudienceChanges {
    var changes = AudienceChanges()
    let reach = try fields.string("lookalikeAudienceExpectedReach")
    if let type = try fields.string("audienceType") {
      changes.kind = try kind(type, reach: reach)
    } else if let reach {
      guard let known = LookalikeReach(rawValue: reach) else {
        throw CleanRoomError.unchangeableField(name: "lookalikeAudienceExpectedReach")
      }
      changes.reach = known
    }
    changes.name = try fields.string("audienceName")
    changes.description = try fields.string("audienceDescription")
    changes.advertiserID = try fields.string("advertiserId")
    changes.query = try fields.string("query", byteLimit: .max)
    changes.workflowID = try fields.string("workflowId")
    changes.timeWindowStart = try fields.time("timeWindowStart")
    changes.timeWindowEnd = try fields.time("timeWindowEnd")
    changes.isTimeWindowRelative = try fields.booleanOrText("timeWindowRelative")
    changes.inputParameters = try fields.array("inputParameters").map(JSONValue.array)
    changes.parameterValues = try fields.object("parameterValues").map(JSONValue.object)
    try fields.finish()
    return changes
  }

  /// The kind that an update names. It and the reach can't be changed.
  private static func kind(_ type: String, reach: String?) throws(CleanRoomError) -> AudienceDraft.Kind {
    let known = reach.flatMap(LookalikeReach.init)
    // An unknown reach can't be the audience's.
    guard (known == nil) == (reach == nil), type == AudienceResponses.lookalike || reach == nil else {
      throw CleanRoomError.unchangeableField(name: "lookalikeAudienceExpectedReach")
    }
    switch type {
    case AudienceResponses.ruleBased: return .ruleBased
    case AudienceResponses.lookalike: return .lookalike(known)
    default: throw CleanRoomError.unchangeableField(name: "audienceType")
    }
  }

  private static func draft(
    _ fields: inout FieldReader, refreshRateDays: Int?
  ) throws(RequestError) -> AudienceDraft {
    let inputParameters = try fields.array("inputParameters").map(JSONValue.array)
    let parameterValues = JSONValue.object(try fields.object("parameterValues") ?? [:])
    return AudienceDraft(
      name: try fields.requiredString("audienceName"), description: try fields.string("audienceDescription"),
      advertiserID: try fields.requiredString("advertiserId"), query: try fields.string("query", byteLimit: .max),
      workflowID: try fields.string("workflowId"), timeWindowStart: try fields.requiredTime("timeWindowStart"),
      timeWindowEnd: try fields.requiredTime("timeWindowEnd"),
      isTimeWindowRelative: try fields.booleanOrText("timeWindowRelative") ?? false,
      refreshRateDays: refreshRateDays, inputParameters: inputParameters, parameterValues: parameterValues)
  }
}
