/// The media types of the data upload API, one a resource.
enum DataUploadMediaType: String, CaseIterable, Sendable {
  case dataSet = "application/vnd.amcadvertiserdataset.v1+json"
  case column = "application/vnd.amcadvertiserdatasetcolumn.v1+json"
  case upload = "application/vnd.amcadvertiserdataupload.v1+json"
  case userDeletion = "application/vnd.amcadvertiseruserdeletionrequest.v1+json"

  /// The type of an answer to a client that accepts what `header` says: no other resource's type will do.
  func answer(for header: String?) throws(RequestError) -> String {
    guard let header else { return rawValue }
    for range in MediaRange.list(header) where range.quality > 0 {
      switch range.type {
      case "*/*", "application/*", rawValue: return rawValue
      case "application/json": return range.type
      default: continue
      }
    }
    throw .malformedHeader("Accept", reason: "must allow one of: application/json, \(rawValue).")
  }
}
