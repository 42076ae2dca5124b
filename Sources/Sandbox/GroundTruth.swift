public import Catalog

/// The facts that hold in every sandbox, whatever its seed: the numbers that a query over it must find.
///
/// Users have indices from 0. Exact facts depend only on the last two digits of the index, so counts follow from the
/// number of users in closed form. Shares are drawn by hashing, and hold within sampling error.
///
/// Example: every fourth user sees `reachCampaign` exactly once, so a sandbox of 20,000 users has a reach of
///
///     GroundTruth.reachedUsers.count(among: 20_000)  // 5,000
public enum GroundTruth {
  /// A set of users, given by the last two digits of their indices.
  public struct Users: Sendable, Hashable {
    /// The last two digits.
    public let residues: Set<Int>

    init(_ residues: some Sequence<Int>) {
      self.residues = Set(residues)
    }

    /// The number of users of the set among the first `count`.
    public func count(among count: Int) -> Int {
      count / GroundTruth.cycle * residues.count + residues.count(where: { $0 < count % GroundTruth.cycle })
    }

    /// Whether the user with the index is in the set.
    public func contains(_ index: Int) -> Bool { residues.contains(index % GroundTruth.cycle) }

    /// The users of this set that are in none of the others.
    public func subtracting(_ others: Users...) -> Users {
      Users(others.reduce(residues) { $0.subtracting($1.residues) })
    }

    /// A SQL condition on an expression for the index; it is true for users of the set.
    func condition(on index: String) -> String {
      "\(index) % \(GroundTruth.cycle) IN (\(residues.sorted().map(String.init).joined(separator: ", ")))"
    }
  }

  /// The number of users after which every exact fact repeats.
  static let cycle = 100

  // MARK: Kinds of users

  /// Users whose rows have the identifier type `sisDeviceId`.
  public static let deviceUsers = Users([9, 39, 69, 99])
  /// Users whose rows have the identifier type `adBrowserId`.
  public static let browserUsers = Users([19, 49, 79])
  /// Users whose rows have neither `user_id` nor `user_id_type`.
  public static let unknownUsers = Users([29, 59, 89])
  /// Users with an `adUserId`: nine of ten.
  public static let accountUsers = Users(0..<100).subtracting(deviceUsers, browserUsers, unknownUsers)
  /// Users who opted out of targeting: three of a hundred.
  public static let optedOutUsers = Users([7, 37, 67])
  /// Users who are excluded as possible children: one of a hundred.
  public static let excludedUsers = Users([17])
  /// Users that an audience may contain.
  public static let targetableUsers = accountUsers.subtracting(optedOutUsers, excludedUsers)

  // MARK: Exact events

  /// A campaign that every fourth user sees exactly once, and no other user sees. None of its impressions has a deal.
  public static let reachCampaign = "Lumen_Planted_Reach"
  /// The users who see it.
  public static let reachedUsers = Users(stride(from: 1, to: 100, by: 4))
  /// The users who order exactly one sensitive product. Nobody else orders any.
  public static let sensitiveBuyers = Users([3, 28, 53, 78])

  // MARK: Exact facts of paid features

  /// Users with a Prime Video channel: one in ten, each with a free trial from before the first day on.
  public static let channelSubscribers = Users(stride(from: 2, to: 100, by: 10))
  /// Subscribers whose trial became a paid plan, on the first day: half of them.
  public static let convertedSubscribers = Users(stride(from: 2, to: 100, by: 20))
  /// Users with one vehicle in their garage: one in ten.
  public static let garageOwners = Users(stride(from: 4, to: 100, by: 10))
  /// The make of half of the vehicles in garages; the others are of `otherMake`.
  public static let electricMake = "Voltaic"
  /// Owners of a vehicle of `electricMake`; these vehicles are all electric.
  public static let electricOwners = Users(stride(from: 4, to: 100, by: 20))
  /// The make of all other vehicles.
  public static let otherMake = "Norden"
  /// Users who buy exactly one vehicle in the days of the sandbox: one in twenty.
  public static let vehicleBuyers = Users(stride(from: 6, to: 100, by: 20))
  /// Buyers of a new vehicle.
  public static let newVehicleBuyers = Users([6, 46, 86])
  /// Users who visit exactly one store in the days of the sandbox: one in twenty.
  public static let storeVisitors = Users(stride(from: 8, to: 100, by: 20))
  /// The chain of the stores that `harbourVisitors` visit; the others visit one of `hillChain`.
  public static let harbourChain = "Harbour Home"
  /// The chain of all other stores.
  public static let hillChain = "Hill Hardware"
  /// Visitors of a store of `harbourChain`.
  public static let harbourVisitors = Users([8, 48, 88])
  /// Users whose household makes exactly one purchase in every week that ends on a Saturday of the sandbox.
  public static let panelUsers = Users(stride(from: 5, to: 100, by: 10))

