import AdvertiserData
import Base
import CleanRoom
import Foundation
import Metadata

/// The audiences whose members clients send: `/amc/audiences/metadata`.
struct StreamedAudienceRoutes {
  let audiences: StreamedAudienceService

  func add(to routes: Routes) {
    routes.caller("createAudienceMetadata") { request in
      let draft = try Self.draft(try await request.fields())
      let audience = try await audiences.create(draft, principal: request.principal)
      return try request.respond(
        object: ["audienceId": audience.id, "externalAudienceId": audience.externalAudienceID], status: .created)
    }
    routes.caller("getAudienceMetadata") { request in
      let audience = try await audiences.audience(id: try Self.audienceID(request), principal: request.principal)
      let size = try await audiences.size(of: audience)
      return try request.respond(object: StreamedAudienceResponses.shown(audience, size: size))
    }
    routes.caller("updateAudienceMetadata") { request in
      let id = try Self.audienceID(request)
      let update = try Self.update(try await request.fields())
      let audience = try await audiences.update(id: id, update, principal: request.principal)
      return try request.respond(object: StreamedAudienceResponses.updated(audience))
    }
  }

  /// The audience of the path. Ids of audiences are numbers.
  private static func audienceID(_ request: AuthorizedRequest<CallerSubject>) throws -> Int64 {
    guard let id = Int64(request.path("audienceId")) else { throw CleanRoomError.unknownStreamedAudience }
    return id
  }

  // MARK: Requests. Types are checked here, their sense in `StreamedAudienceService`.

  /// The body of a POST.
  private static func draft(_ body: FieldReader) throws(RequestError) -> StreamedAudienceDraft {
    var fields = body
    let name = try fields.requiredString("name")
    let description = try fields.requiredString("description")
    let country = try fields.filledString("countryCode")
    let targetMembers = try fields.requiredObject("targetResource")
    let metadataMembers = try fields.requiredObject("metadata")
    try fields.finish()
    var metadata = FieldReader(metadataMembers, path: "metadata.")
    let draft = StreamedAudienceDraft(
      name: name, description: description, externalAudienceID: try metadata.requiredString("externalAudienceId"),
      ttlSeconds: try metadata.integer("ttl"), fees: try fees(&metadata), countryCode: country,
      target: try target(targetMembers))
    try metadata.finish()
    return draft
  }

  /// The body of a PUT.
  private static func update(_ body: FieldReader) throws(RequestError) -> StreamedAudienceUpdate {
    var fields = body
    let description = try fields.string("description")
    var metadata = FieldReader(try fields.object("metadata") ?? [:], path: "metadata.")
    try fields.finish()
    let update = StreamedAudienceUpdate(
      description: description, ttlSeconds: try metadata.integer("ttl"), fees: try fees(&metadata))
    try metadata.finish()
    return update
  }

  private static func target(_ members: [String: JSONValue]) throws(RequestError) -> StreamedAudienceDraft.Target {
    var fields = FieldReader(members, path: "targetResource.")
    let connectionID = try fields.filledString("connectionId")
    let advertiserID: String?
    switch fields.value("advertiserId") {
    case nil: advertiserID = nil
    // The published file has a number; the other area with advertisers has texts.
    case .integer(let number): advertiserID = String(number)
    case .string(let text): advertiserID = text.isEmpty ? nil : text
    case .null, .boolean, .decimal, .array, .object:
      throw .wrongType("targetResource.advertiserId", expected: "an integer")
    }
    try fields.finish()
    return StreamedAudienceDraft.Target(connectionID: connectionID, advertiserID: advertiserID)
  }

  private static func fees(_ metadata: inout FieldReader) throws(RequestError) -> [AudienceFee]? {
    guard let elements = try metadata.array("audienceFees") else { return nil }
    var fees: [AudienceFee] = []
    for element in elements {
      guard case .object(let members) = element else {
        throw .wrongType("metadata.audienceFees", expected: "an array of objects")
      }
      var fields = FieldReader(members, path: "metadata.audienceFees.")
      let currency = try fields.requiredChoice("currency", AudienceFee.Currency.self)
      fees.append(AudienceFee(currency: currency, cpmCents: try cents(&fields)))
      try fields.finish()
    }
    return fees
  }

  private static func cents(_ fields: inout FieldReader) throws(RequestError) -> Double {
    guard let number = try fields.number("cpmCents") else { throw .missingField("metadata.audienceFees.cpmCents") }
    let cents = NSDecimalNumber(decimal: number).doubleValue
    guard cents >= 0, cents.isFinite else {
      throw .wrongType("metadata.audienceFees.cpmCents", expected: "a number that is not negative")
    }
    return cents
  }
}

/// Responses to requests about audiences, as the published OpenAPI has them.
enum StreamedAudienceResponses {
  static func shown(_ audience: StreamedAudienceRecord, size: StreamedAudienceService.Size) -> JSONObject {
    [
      "advertiserId": audience.dspAdvertiserID.flatMap { Int64($0) },
      "audienceId": audience.id,
      "countryCode": audience.countryCode,
      "description": audience.audienceDescription,
      "metadata": metadata(audience, size: self.size(size)),
      "name": audience.name,
    ]
  }

  static func updated(_ audience: StreamedAudienceRecord) -> JSONObject {
    [
      "advertiserId": audience.dspAdvertiserID.flatMap { Int64($0) },
      "audienceId": audience.id,
      "description": audience.audienceDescription,
      "metadata": metadata(audience, size: nil),
      "name": audience.name,
    ]
  }

  static func metadata(_ audience: StreamedAudienceRecord, size: JSONObject?) -> JSONObject {
    [
      "audienceFees": audience.parsedFees,
      "audienceSize": size,
      "externalAudienceId": audience.externalAudienceID,
      "ttl": audience.ttlSeconds,
    ]
  }

  static func size(_ size: StreamedAudienceService.Size) -> JSONObject {
    [
      "dspAudienceSize": size.dspMemberCount,
      "idResolutionCount": size.resolvedCount,
      "receivedRecordSize": size.receivedCount,
    ]
  }
}
