import Activation
import CleanRoom

/// What `POST /audiences/list` is answered with, as the published OpenAPI has it.
enum ActivationResponses {
  struct List: Encodable {
    let audiences: [Audience]
    let matchCount: Int
    let nextToken: String?

    init(_ page: AdvertiserAudienceService.Page, nextToken: String?) {
      audiences = page.audiences.map(Audience.init)
      matchCount = page.matchCount
      self.nextToken = nextToken
    }
  }

  struct Audience: Encodable {
    let audienceId: String
    let audienceName: String
    let category: String
    let createDate: String
    let description: String
    let forecasts: Forecasts
    let status: String
    let subCategory: String?
    let updateDate: String

    init(_ audience: AudienceSummary) {
      audienceId = audience.id
      category = audience.origin.category
      status = audience.status.rawValue
      subCategory = audience.origin.subcategory
      audienceName = audience.name
      createDate = Timestamp.text(of: audience.createdAt)
      description = audience.description
      forecasts = Forecasts(size: audience.size)
      updateDate = Timestamp.text(of: audience.updatedAt)
    }
  }

  /// How many users can be reached: the size of the audience, as wide as sizes are rounded. There is no inventory here whose impressions could
  /// be forecast, so that their number has no bounds.
  struct Forecasts: Encodable {
    struct Bucket: Encodable {
      var lowerBoundInclusive: Int?
      var upperBoundExclusive: Int?
    }

    struct Inventory: Encodable {
      let dailyImpressions = Bucket()
      let dailyReach: Bucket
    }

    struct Inventories: Encodable {
      let all: Inventory
    }

    let inventoryForecasts: Inventories

    init(size: Range<Int>) {
      let reach = Bucket(lowerBoundInclusive: size.lowerBound, upperBoundExclusive: size.upperBound)
      inventoryForecasts = Inventories(all: Inventory(dailyReach: reach))
    }
  }
}
