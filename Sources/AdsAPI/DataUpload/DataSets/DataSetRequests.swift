import AdvertiserData
import CleanRoom
import Warehouse

/// Reads what requests about data sets hold. Shapes and types are checked here, their sense in `DataSetService`.
enum DataSetRequests {
  /// What the public client "AMC Uploader from AWS" leaves in its definition of a data set: they belong to its uploads.
  private static let membersOfUploads = ["fileFormat", "compressionFormat", "updateStrategy", "ContainsIdentity"]

  /// The body of a POST: the definition under `dataSet`, as the published API has it, or as the body itself, which is what
  /// AMC's guides show as well.
  static func creation(of members: [String: JSONValue]) throws -> DataSetDraft {
    var outer = FieldReader(members)
    guard let inner = try outer.object("dataSet") else {
      var fields = FieldReader(members)
      for name in membersOfUploads { _ = fields.value(name) }
      return try draft(&fields, path: "")
    }
    try outer.finish()
    var fields = FieldReader(inner, path: "dataSet.")
    return try draft(&fields, path: "dataSet.")
  }

  private static func draft(_ fields: inout FieldReader, path: String) throws -> DataSetDraft {
    let id = try fields.requiredString("dataSetId")
    guard let elements = try fields.array("columns") else { throw RequestError.missingField("\(path)columns") }
    // Said before each of them is looked at: there is no reason to.
    guard elements.count <= DataSetRules.columnCountLimit else {
      throw CleanRoomError.invalidField(
        name: "columns", reason: "must be 1 to \(DataSetRules.columnCountLimit) columns.")
    }
    var columns: [DataSetColumn] = []
    for (place, element) in elements.enumerated() {
      columns.append(try DataSetColumnRequests.column(element, path: "columns[\(place)]"))
    }
    var draft = DataSetDraft(id: id, columns: columns)
    draft.description = try fields.string("description")
    draft.period = try fields.choice("period", DataSetPeriod.self)
    draft.countryCode = try fields.string("countryCode").flatMap { $0.isEmpty ? nil : $0 }
    // Files of data sets are not encrypted with keys of customers: whoever counts on taking a key away would be misled.
    if let key = try fields.string("customerEncryptionKeyArn"), !key.isEmpty {
      throw CleanRoomError.unavailable(feature: "customerEncryptionKeyArn")
    }
    try fields.finish()
    return draft
  }

  /// The body of a PUT: what can change, and nothing else.
  static func update(of members: [String: JSONValue]) throws -> DataSetChange {
    for name in ["columns", "customerEncryptionKeyArn", "dataSetId", "period"] where members[name] != nil {
      throw CleanRoomError.invalidField(
        name: name, reason: "can't be changed: description and countryCode can.")
    }
    var fields = FieldReader(members)
    let change = DataSetChange(
      description: try fields.string("description"), countryCode: try fields.string("countryCode"))
    try fields.finish()
    return change
  }
}
