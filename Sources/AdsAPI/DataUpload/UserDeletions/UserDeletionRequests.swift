import AdvertiserData
import CleanRoom
import FirstPartyData

/// Reads what user deletion requests hold.
enum UserDeletionRequests {
  /// The most bytes of a body: as many people as there may be, with every hashed identifier.
  static let sizeLimit = 1 << 20
  /// The most characters of an identifier that is not hashed.
  static let identifierLengthLimit = 256

  /// The people of a POST.
  static func creation(of members: [String: JSONValue]) throws -> [PersonIdentity] {
    var fields = FieldReader(members)
    guard let elements = try fields.array("targetIdentities") else {
      throw RequestError.missingField("targetIdentities")
    }
    try fields.finish()
    var people: [PersonIdentity] = []
    for (place, element) in elements.enumerated() {
      let path = "targetIdentities[\(place)]"
      guard case .object(let members) = element else { throw RequestError.wrongType(path, expected: "an object") }
      people.append(try person(members, path: path))
    }
    return people
  }

  /// Either an external identity with its type, or hashed values by their kinds. The published API names both and not
  /// what they stand under, so that the names that it uses elsewhere will do, and nothing at all.
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
    let inner = try fields.object(name)
    try fields.finish()
    guard let inner else { throw .missingField("\(path).\(name)") }
    return inner
  }

  private static func external(_ members: [String: JSONValue], path: String) throws -> PersonIdentity {
    var fields = FieldReader(members, path: "\(path).")
    let kind = try IdentifierNames.external(try fields.requiredString("type"), path: "\(path).type")
    let value = try fields.requiredString("value")
    try fields.finish()
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
    try fields.finish()
    guard !values.isEmpty else {
      throw CleanRoomError.invalidField(name: path, reason: "must have a hashed identifier.")
    }
    return PersonIdentity(values, countryCode: countryCode)
  }
}
