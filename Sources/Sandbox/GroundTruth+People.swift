extension GroundTruth {
  // MARK: People

  /// Users whose persons or devices the sandbox's identity graph knows: exactly four of five. Neither browsers nor
  /// unknown users are among them, and some people with accounts have no identifier that the graph has.
  public static let knownPeople = Users(0..<cycle).subtracting(
    browserUsers, unknownUsers, Users(stride(from: 8, to: 100, by: 10)), Users(stride(from: 10, to: 90, by: 20)))

  // The users of a sandbox are also the customers of an advertiser, whose customer file has a row for each. Most are
  // known by their e-mail address.

  /// Customers with an e-mail address that the graph does not have: it knows them by their phone, and those without a
  /// phone by their postal address.
  public static let customersWithNewEmail = Users(stride(from: 3, to: 100, by: 10))
  /// Customers of whom the file has neither e-mail address nor phone.
  public static let customersByPost = Users(stride(from: 5, to: 100, by: 10))
  /// Those of whom the file has no postal code either: the graph knows them by city and state.
  public static let customersWithoutPostalCode = Users(stride(from: 5, to: 100, by: 20))

  /// How good a customer is, as the customer file has it. In every tier the graph knows exactly four of five. The better
  /// the tier, the more of these saw an ad of `reachCampaign`: 11 of 20, 7 of 28, 4 of 32.
  public enum Tier: String, Sendable, Hashable, CaseIterable {
    case gold = "GOLD"
    case silver = "SILVER"
    case bronze = "BRONZE"

    /// The customers of the tier: 25, 35 and 40 of a hundred.
    public var customers: Users {
      Users(
        Self.share(of: Self.reached, self, [11, 7, 4]) + Self.share(of: Self.notReached, self, [9, 21, 28])
          + Self.share(of: Self.strangers, self, [5, 7, 8]))
    }

    /// What customers of the tier spend, in whole dollars.
    public var spend: Range<Int> {
      switch self {
      case .gold: 500..<1_000
      case .silver: 100..<500
      case .bronze: 10..<100
      }
    }

    private static let reached = knownPeople.residues.intersection(reachedUsers.residues)
    private static let notReached = knownPeople.residues.subtracting(reached)
    private static let strangers = Set(0..<cycle).subtracting(knownPeople.residues)

    /// The part of the users that a tier takes: so many for each, one tier after the other, in an order that mixes them.
    private static func share(of users: Set<Int>, _ tier: Tier, _ counts: [Int]) -> [Int] {
      let place = allCases.firstIndex(of: tier) ?? 0
      let mixed = users.sorted { $0 * 37 % cycle < $1 * 37 % cycle }
      return Array(mixed.dropFirst(counts[..<place].reduce(0, +)).prefix(counts[place]))
    }
  }
}
