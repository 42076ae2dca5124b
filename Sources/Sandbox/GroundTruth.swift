public import Catalog

/// What is known about every sandbox, whatever its seed: the numbers that a query over it must find.
///
/// Users have indices from 0. What is exact depends on the last two digits of the index only, so that counts follow
/// from the number of users in closed form; what is a share is drawn by hashing, and holds within sampling error.
public enum GroundTruth {
  /// A set of users, by the last two digits of their indices.
  public struct Users: Sendable, Hashable {
    /// The last two digits.
    public let residues: Set<Int>

    init(_ residues: some Sequence<Int>) {
      self.residues = Set(residues)
    }

    /// How many of the first `count` users are in the set.
    public func count(among count: Int) -> Int {
      count / GroundTruth.cycle * residues.count + residues.count(where: { $0 < count % GroundTruth.cycle })
    }

    /// Whether the user of that index is in the set.
    public func contains(_ index: Int) -> Bool { residues.contains(index % GroundTruth.cycle) }

    /// The users that are in this set and in no other one.
    public func subtracting(_ others: Users...) -> Users {
      Users(others.reduce(residues) { $0.subtracting($1.residues) })
    }

    /// True for users of the set, as a condition on an expression for the index.
    func condition(on index: String) -> String {
      "\(index) % \(GroundTruth.cycle) IN (\(residues.sorted().map(String.init).joined(separator: ", ")))"
    }
  }

  /// The number of users after which everything exact repeats.
  static let cycle = 100

  // MARK: Who users are

  /// Users whose rows have the identifier type `sisDeviceId`.
  public static let deviceUsers = Users([9, 39, 69, 99])
  /// Users whose rows have the identifier type `adBrowserId`.
  public static let browserUsers = Users([19, 49, 79])
  /// Users whose rows have neither `user_id` nor `user_id_type`.
  public static let unknownUsers = Users([29, 59, 89])
  /// Users with an `adUserId`: nine of ten.
  public static let accountUsers = Users(0..<100).subtracting(deviceUsers, browserUsers, unknownUsers)
  /// Users that opted out of targeting: three of a hundred.
  public static let optedOutUsers = Users([7, 37, 67])
  /// Users that are excluded as possible children: one of a hundred.
  public static let excludedUsers = Users([17])
  /// Users that an audience may contain.
  public static let targetableUsers = accountUsers.subtracting(optedOutUsers, excludedUsers)

  // MARK: Exact events

  /// The campaign of which every fourth user sees exactly one impression, and no other user any. None of them has a
  /// deal.
  public static let reachCampaign = "Lumen_Planted_Reach"
  /// The users that see it.
  public static let reachedUsers = Users(stride(from: 1, to: 100, by: 4))
  /// The users of a reach audience.
  public static let targetableReachedUsers = Users(reachedUsers.residues.intersection(targetableUsers.residues))
  /// The users that order exactly one sensitive product; no one else orders any.
  public static let sensitiveBuyers = Users([3, 28, 53, 78])

  // MARK: Exact facts of paid features

  /// Users with a Prime Video channel: one in ten, each with a free trial from before the first day on.
  public static let channelSubscribers = Users(stride(from: 2, to: 100, by: 10))
  /// Those whose trial became a paid plan, on the first day: half of them.
  public static let convertedSubscribers = Users(stride(from: 2, to: 100, by: 20))
  /// Users with one vehicle in their garage: one in ten.
  public static let garageOwners = Users(stride(from: 4, to: 100, by: 10))
  /// The make of half of the vehicles in garages; the others are of `otherMake`.
  public static let electricMake = "Voltaic"
  /// Those with a vehicle of `electricMake`, which are all electric.
  public static let electricOwners = Users(stride(from: 4, to: 100, by: 20))
  /// The make of all other vehicles.
  public static let otherMake = "Norden"
  /// Users who buy exactly one vehicle in the days of the sandbox: one in twenty.
  public static let vehicleBuyers = Users(stride(from: 6, to: 100, by: 20))
  /// Those who buy a new one.
  public static let newVehicleBuyers = Users([6, 46, 86])
  /// Users whose household makes exactly one purchase in every week that ends on a Saturday of the sandbox.
  public static let panelUsers = Users(stride(from: 5, to: 100, by: 10))

  // MARK: Advertisers

  /// An advertiser whose signals a sandbox has.
  public struct Advertiser: Sendable, Hashable {
    /// How requests name it.
    public let identifier: AdvertiserIdentifier
    /// What it is called.
    public let name: String
  }

  /// Two advertisers of each kind. Of display campaigns the streaming one is of the second, all others of the first; of
  /// sponsored ones the first two are of the first and the other two of the second.
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

  /// How many products there are.
  public static let productCount = 20
  /// The last so many products are sensitive.
  public static let sensitiveProductCount = 3

  /// The segment, by its place among all, whose members prefer one product: `LS - Readers`, a quarter of all users. What
  /// they shop for can be told from it, and so can who will: the odds that a trip is about the product are twelve times
  /// those of anybody else.
  public static let admirerSegment = 3
  /// The place of that product among all. Nobody else prefers it to another.
  public static let admiredProduct = 5
  /// The product as conversions name it.
  public static let admiredASIN = "B0LUMEN005"
  /// Of a hundred shopping trips of such users, how many are about the product, besides those that are by chance.
  public static let admiredTripsPerHundred = 40

  // MARK: Shares

  /// Sponsored and display impressions of a user and day, on average, before the heaviest users are cut off.
  public static let meanDailyImpressions = 0.3
  /// The most impressions that a user has in a day of each kind.
  public static let dailyImpressionLimit = 40
  /// Display clicks in a thousand impressions.
  public static let clicksPerThousand = 15
  /// Sponsored clicks in a hundred sponsored impressions.
  public static let sponsoredClicksPerHundred = 4
  /// One of so many display impressions has a deal.
  public static let impressionsPerDeal = 20
  /// The chance that a user shops on a day who saw no ad in the days of `attributionDays` before it.
  public static let baseShoppingRate = 0.01
  /// The chance that a user shops on a day who did: exposure trebles it.
  public static let exposedShoppingRate = 0.03
  /// How long an ad counts for a conversion, and an exposure for shopping, in days.
  public static let attributionDays = 14

  /// One of so many display impressions is tracked by the ad server as well.
  public static let impressionsPerAdServerImpression = 16
  /// Of a hundred video impressions, how many start, and how many reach each quarter of the video and its end.
  public static let videoStartsPerHundred = 95
  public static let videoFirstQuartilesPerHundred = 90
  public static let videoMidpointsPerHundred = 80
  public static let videoThirdQuartilesPerHundred = 70
  public static let videoCompletesPerHundred = 60
  /// One of so many detail page views leads into a Brand Store.
  public static let detailPagesPerStoreVisit = 3
  /// The chance that a channel's subscriber streams on a day.
  public static let streamingRate = 0.3
  /// How long before a conversion an ad makes it one of an exposed user, in days.
  public static let exposureDays = 28

  // MARK: Times

  /// Events that lead to others happen in the first so many seconds of a day (UTC), so that a click or a view falls on
  /// the day of its impression.
  public static let leadingSeconds = 85_000
  /// A click comes at most so many seconds after its impression.
  public static let longestClickDelaySeconds = 600
  /// The time zone of the advertiser.
  public static let timeZone = "America/New_York"
}
