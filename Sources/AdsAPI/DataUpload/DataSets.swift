import AdvertiserData
import Base
import CleanRoom
import FirstPartyData
import Warehouse

/// Data sets: `/amc/advertiserData/{instanceId}/dataSets`.
struct DataSetRoutes {
  let dataSets: DataSetService

  func add(to routes: Routes) {
    routes.instance("createDataSet") { request in
      let draft = try Self.creation(of: try await request.members())
      try await dataSets.create(draft, in: request.instance)
      return try request.respond(object: ["dataSetId": draft.id, "instanceId": request.instance.id])
    }
    routes.instance("listDataSets") { request in
      let page = try request.page(try await ListParameters(request, names: []))
      let found = try await dataSets.dataSets(
        instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
      return try request.respond(
        object: page.list("dataSets", of: found, at: \.sequence, DataSetResponses.definition))
    }
    routes.instance("getDataSet") { request in
      let dataSet = try await dataSets.dataSet(id: request.path("dataSetId"), instanceID: request.instance.id)
      return try request.respond(object: ["dataSet": DataSetResponses.definition(dataSet)])
    }
    routes.instance("updateDataSet") { request in
      let id = request.path("dataSetId")
      _ = try await dataSets.dataSet(id: id, instanceID: request.instance.id)
      let change = try Self.update(of: try await request.members())
      let dataSet = try await dataSets.update(change, id: id, instanceID: request.instance.id)
      return try request.respond(object: ["dataSet": DataSetResponses.definition(dataSet)])
    }
    routes.instance("deleteDataSet") { request in
      let id = request.path("dataSetId")
      try await dataSets.delete(id: id, instanceID: request.instance.id)
      return try request.respond(object: ["dataSetId": id, "instanceId": request.instance.id])
    }
  }

  // MARK: Requests. Types are checked here, their sense in `DataSetService`.

  /// Members that the public client "AMC Uploader from AWS" leaves in its definition of a data set. They belong to its
  /// uploads.
  private static let membersOfUploads = ["fileFormat", "compressionFormat", "updateStrategy", "ContainsIdentity"]

  /// The body of a POST: the definition under `dataSet`, as in the published API, or as the body itself, as in AMC's
  /// guides.
  private static func creation(of members: [String: JSONValue]) throws -> DataSetDraft {
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
    // The number is checked before each of the columns is.
    guard elements.count <= DataSetRules.columnCountLimit else {
      throw CleanRoomError.invalidField(
        name: "columns", reason: "must be 1 to \(DataSetRules.columnCountLimit) columns.")
    }
    var columns: [DataSetColumn] = []
    for (index, element) in elements.enumerated() {
      columns.append(try DataSetColumnRequests.column(element, path: "columns[\(index)]"))
    }
    var draft = DataSetDraft(id: id, columns: columns)
    draft.description = try fields.string("description")
    draft.period = try fields.choice("period", DataSetPeriod.self)
    draft.countryCode = try fields.string("countryCode").flatMap { $0.isEmpty ? nil : $0 }
    // Files of data sets are not encrypted with customers' keys. A client that counts on taking a key away would be
    // misled.
    if let key = try fields.string("customerEncryptionKeyArn"), !key.isEmpty {
      throw CleanRoomError.unavailable(feature: "customerEncryptionKeyArn")
    }
    try fields.finish()
    return draft
  }

  /// The body of a PUT: only the members that can be changed.
  private static func update(of members: [String: JSONValue]) throws -> DataSetChange {
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

/// Responses to requests about data sets, as the published API has them.
enum DataSetResponses {
  static func definition(_ dataSet: DataSet) -> JSONObject {
    let schema = dataSet.definition.schema
    return [
      "columns": schema.columns.map(column),
      "countryCode": schema.countryCode,
      "dataSetId": dataSet.id,
      "description": dataSet.definition.description,
      // Missing for a dimension, which is one partition.
      "period": schema.isFact ? schema.period.rawValue : nil,
    ]
  }

  static func column(_ column: DataSetColumn) -> JSONObject {
    [
      "columnType": column.kind.rawValue,
      "consentType": column.consent?.rawValue.uppercased(),
      "dataType": column.dataType.rawValue,
      "description": column.description,
      "externalUserIdType": column.identifier.map(identifier),
      "isCountryCode": column.role == .countryCode,
      "isMainEventTime": column.role == .mainEventTime,
      "isMainUserId": column.role == .mainUserID,
      "isMainUserIdType": column.role == .mainUserIDType,
      "name": column.name,
      "nullable": column.isNullable,
      "requiresOneWayHashing": false,
    ]
  }

  /// The kind of identifier by which a column's people are found: one of the two.
  static func identifier(_ kind: IdentifierKind) -> JSONObject {
    [
      "externalIdentity": kind.isHashed ? nil : kind.rawValue,
      "hashedPii": kind.isHashed ? kind.rawValue : nil,
    ]
  }
}
