import Base
import CleanRoom
import Hummingbird
import Metadata

/// The advertisers of instances, and their updates: `/amc/instances/{instanceId}/advertisers`.
struct AdvertiserRoutes {
  let instances: InstanceService
  let updates: AdvertiserUpdateService

  func add(to routes: Routes) {
    routes.instance("getInstanceAdvertisers", list)
    routes.instance("createAdvertiserUpdate") { request in
      let update = try await updates.create(
        try Self.draft(of: try await request.fields()), instanceID: request.instance.id, principal: request.principal)
      return try request.respond(object: ["advertiserUpdate": AdvertiserUpdateResponses.update(update)])
    }
    routes.instance("listAdvertiserUpdates") { request in
      let page = try request.page()
      let found = try await updates.updates(
        instanceID: request.instance.id, before: try page.number(first: .max), limit: page.fetchLimit)
      return try request.respond(
        object: page.list("advertiserUpdates", of: found, at: \.number, AdvertiserUpdateResponses.summary))
    }
    routes.instance("getAdvertiserUpdate") { request in
      let text = request.path("updateId")
      // Each number has one spelling.
      guard let number = Int64(text), number >= 0, String(number) == text else {
        throw CleanRoomError.unknownAdvertiserUpdate
      }
      let update = try await updates.update(number: number, instanceID: request.instance.id)
      return try request.respond(object: ["advertiserUpdate": AdvertiserUpdateResponses.update(update)])
    }
  }

  private func list(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let type = try request.query.choice("type", AdvertiserType.self)
    let page = try request.page(filters: [type?.rawValue ?? ""])
    let (found, total) = try await instances.advertisers(
      instanceID: request.instance.id, kind: type?.kind, afterID: page.text, limit: page.fetchLimit)
    let list = try page.list("advertisers", of: found, at: \.id, Self.advertiser)
    return try request.respond(object: list.adding("totalCount", total))
  }

  // MARK: Requests

  /// The types of advertisers that the API knows.
  private enum AdvertiserType: String, CaseIterable, Sendable {
    case display = "DISPLAY"
    case sponsoredAds = "SPONSORED_ADS"
    case adServer = "SAS"

    /// The type in the store.
    var kind: AdvertiserKind {
      switch self {
      case .display: .display
      case .sponsoredAds: .sponsoredAds
      case .adServer: .adServer
      }
    }
  }

  /// `AmcCreateAdvertiserUpdateRequest` of the published API.
  private static func draft(of body: FieldReader) throws(RequestError) -> AdvertiserUpdateDraft {
    var fields = body
    let draft = AdvertiserUpdateDraft(
      additions: try advertisers("advertisersToAdd", &fields),
      removals: try advertisers("advertisersToRemove", &fields))
    try fields.finish()
    return draft
  }

  private static func advertisers(
    _ name: String, _ fields: inout FieldReader
  ) throws(RequestError) -> [AdvertiserUpdateDraft.Advertiser] {
    var advertisers: [AdvertiserUpdateDraft.Advertiser] = []
    for var advertiser in try fields.objects(name) ?? [] {
      let id = try advertiser.requiredString("id")
      let type = try advertiser.requiredChoice("type", AdvertiserType.self)
      let marketplaceID = try advertiser.string("marketplaceId")
      try advertiser.finish()
      advertisers.append(AdvertiserUpdateDraft.Advertiser(id: id, kind: type.kind, marketplaceID: marketplaceID))
    }
    return advertisers
  }

  // MARK: Responses, as the published OpenAPI file has them

  private static func advertiser(_ advertiser: AdvertiserRecord) -> JSONObject {
    [
      "id": advertiser.id,
      "marketplaceId": advertiser.marketplaceID,
      "name": advertiser.name,
      "type": advertiser.kind.rawValue,
    ]
  }
}

/// Responses to requests about updates of advertisers, as the published OpenAPI has them.
enum AdvertiserUpdateResponses {
  static func summary(_ update: AdvertiserUpdateRecord) -> JSONObject {
    [
      "status": update.status.rawValue,
      "updateId": update.number,
    ]
  }

  static func update(_ update: AdvertiserUpdateRecord) -> JSONObject {
    [
      "advertisersToAdd": update.additions.map(advertiser),
      "advertisersToRemove": update.removals.map(advertiser),
      "status": update.status.rawValue,
      // The reason of a rejection; missing otherwise. The published API has no field for it.
      "statusReason": update.statusReason,
      "updateId": update.number,
    ]
  }

  static func advertiser(_ advertiser: AdvertiserUpdateRecord.Advertiser) -> JSONObject {
    [
      "id": advertiser.id,
      "marketplaceId": advertiser.marketplaceID,
      "type": advertiser.kind.rawValue,
    ]
  }
}
