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
    let forecasts = Forecasts()
    let status: String
    let subCategory: String?
    let updateDate: String

    init(_ audience: ShownAudience) {
      audienceId = audience.id
      category = audience.origin.category
      status = audience.status.rawValue
      subCategory = audience.origin.subcategory
      audienceName = audience.name
      createDate = Timestamp.text(of: audience.createdAt)
      description = audience.description
      updateDate = Timestamp.text(of: audience.updatedAt)
    }
  }

  /// There is no inventory here to forecast; the API wants the object all the same.
  struct Forecasts: Encodable {
    struct Inventory: Encodable {}
    let inventoryForecasts = Inventory()
  }
}
