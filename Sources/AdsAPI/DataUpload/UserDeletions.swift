import AdvertiserData
import Base
import CleanRoom
import FirstPartyData
import Metadata

/// Requests to delete people: `/amc/advertiserData/{instanceId}/userDeletionRequest`.
struct UserDeletionRoutes {
  /// The largest size of a body, in bytes: as many people as allowed, with every hashed identifier.
  private static let sizeLimit = 1 << 20
  /// The largest number of characters of an identifier that is not hashed.
  private static let identifierLengthLimit = 256

  let userDeletions: UserDeletionService

  func add(to routes: Routes) {
    routes.instance("createUserDeletionRequest") { request in
      let people = try Self.creation(of: try await request.fields(limit: Self.sizeLimit))
      let deletion = try await userDeletions.create(people, in: request.instance)
      return try request.respond(object: ["userDeletionRequestId": deletion.id])
    }
    routes.instance("listUserDeletionRequests") { request in
      let page = try request.page(try await ListParameters(request, names: []))
      let found = try await userDeletions.userDeletions(
        instanceID: request.instance.id, before: try page.number(first: .max), limit: page.fetchLimit)
      return try request.respond(
        object: page.list("userDeletions", of: found, at: { $0.sequence ?? 0 }, Self.details))
    }
    routes.instance("getUserDeletionRequest") { request in
      let deletion = try await userDeletions.userDeletion(
        id: request.path("userDeletionRequestId"), instanceID: request.instance.id)
      return try request.respond(object: ["identityDeletion": Self.details(deletion)])
    }
  }

  // MARK: Requests

  /// The people of a POST.
  private static func creation(of body: FieldReader) throws -> [PersonIdentity] {
    var fields = body
    guard let elements = try fields.array("targetIdentities") else {
      throw RequestError.missingField("targetIdentities")
    }
    try fields.finish()
    return try elements.enumerated().map { index, element in
      let path = "targetIdentities[\(index)]"
      guard case .object(let members) = element else { throw RequestError.wrongType(path, expected: "an object") }
      return try person(members, path: path)
    }
  }

  /// Either an external identity with its type, or hashed values by their kinds. The published API names both, but not
  /// the members that contain them. The names that it uses elsewhere are accepted, and none at all.
  private static func person(_ members: [String: JSONValue], path: String) throws -> PersonIdentity {
    for name in ["externalId", "externalIdentity"] where members[name] != nil {
      return try external(try only(name, of: members, path), path: "\(path).\(name)")
    }
    for name in ["hashedPii", "hashedIdentity"] where members[name] != nil {
      return try hashed(try only(name, of: members, path), path: "\(path).\(name)")
    }
    return members["type"] == nil ? try hashed(members, path: path) : try external(members, path: path)
  }

  private static func only(
    _ name: String, of members: [String: JSONValue], _ path: String
  ) throws(RequestError) -> [String: JSONValue] {
    var fields = FieldReader(members, path: "\(path).")
    let inner = try fields.requiredObject(name)
    // A person who is described by more than is read could be missed.
    try fields.requireNoOtherField()
    return inner
  }

  private static func external(_ members: [String: JSONValue], path: String) throws -> PersonIdentity {
    var fields = FieldReader(members, path: "\(path).")
    let kind = try IdentifierNames.external(try fields.requiredString("type"), path: "\(path).type")
    let value = try fields.requiredString("value")
    try fields.requireNoOtherField()
    guard (1...identifierLengthLimit).contains(value.count) else {
      throw CleanRoomError.invalidField(
        name: "\(path).value", reason: "must have 1 to \(identifierLengthLimit) characters.")
    }
    return PersonIdentity([kind: value], countryCode: nil)
  }

  private static func hashed(_ members: [String: JSONValue], path: String) throws -> PersonIdentity {
    var fields = FieldReader(members, path: "\(path).")
    var values: [IdentifierKind: String] = [:]
    for kind in IdentifierKind.allCases where kind.isHashed {
      guard let text = try fields.string(kind.rawValue) else { continue }
      guard HashedIdentifier.isSHA256(text) else {
        throw CleanRoomError.invalidField(
          name: "\(path).\(kind.rawValue)", reason: "must be hashed with SHA-256: 64 hexadecimal digits.")
      }
      values[kind] = text.lowercased()
    }
    let countryCode = try fields.string("COUNTRY_CODE").map(DataSetRules.countryCode)
    try fields.requireNoOtherField()
    guard !values.isEmpty else {
      throw CleanRoomError.invalidField(name: path, reason: "must have a hashed identifier.")
    }
    return PersonIdentity(values, countryCode: countryCode)
  }

  // MARK: Responses, as the published API has them. How many of the people were known is not said: it would tell
  // whether one of them was.

  private static func details(_ deletion: UserDeletionRecord) -> JSONObject {
    [
      "creationDateTime": Timestamp.text(of: deletion.createdAt),
      "identityCount": deletion.identityCount,
      "status": deletion.status.rawValue,
      "userDeletionRequestId": deletion.id,
    ]
  }
}
