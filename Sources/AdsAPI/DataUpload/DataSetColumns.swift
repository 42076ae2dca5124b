import AdvertiserData
import Base
import Catalog
import CleanRoom
import FirstPartyData
import Metadata
import Warehouse

/// Columns of data sets: `/amc/advertiserData/{instanceId}/dataSets/{dataSetId}/columns`.
struct DataSetColumnRoutes {
  let dataSets: DataSetService

  func add(to routes: Routes) {
    routes.instance("addColumnToDataSet") { request in
      let id = try await dataSetID(request)
      let column = try DataSetColumnRequests.addition(of: try await request.fields())
      let dataSet = try await dataSets.add(column, to: id, instanceID: request.instance.id)
      return try request.respond(object: ["dataSet": DataSetResponses.definition(dataSet)])
    }
    routes.instance("updateColumnInDataSet") { request in
      let id = try await dataSetID(request)
      let change = try DataSetColumnRequests.update(of: try await request.fields())
      let dataSet = try await dataSets.update(
        column: request.path("columnName"), change, of: id, instanceID: request.instance.id)
      return try request.respond(object: ["dataSet": DataSetResponses.definition(dataSet)])
    }
    routes.instance("deleteColumnFromDataSet") { request in
      let dataSet = try await dataSets.delete(
        column: request.path("columnName"), of: try await dataSetID(request), instanceID: request.instance.id)
      return try request.respond(object: ["dataSet": DataSetResponses.definition(dataSet)])
    }
  }

  /// The data set of the path, which must exist before the body is read.
  private func dataSetID(_ request: AuthorizedRequest<InstanceRecord>) async throws -> String {
    try await dataSets.dataSet(id: request.path("dataSetId"), instanceID: request.instance.id).id
  }
}

/// Reads requests about columns.
enum DataSetColumnRequests {
  /// The body of a POST.
  static func addition(of body: FieldReader) throws -> DataSetColumn {
    var fields = body
    guard let value = fields.value("column") else { throw RequestError.missingField("column") }
    try fields.finish()
    return try column(value, path: "column")
  }

  /// The body of a PUT.
  static func update(of body: FieldReader) throws -> ColumnChange {
    var fields = body
    let change = ColumnChange(
      name: try fields.string("updatedColumnName"), description: try fields.string("updateDescription"))
    try fields.finish()
    return change
  }

  static func column(_ value: JSONValue, path: String) throws -> DataSetColumn {
    var fields = try FieldReader(value, at: path)
    let name = try fields.requiredString("name")
    let dataType = try fields.requiredChoice("dataType", DataSetColumn.DataType.self)
    let kind = try fields.requiredChoice("columnType", ColumnKind.self)
    let role = try role(&fields, path)
    var isNullable = try fields.boolean("nullable") ?? true
    // A row without a time is in no period.
    if role == .mainEventTime { isNullable = false }
    if try fields.boolean("requiresOneWayHashing") == true {
      throw CleanRoomError.unavailable(feature: "\(path).requiresOneWayHashing")
    }
    let description = try fields.string("description")
    try fields.finish()
    return DataSetColumn(
      name: name, dataType: dataType, kind: kind, isNullable: isNullable, role: role, description: description)
  }

  /// The purpose of a column. There are several ways to write it, and a column has one purpose.
  private static func role(_ fields: inout FieldReader, _ path: String) throws -> DataSetColumn.Role {
    var roles: [DataSetColumn.Role] = []
    if try fields.boolean("isMainUserId") == true { roles.append(.mainUserID) }
    if try fields.boolean("isMainUserIdType") == true { roles.append(.mainUserIDType) }
    if try fields.boolean("isMainEventTime") == true { roles.append(.mainEventTime) }
    if try fields.boolean("isCountryCode") == true { roles.append(.countryCode) }
    if let members = try fields.object("externalUserIdType") {
      roles.append(try identity(members, path: "\(path).externalUserIdType"))
    }
    if let text = try fields.string("consentType"), !text.isEmpty {
      roles.append(.consent(try consent(text, path: "\(path).consentType")))
    }
    let distinct = roles.reduce(into: [DataSetColumn.Role]()) { if !$0.contains($1) { $0.append($1) } }
    guard distinct.count <= 1 else {
      throw CleanRoomError.invalidField(name: path, reason: "has more than one purpose.")
    }
    return distinct.first ?? .plain
  }

  private static func identity(_ members: [String: JSONValue], path: String) throws -> DataSetColumn.Role {
    var fields = FieldReader(members, path: "\(path).")
    let hashed = try fields.string("hashedPii") ?? hashedExternalIdentity(&fields, path: path)
    let external = try fields.string("externalIdentity")
    try fields.requireNoOtherField()
    switch (hashed, external) {
    // AMC's guide lists the country among hashed kinds. A country code is no identifier, and is not hashed.
    case ("COUNTRY_CODE"?, nil): return .countryCode
    case (let name?, nil): return .identifier(try IdentifierNames.hashed(name, path: "\(path).hashedPii"))
    case (nil, let name?): return .identifier(try IdentifierNames.external(name, path: "\(path).externalIdentity"))
    case (nil, nil), (_?, _?):
      throw CleanRoomError.invalidField(name: path, reason: "must have hashedPii or externalIdentity.")
    }
  }

  /// The kind in the form of AMC's guide to sandboxes: `{"hashedExternalIdentity": {"identifierType": "EMAIL"}}`.
  private static func hashedExternalIdentity(_ fields: inout FieldReader, path: String) throws -> String? {
    guard let members = try fields.object("hashedExternalIdentity") else { return nil }
    var inner = FieldReader(members, path: "\(path).hashedExternalIdentity.")
    let kind = try inner.requiredString("identifierType")
    try inner.requireNoOtherField()
    return kind
  }

  /// AMC's guides and its published API spell kinds of consent in several ways, which differ in letter case too.
  private static func consent(_ text: String, path: String) throws -> ConsentKind {
    switch text.lowercased() {
    case "tcf", "tcf_string": return .tcf
    case "gpp", "gpp_string": return .gpp
    case "amzn_user_data": return .amazonUserData
    case "amzn_ad_storage": return .amazonAdStorage
    default:
      throw RequestError.wrongType(path, expected: "one of TCF, GPP, AMZN_USER_DATA, AMZN_AD_STORAGE")
    }
  }
}

/// The names of kinds of identifiers.
enum IdentifierNames {
  /// A kind whose values are hashed.
  static func hashed(_ name: String, path: String) throws(RequestError) -> IdentifierKind {
    guard let kind = IdentifierKind(rawValue: name.uppercased()), kind.isHashed else {
      throw .wrongType(path, expected: "one of \(names { $0.isHashed })")
    }
    return kind
  }

  /// A kind whose values are not hashed. The published API names others, which have no match here.
  static func external(_ name: String, path: String) throws(RequestError) -> IdentifierKind {
    guard let kind = IdentifierKind(rawValue: name.uppercased()), !kind.isHashed else {
      throw .wrongType(path, expected: "one of \(names { !$0.isHashed })")
    }
    return kind
  }

  private static func names(where isMeant: (IdentifierKind) -> Bool) -> String {
    IdentifierKind.allCases.filter(isMeant).map(\.rawValue).joined(separator: ", ")
  }
}