  // MARK: Advertisers

  /// An advertiser whose signals a sandbox has.
  public struct Advertiser: Sendable, Hashable {
    /// The identifier of the advertiser in requests.
    public let identifier: AdvertiserIdentifier
    /// The advertiser's name.
    public let name: String
  }

  /// Two advertisers of each kind. The streaming campaign of the display ones belongs to the second, all others to the
  /// first. Of the sponsored ones, the first two belong to the first, the other two to the second.
  public static let advertisers = [
    advertiser(.display, "4351234567890123", "Lumen Lamps"),
    advertiser(.display, "4351234567890456", "Lumen Outdoor"),
    advertiser(.sponsoredAds, "ENTITYLUMENSPONSORED", "Lumen Lamps"),
    advertiser(.sponsoredAds, "ENTITYLUMENOUTDOOR", "Lumen Outdoor"),
    advertiser(.adServer, "710001", "Lumen Lamps"),
    advertiser(.adServer, "710002", "Lumen Outdoor"),
  ]
  /// The marketplace of the advertisers: that of the United States.
  public static let marketplaceID = "ATVPDKIKX0DER"

  private static func advertiser(_ kind: AdvertiserIdentifier.Kind, _ id: String, _ name: String) -> Advertiser {
    Advertiser(
      identifier: AdvertiserIdentifier(kind: kind, id: id, marketplaceID: kind == .display ? nil : marketplaceID),
      name: name)
  }

  /// The ids of the advertisers of a kind, in order.
  static func advertiserIDs(_ kind: AdvertiserIdentifier.Kind) -> [String] {
    advertisers.map(\.identifier).filter { $0.kind == kind }.map(\.id)
  }

  // MARK: Products

  /// The number of products.
  public static let productCount = 20
  /// The number of sensitive products, which are the last ones.
  public static let sensitiveProductCount = 3

  /// The index of the segment whose members prefer one product: `LS - Readers`, a quarter of all users. Purchases show
  /// the preference and predict later ones: the odds that a trip is about the product are twelve times those of other
  /// users.
  public static let admirerSegment = 3
  /// The index of that product. Nobody else prefers it to another.
  public static let admiredProduct = 5
  /// The product in conversions.
  public static let admiredASIN = "B0LUMEN005"
  /// The number of trips about the product in a hundred shopping trips of such users, besides those by chance.
  public static let admiredTripsPerHundred = 40

  // MARK: Shares

  /// The mean number of sponsored and display impressions of a user in a day, before the heaviest users are cut off.
  public static let meanDailyImpressions = 0.3
  /// The largest number of impressions of each kind that a user has in a day.
  public static let dailyImpressionLimit = 40
  /// Display clicks in a thousand impressions.
  public static let clicksPerThousand = 15
  /// Sponsored clicks in a hundred sponsored impressions.
  public static let sponsoredClicksPerHundred = 4
  /// The number of display impressions of which one has a deal.
  public static let impressionsPerDeal = 20
  /// The probability that a user shops on a day without having seen an ad in the `attributionDays` before it.
  public static let baseShoppingRate = 0.01
  /// The probability that a user shops on a day after having seen one: exposure trebles it.
  public static let exposedShoppingRate = 0.03
  /// The number of days for which an ad counts for a conversion, and an exposure for shopping.
  public static let attributionDays = 14

  /// The number of display impressions of which the ad server tracks one as well.
  public static let impressionsPerAdServerImpression = 16
  /// The numbers, in a hundred video impressions, of those that start, and of those that reach each quarter of the
  /// video and its end.
  public static let videoStartsPerHundred = 95
  public static let videoFirstQuartilesPerHundred = 90
  public static let videoMidpointsPerHundred = 80
  public static let videoThirdQuartilesPerHundred = 70
  public static let videoCompletesPerHundred = 60
  /// The number of detail page views of which one leads to a Brand Store.
  public static let detailPagesPerStoreVisit = 3
  /// The probability that a channel's subscriber streams on a day.
  public static let streamingRate = 0.3
  /// The number of days before a conversion in which an ad makes its user an exposed one.
  public static let exposureDays = 28

  // MARK: Times

  /// The seconds of a day (UTC), from its start, in which events happen that lead to others. A click or a view then
  /// falls on the day of its impression.
  public static let leadingSeconds = 85_000
  /// The longest time from an impression to its click, in seconds.
  public static let longestClickDelaySeconds = 600
  /// The time zone of the advertiser.
  public static let timeZone = "America/New_York"
}
