extension GroundTruth {
  // MARK: People

  /// Users whose persons or devices the sandbox's identity graph knows: exactly four of five. Neither browsers nor
  /// unknown users are among them. Some people with accounts have no identifier that the graph has.
  public static let knownPeople = Users(0..<cycle).subtracting(
    browserUsers, unknownUsers, Users(stride(from: 8, to: 100, by: 10)), Users(stride(from: 10, to: 90, by: 20)))

  // The users of a sandbox are also the customers of an advertiser, whose customer file has a row for each. Most are
  // known by their e-mail address.

  /// Customers whose e-mail address is not in the graph. The graph knows them by their phone, and those without a phone
  /// by their postal address.
  public static let customersWithNewEmail = Users(stride(from: 3, to: 100, by: 10))
  /// Customers for whom the file has neither e-mail address nor phone.
  public static let customersByPost = Users(stride(from: 5, to: 100, by: 10))
  /// Customers for whom the file has no postal code either. The graph knows them by city and state.
  public static let customersWithoutPostalCode = Users(stride(from: 5, to: 100, by: 20))

  /// The rank of a customer in the customer file. In every tier the graph knows exactly four of five. The better the
  /// tier, the more of these saw an ad of `reachCampaign`: 11 of 20, 7 of 28, 4 of 32.
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

    /// The spending of the tier's customers, in whole dollars.
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

    /// The users that a tier takes: the given number for each tier, one tier after the other, in an order that mixes
    /// the users.
    private static func share(of users: Set<Int>, _ tier: Tier, _ counts: [Int]) -> [Int] {
      let index = allCases.firstIndex(of: tier) ?? 0
      let mixed = users.sorted { $0 * 37 % cycle < $1 * 37 % cycle }
      return Array(mixed.dropFirst(counts[..<index].reduce(0, +)).prefix(counts[index]))
    }
  }
}
