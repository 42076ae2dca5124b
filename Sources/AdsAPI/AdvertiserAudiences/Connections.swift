import AdvertiserData
import Base
import CleanRoom
import Hummingbird
import ObjectStorage

/// Connections, which say where audience members go: `/amc/audiences/connections`. The media type is that of the list
/// of accounts.
struct ConnectionRoutes {
  let connections: ConnectionService
  /// The account that customers' buckets have to grant; nil if the server reads from none.
  let dataUploadAccount: DeliveryAccount?

  func add(to routes: Routes) {
    routes.caller("addConnection") { request in
      let id = try await connections.create(try Self.draft(try await request.fields()), principal: request.principal)
      return try request.respond(object: ["connectionId": id], status: .created)
    }
    routes.caller("getConnections") { request in
      let found = try await connections.connections(
        id: try request.query.filledString("connectionId"),
        onlyDefault: try request.query.boolean("isDefault", default: false), principal: request.principal)
      return try request.respond(object: ["connections": found.map(shown)])
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

  // MARK: Responses, as the published OpenAPI file has them

  private func shown(_ details: ConnectionDetails) -> JSONObject {
    let connection = details.connection
    let marketplace = details.dspMarketplaceID.flatMap(Marketplace.init(id:))
    return [
      "amcAccountId": connection.accountID,
      "amcAccountMarketplaceId": details.account?.marketplaceID,
      "amcAccountName": details.account?.name,
      "amcInstanceId": connection.instanceID,
      "amcInstanceName": details.instance?.name,
      "clientId": connection.clientID,
      "connectionId": connection.id,
      "creationDateTime": Timestamp.text(of: connection.createdAt),
      // Uploads go to the instance.
      "dataUploadAwsAccountId": connection.instanceID == nil ? nil : dataUploadAccount?.id,
      "dspAdvertiserCountryCode": marketplace?.countryCode,
      "dspAdvertiserId": connection.dspAdvertiserID,
      "dspAdvertiserMarketplaceId": details.dspMarketplaceID,
      "dspAdvertiserName": details.dspAdvertiser?.name,
      "dspAdvertiserRegion": marketplace?.region.rawValue,
      "dspProfileId": connection.dspProfileID,
      "isDefault": connection.isDefault,
      "modifiedDateTime": Timestamp.text(of: connection.updatedAt),
    ]
  }
}
