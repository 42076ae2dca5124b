import AdvertiserData
import CleanRoom
import Foundation

/// Reads what requests for audiences hold. Shapes and types are checked here, their sense in `StreamedAudienceService`.
enum StreamedAudienceRequests {
  /// The body of a POST.
  static func draft(_ members: [String: JSONValue]) throws(RequestError) -> StreamedAudienceDraft {
    var fields = FieldReader(members)
    let name = try fields.requiredString("name")
    let description = try fields.requiredString("description")
    let country = try fields.filledString("countryCode")
    guard let targetMembers = try fields.object("targetResource") else { throw .missingField("targetResource") }
    guard let metadataMembers = try fields.object("metadata") else { throw .missingField("metadata") }
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
  static func update(_ members: [String: JSONValue]) throws(RequestError) -> StreamedAudienceUpdate {
    var fields = FieldReader(members)
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
    // A number by the published file; the other area that has advertisers writes them as texts.
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
      guard let currency = try fields.choice("currency", AudienceFee.Currency.self) else {
        throw .missingField("metadata.audienceFees.currency")
      }
      fees.append(AudienceFee(currency: currency, cpmCents: try cents(&fields)))
      try fields.finish()
    }
    return fees
  }

  private static func cents(_ fields: inout FieldReader) throws(RequestError) -> Double {
    let cents: Double
    switch fields.value("cpmCents") {
    case .integer(let number)?: cents = Double(number)
    case .decimal(let number)?: cents = NSDecimalNumber(decimal: number).doubleValue
    case .null?, nil: throw .missingField("metadata.audienceFees.cpmCents")
    case .boolean?, .string?, .array?, .object?:
      throw .wrongType("metadata.audienceFees.cpmCents", expected: "a number")
    }
    guard cents >= 0, cents.isFinite else {
      throw .wrongType("metadata.audienceFees.cpmCents", expected: "a number that is not negative")
    }
    return cents
  }
}
