import Base
import CleanRoom

/// Reads `AmcCreateAdvertiserUpdateRequest` of the published API.
enum AdvertiserUpdateRequests {
  static func creation(of members: [String: JSONValue]) throws -> AdvertiserUpdateDraft {
    var fields = FieldReader(members)
    let draft = AdvertiserUpdateDraft(
      additions: try advertisers("advertisersToAdd", &fields),
      removals: try advertisers("advertisersToRemove", &fields))
    try fields.finish()
    return draft
  }

  private static func advertisers(
    _ name: String, _ fields: inout FieldReader
  ) throws -> [AdvertiserUpdateDraft.Advertiser] {
    try (fields.array(name) ?? []).enumerated().map { index, element in
      let path = "\(name)[\(index)]"
      guard case .object(let members) = element else { throw RequestError.wrongType(path, expected: "an object") }
      var fields = FieldReader(members, path: "\(path).")
      let id = try fields.requiredString("id")
      guard let type = try fields.choice("type", AdministrationRequests.AdvertiserType.self) else {
        throw RequestError.missingField("\(path).type")
      }
      let marketplaceID = try fields.string("marketplaceId")
      try fields.finish()
      return AdvertiserUpdateDraft.Advertiser(id: id, kind: type.kind, marketplaceID: marketplaceID)
    }
  }
}
