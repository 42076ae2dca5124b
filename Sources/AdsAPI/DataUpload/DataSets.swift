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
      return try request.respond(
        with: DataSetResponses.Identifiers(dataSetId: draft.id, instanceId: request.instance.id))
    }
    routes.instance("listDataSets") { request in
      let page = try request.page(try await ListParameters(request, names: []))
      let found = try await dataSets.dataSets(
        instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found, at: \.sequence)
      return try request.respond(
        with: DataSetResponses.List(
          dataSets: shown.map(DataSetResponses.Definition.init), nextToken: nextToken))
    }
    routes.instance("getDataSet") { request in
      let dataSet = try await dataSets.dataSet(id: request.path("dataSetId"), instanceID: request.instance.id)
      return try request.respond(with: DataSetResponses.Single(dataSet))
    }
    routes.instance("updateDataSet") { request in
      let id = request.path("dataSetId")
      _ = try await dataSets.dataSet(id: id, instanceID: request.instance.id)
      let change = try Self.update(of: try await request.members())
      let dataSet = try await dataSets.update(change, id: id, instanceID: request.instance.id)
      return try request.respond(with: DataSetResponses.Single(dataSet))
    }
    routes.instance("deleteDataSet") { request in
      let id = request.path("dataSetId")
      try await dataSets.delete(id: id, instanceID: request.instance.id)
      return try request.respond(
        with: DataSetResponses.Identifiers(dataSetId: id, instanceId: request.instance.id))
    }
  }

  // MARK: Requests. Types are checked here, their sense in `DataSetService`.

  /// Members that the public client "AMC Uploader from AWS" leaves in its definition of a data set: they belong to its
  /// uploads.
  private static let membersOfUploads = ["fileFormat", "compressionFormat", "updateStrategy", "ContainsIdentity"]

  /// The body of a POST: the definition under `dataSet`, as the published API has it, or as the body itself, which is what
  /// AMC's guides show as well.
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
    // Said before each of them is looked at: there is no reason to.
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
    // Files of data sets are not encrypted with keys of customers: whoever counts on taking a key away would be misled.
    if let key = try fields.string("customerEncryptionKeyArn"), !key.isEmpty {
      throw CleanRoomError.unavailable(feature: "customerEncryptionKeyArn")
    }
    try fields.finish()
    return draft
  }

  /// The body of a PUT: what can change, and nothing else.
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
  struct Single: Encodable {
    let dataSet: Definition

    init(_ dataSet: DataSet) {
      self.dataSet = Definition(dataSet)
    }
  }

  struct List: Encodable {
    let dataSets: [Definition]
    let nextToken: String?
  }

  /// The ids of a data set.
  struct Identifiers: Encodable {
    let dataSetId: String
    let instanceId: String
  }

  struct Definition: Encodable {
    let columns: [ColumnDefinition]
    let countryCode: String?
    let dataSetId: String
    let description: String?
    /// Not there for a dimension, which is one partition.
    let period: String?

    init(_ dataSet: DataSet) {
      let schema = dataSet.definition.schema
      columns = schema.columns.map(ColumnDefinition.init)
      countryCode = schema.countryCode
      dataSetId = dataSet.id
      description = dataSet.definition.description
      period = schema.isFact ? schema.period.rawValue : nil
    }
  }

  struct ColumnDefinition: Encodable {
    let columnType: String
    let consentType: String?
    let dataType: String
    let description: String?
    let externalUserIdType: ExternalUserIDType?
    let isCountryCode: Bool
    let isMainEventTime: Bool
    let isMainUserId: Bool
    let isMainUserIdType: Bool
    let name: String
    let nullable: Bool
    let requiresOneWayHashing = false

    init(_ column: DataSetColumn) {
      columnType = column.kind.rawValue
      consentType = column.consent?.rawValue.uppercased()
      dataType = column.dataType.rawValue
      description = column.description
      externalUserIdType = column.identifier.map(ExternalUserIDType.init)
      isCountryCode = column.role == .countryCode
      isMainEventTime = column.role == .mainEventTime
      isMainUserId = column.role == .mainUserID
      isMainUserIdType = column.role == .mainUserIDType
      name = column.name
      nullable = column.isNullable
    }
  }

  /// The kind of identifier that a column's people are found by: one of both.
  struct ExternalUserIDType: Encodable {
    let externalIdentity: String?
    let hashedPii: String?

    init(_ kind: IdentifierKind) {
      externalIdentity = kind.isHashed ? nil : kind.rawValue
      hashedPii = kind.isHashed ? kind.rawValue : nil
    }
  }
}
