import AdvertiserData
import CleanRoom
import HTTPTypes
import Hummingbird
import ObjectStorage

/// Where audience members go: `/amc/audiences/connections`. The media type is that of the list of accounts.
struct ConnectionRoutes: Sendable {
  let gate: Gate
  let connections: ConnectionService
  /// The account that customers' buckets have to let in; nil where the server reads none.
  let dataUploadAccount: DeliveryAccount?

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/connections").add(middleware: ErrorMiddleware(bodies: AccountErrors()))
      .get { request, _ in try await self.list(request) }
      .post { request, _ in try await self.create(request) }
      .delete { request, _ in try await self.delete(request) }
  }

  private struct Created: Encodable {
    let connectionId: String
  }

  private func create(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .addConnection)
    let choice = try Self.mediaType(of: request)
    let draft = try ConnectionRequests.draft(
      try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let id = try await connections.create(draft, principal: caller.principal)
    return try Response.json(Created(connectionId: id), status: .created, mediaType: choice)
  }

  private func list(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .getConnections)
    let choice = try Self.mediaType(of: request)
    let parameters = QueryParameters(request)
    let found = try await connections.connections(
      id: try ConnectionRequests.connectionID(parameters),
      onlyDefault: try parameters.boolean("isDefault", default: false), principal: caller.principal)
    return try Response.json(
      ConnectionResponses.List(found, dataUploadAccountID: dataUploadAccount?.id), mediaType: choice)
  }

  private func delete(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .removeConnection)
    try await connections.delete(
      id: try ConnectionRequests.connectionID(QueryParameters(request)), principal: caller.principal)
    return Response(status: .noContent)
  }

  private static func mediaType(of request: Request) throws -> String {
    try MediaTypes<AccountMediaType>(newest: .v1).choose(for: request.headers[.accept], preferred: .v1).mediaType
  }
}

/// Reads what requests for connections hold.
enum ConnectionRequests {
  /// A parameter that is there and empty counts as one that is not.
  static func connectionID(_ parameters: QueryParameters) throws(RequestError) -> String? {
    try parameters.string("connectionId").flatMap { $0.isEmpty ? nil : $0 }
  }

  static func draft(_ members: [String: JSONValue]) throws(RequestError) -> ConnectionDraft {
    var fields = FieldReader(members)
    var draft = ConnectionDraft()
    draft.connectionID = try fields.filledString("connectionId")
    draft.accountID = try fields.filledString("amcAccountId")
    draft.marketplaceID = try fields.filledString("amcAccountMarketplaceId")
    draft.instanceID = try fields.filledString("amcInstanceId")
    draft.dspAdvertiserID = try fields.filledString("dspAdvertiserId")
    draft.dspProfileID = try fields.filledString("dspProfileId")
    draft.isDefault = try fields.boolean("isDefault") ?? false
    try fields.finish()
    return draft
  }
}

extension FieldReader {
  /// A text; one that is empty counts as one that is not there.
  mutating func filledString(_ name: String) throws(RequestError) -> String? {
    try string(name).flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// What requests for connections are answered with, as the published OpenAPI has it.
enum ConnectionResponses {
  struct List: Encodable {
    let connections: [Connection]

    init(_ connections: [ConnectionDetails], dataUploadAccountID: String?) {
      self.connections = connections.map { Connection($0, dataUploadAccountID: dataUploadAccountID) }
    }
  }

  struct Connection: Encodable {
    let amcAccountId: String?
    let amcAccountMarketplaceId: String?
    let amcAccountName: String?
    let amcInstanceId: String?
    let amcInstanceName: String?
    let clientId: String
    let connectionId: String
    let creationDateTime: String
    let dataUploadAwsAccountId: String?
    let dspAdvertiserCountryCode: String?
    let dspAdvertiserId: String?
    let dspAdvertiserMarketplaceId: String?
    let dspAdvertiserName: String?
    let dspAdvertiserRegion: String?
    let dspProfileId: String?
    let isDefault: Bool
    let modifiedDateTime: String

    init(_ details: ConnectionDetails, dataUploadAccountID: String?) {
      let connection = details.connection
      let marketplace = details.dspMarketplaceID.flatMap(Marketplace.init(id:))
      amcAccountId = connection.accountID
      amcAccountMarketplaceId = details.account?.marketplaceID
      amcAccountName = details.account?.name
      amcInstanceId = connection.instanceID
      amcInstanceName = details.instance?.name
      clientId = connection.clientID
      connectionId = connection.id
      creationDateTime = Timestamp.text(of: connection.createdAt)
      // Uploads go to the instance.
      dataUploadAwsAccountId = connection.instanceID == nil ? nil : dataUploadAccountID
      dspAdvertiserCountryCode = marketplace?.countryCode
      dspAdvertiserId = connection.dspAdvertiserID
      dspAdvertiserMarketplaceId = details.dspMarketplaceID
      dspAdvertiserName = details.dspAdvertiser?.name
      dspAdvertiserRegion = marketplace?.region.rawValue
      dspProfileId = connection.dspProfileID
      isDefault = connection.isDefault
      modifiedDateTime = Timestamp.text(of: connection.updatedAt)
    }
  }
}
