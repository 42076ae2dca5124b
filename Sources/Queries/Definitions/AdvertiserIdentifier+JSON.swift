package import Base
package import CleanRoom
package import Catalog

extension AdvertiserIdentifier {
  /// The identifier in the form of the published API.
  package var json: JSONValue {
    var members: [String: JSONValue] = ["id": .string(id), "type": .string(kind.rawValue)]
    members["marketplaceId"] = marketplaceID.map(JSONValue.string)
    return .object(members)
  }

  private static let memberNames: Set = ["id", "type", "marketplaceId"]

  /// Reads the advertisers of a request. A missing or empty list means all, and gives nil.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the path of the field.
  package static func list(from elements: [JSONValue]?) throws(CleanRoomError) -> [AdvertiserIdentifier]? {
    guard let elements, !elements.isEmpty else { return nil }
    var result: [AdvertiserIdentifier] = []
    for (index, element) in elements.enumerated() {
      let fields = try JSONFields(element, at: "advertisers[\(index)]", names: memberNames)
      let id = try fields.requiredString("id")
      guard let kind = try fields.choice("type", Kind.self) else { throw fields.invalid("type", "is missing.") }
      result.append(AdvertiserIdentifier(kind: kind, id: id, marketplaceID: try fields.string("marketplaceId")))
    }
    return result
  }
}

extension [AdvertiserIdentifier] {
  package var json: JSONValue { .array(map(\.json)) }
}
