package import Base
package import Catalog
package import CleanRoom

extension AdvertiserIdentifier {
  /// The identifier in the form of the published API.
  package var json: JSONValue {
    var members: [String: JSONValue] = ["id": .string(id), "type": .string(kind.rawValue)]
    members["marketplaceId"] = marketplaceID.map(JSONValue.string)
    return .object(members)
  }

  /// Reads the advertisers of a request. A missing or empty list means all, and gives nil.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the path of the field.
  package static func list(from elements: [JSONValue]?) throws(CleanRoomError) -> [AdvertiserIdentifier]? {
    guard let elements, !elements.isEmpty else { return nil }
    let objects = try JSONFieldReader<CleanRoomError>.objects(
      of: .array(elements), at: "advertisers", countLimit: elements.count)
    var result: [AdvertiserIdentifier] = []
    for var fields in objects ?? [] {
      let id = try fields.requiredFilledString("id")
      let kind = try fields.requiredChoice("type", Kind.self)
      let marketplaceID = try fields.string("marketplaceId")
      try fields.finish()
      result.append(AdvertiserIdentifier(kind: kind, id: id, marketplaceID: marketplaceID))
    }
    return result
  }
}

extension [AdvertiserIdentifier] {
  package var json: JSONValue { .array(map(\.json)) }
}
