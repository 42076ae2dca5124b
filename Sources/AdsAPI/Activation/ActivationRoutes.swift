import Activation
import CleanRoom
import Hummingbird

/// What advertiser accounts see of audiences, and do with them.
struct ActivationRoutes: Sendable {
  let audiences: AdvertiserAudienceRoutes
  let profiles: ProfileRoutes
  let advertisers: DSPAdvertiserRoutes
  let lineItems: LineItemRoutes
  let entities: TargetableEntityRoutes
  let campaigns: CampaignRoutes
  let displayTargets: DisplayTargetRoutes

  /// The services that the routes stand on.
  struct Services: Sendable {
    var audiences: AdvertiserAudienceService
    var lineItems: LineItemService
    var campaigns: CampaignService
    var displayTargets: DisplayTargetService
  }

  init(_ entrance: ActivationEntrance, _ services: Services) {
    audiences = AdvertiserAudienceRoutes(entrance: entrance, audiences: services.audiences)
    profiles = ProfileRoutes(gate: entrance.gate, instances: entrance.instances, directory: entrance.directory)
    advertisers = DSPAdvertiserRoutes(entrance: entrance)
    lineItems = LineItemRoutes(entrance: entrance, lineItems: services.lineItems)
    entities = TargetableEntityRoutes(entrance: entrance, audiences: services.audiences)
    campaigns = CampaignRoutes(entrance: entrance, campaigns: services.campaigns)
    displayTargets = DisplayTargetRoutes(entrance: entrance, targets: services.displayTargets)
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    audiences.add(to: router)
    profiles.add(to: router)
    advertisers.add(to: router)
    lineItems.add(to: router)
    entities.add(to: router)
    campaigns.add(to: router)
    displayTargets.add(to: router)
  }
}
