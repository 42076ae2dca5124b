import Metadata

/// What requests about updates of advertisers are answered with, as the published OpenAPI has it.
enum AdvertiserUpdateResponses {
  struct Single: Encodable {
    let advertiserUpdate: Update
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
