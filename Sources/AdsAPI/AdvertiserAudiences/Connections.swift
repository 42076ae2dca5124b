import AdvertiserData
import Base
import CleanRoom
import Hummingbird
import ObjectStorage

/// Where audience members go: `/amc/audiences/connections`. The media type is that of the list of accounts.
struct ConnectionRoutes {
  let connections: ConnectionService
  /// The account that customers' buckets have to let in; nil where the server reads none.
  let dataUploadAccount: DeliveryAccount?

  private struct Created: Encodable {
    let connectionId: String
  }

  func add(to routes: Routes) {
    routes.caller("addConnection") { request in
      let id = try await connections.create(try Self.draft(try await request.fields()), principal: request.principal)
      return try request.respond(with: Created(connectionId: id), status: .created)
    }
    routes.caller("getConnections") { request in
      let found = try await connections.connections(
        id: try request.query.filledString("connectionId"),
        onlyDefault: try request.query.boolean("isDefault", default: false), principal: request.principal)
      return try request.respond(with: ConnectionResponses.List(found, dataUploadAccountID: dataUploadAccount?.id))
    }
    routes.caller("removeConnection") { request in
      try await connections.delete(
        id: try request.query.filledString("connectionId"), principal: request.principal)
      return Response(status: .noContent)
    }
  }

  private static func draft(_ body: FieldReader) throws(RequestError) -> ConnectionDraft {
    var fields = body
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
