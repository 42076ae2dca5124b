import CleanRoom
import Hummingbird
import Metadata

/// The advertisers of instances, and how they come and go: `/amc/instances/{instanceId}/advertisers`.
struct AdvertiserRoutes {
  let instances: InstanceService
  let updates: AdvertiserUpdateService

  func add(to routes: Routes) {
    routes.instance("getInstanceAdvertisers", list)
    routes.instance("createAdvertiserUpdate") { request in
      let update = try await updates.create(
        try Self.draft(of: try await request.fields()), instanceID: request.instance.id, principal: request.principal)
      return try request.respond(with: AdvertiserUpdateResponses.Single(update))
    }
    routes.instance("listAdvertiserUpdates") { request in
      let page = try request.page()
      let found = try await updates.updates(
        instanceID: request.instance.id, before: try page.number(first: .max), limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found, at: \.number)
      return try request.respond(
        with: AdvertiserUpdateResponses.List(
          advertiserUpdates: shown.map(AdvertiserUpdateResponses.Summary.init), nextToken: nextToken))
    }
    routes.instance("getAdvertiserUpdate") { request in
      let text = request.path("updateId")
      // One spelling of each number.
      guard let number = Int64(text), number >= 0, String(number) == text else {
        throw CleanRoomError.unknownAdvertiserUpdate
      }
      let update = try await updates.update(number: number, instanceID: request.instance.id)
      return try request.respond(with: AdvertiserUpdateResponses.Single(update))
    }
  }

  private func list(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let type = try request.query.choice("type", AdvertiserType.self)
    let page = try request.page(filters: [type?.rawValue ?? ""])
    let (found, total) = try await instances.advertisers(
      instanceID: request.instance.id, kind: type?.kind, afterID: page.text, limit: page.fetchLimit)
    let (shown, nextToken) = try page.cut(found, at: \.id)
    return try request.respond(
      with: Advertisers(advertisers: shown.map(Advertiser.init), nextToken: nextToken, totalCount: total))
  }

  // MARK: Requests

  /// The types of advertisers that the API knows.
  private enum AdvertiserType: String, CaseIterable, Sendable {
    case display = "DISPLAY"
    case sponsoredAds = "SPONSORED_ADS"
    case adServer = "SAS"

    /// The type as the store has it.
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

  private struct Advertisers: Encodable {
    let advertisers: [Advertiser]
    let nextToken: String?
    let totalCount: Int
  }

  private struct Advertiser: Encodable {
    let id: String
    let marketplaceId: String?
    let name: String
    let type: String

    init(_ advertiser: AdvertiserRecord) {
      id = advertiser.id
      marketplaceId = advertiser.marketplaceID
      name = advertiser.name
      type = advertiser.kind.rawValue
    }
  }
}

/// What requests about updates of advertisers are answered with, as the published OpenAPI has it.
enum AdvertiserUpdateResponses {
  struct Single: Encodable {
    let advertiserUpdate: Update

    init(_ update: AdvertiserUpdateRecord) {
      advertiserUpdate = Update(update)
    }
  }

  struct List: Encodable {
    let advertiserUpdates: [Summary]
    let nextToken: String?
  }

  struct Summary: Encodable {
    let status: String
    let updateId: Int64

    init(_ update: AdvertiserUpdateRecord) {
      status = update.status.rawValue
      updateId = update.number
    }
  }

  struct Update: Encodable {
    let advertisersToAdd: [Advertiser]
    let advertisersToRemove: [Advertiser]
    let status: String
    /// Why it was rejected; not there otherwise. The published API has no field for it.
    let statusReason: String?
    let updateId: Int64

    init(_ update: AdvertiserUpdateRecord) {
      advertisersToAdd = update.additions.map(Advertiser.init)
      advertisersToRemove = update.removals.map(Advertiser.init)
      status = update.status.rawValue
      statusReason = update.statusReason
      updateId = update.number
    }
  }

  struct Advertiser: Encodable {
    let id: String
    let marketplaceId: String?
    let type: String

    init(_ advertiser: AdvertiserUpdateRecord.Advertiser) {
      id = advertiser.id
      marketplaceId = advertiser.marketplaceID
      type = advertiser.kind.rawValue
    }
  }
}
