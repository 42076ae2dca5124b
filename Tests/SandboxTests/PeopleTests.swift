import Dialects
import FirstPartyData
import Foundation
import ObjectStorage
import Testing

@testable import Sandbox
@testable import Warehouse

/// The people behind the users: the known ones, their identifiers, and their customer file.
@Suite struct PeopleTests {
  /// The columns of the customer file, in order.
  private static let customerColumns = [
    "email", "phone", "first_name", "last_name", "address", "city", "state", "zip", "country_code", "maid",
    "loyalty_tier", "last_purchase", "spend",
  ]

  /// Customers as an advertiser uploads them: hashed where required, and matched by the sandbox's graph.
  private struct Customers {
    let sandbox: SandboxFixture
    let count: Int
    let relation: String
    let graph: IdentityGraph

    init(_ count: Int) async throws {
      sandbox = try await SandboxFixture.shared.value
      self.count = count
      let storage = sandbox.store.storage
      let people = try await SandboxPeople.ofInstance(SandboxFixture.instanceID, count: count, in: storage)
      graph = try await IdentityStore(storage: storage).graph(.sandbox(instanceID: SandboxFixture.instanceID))
      let raw = try await TrustedSession.with(sandbox.engine) { session in
        try await session.rows(
          "SELECT * REPLACE (last_purchase::VARCHAR AS last_purchase, spend::DOUBLE AS spend) "
            + "FROM (\(people.customers(count)))")
      }
      let lines = raw.enumerated().map { number, row in
        let country = row[8].text
        let values = zip(PeopleTests.customerColumns, row).map { column, value -> String in
          guard let text = value.text, let kind = Self.kinds[column] else { return value.literal }
          return Self.hashed(text, kind, country)
        }
        return "(\(number), \(values.joined(separator: ", ")))"
      }
      let names = (["n"] + PeopleTests.customerColumns).joined(separator: ", ")
      let secret = try await sandbox.store.userKeySecret(instanceID: SandboxFixture.instanceID)
      relation = graph.resolving(
        "(SELECT * FROM (VALUES \(lines.joined(separator: ", "))) customers(\(names)))",
        identifiers: Dictionary(uniqueKeysWithValues: Self.kinds.map { ($1, "CAST(\($0) AS VARCHAR)") }),
        country: "country_code", secret: secret)
    }

    static let kinds: [String: IdentifierKind] = [
      "email": .email, "phone": .phone, "first_name": .firstName, "last_name": .lastName, "address": .address,
      "city": .city, "state": .state, "zip": .zip, "maid": .mobileAdvertisingID,
    ]

    private static func hashed(_ text: String, _ kind: IdentifierKind, _ country: String?) -> String {
      guard kind.isHashed else { return SQLText.string(text) }
      guard let standard = try? StandardIdentifier.text(of: text, kind: kind, countryCode: country) else {
        return "'no standard form'"
      }
      return SQLText.string(HashedIdentifier.sha256(of: standard))
    }

    /// The rows of a statement over `customers`.
    func rows(_ sql: String) async throws -> [[EngineValue]] {
      let impressions = try await sandbox.store.snapshot(instanceID: SandboxFixture.instanceID)
        .files(of: "dsp_impressions", days: nil)
      return try await TrustedSession.with(sandbox.engine, files: graph.files + impressions) { session in
        try await session.execute("CREATE TABLE customers AS FROM \(relation)")
        try await session.execute(
          "CREATE VIEW impressions AS FROM read_parquet(\(SQLText.list(impressions.map(\.path))))")
        return try await session.rows(sql)
      }
    }
  }

  @Test func tiersAndKnownPeopleHaveTheirShares() {
    #expect(GroundTruth.knownPeople.residues.count == 80)
    let byTier = GroundTruth.Tier.allCases.map { $0.customers.residues }
    #expect(byTier.map(\.count) == [25, 35, 40])
    #expect(byTier.reduce(Set()) { $0.union($1) }.count == 100)
    let known = GroundTruth.knownPeople.residues
    #expect(byTier.map { $0.intersection(known).count } == [20, 28, 32])
    let reached = known.intersection(GroundTruth.reachedUsers.residues)
    #expect(byTier.map { $0.intersection(reached).count } == [11, 7, 4])
    for users in [GroundTruth.customersByPost, GroundTruth.customersWithNewEmail] {
      #expect(users.residues.isSubset(of: known))
      #expect(users.residues.isDisjoint(with: GroundTruth.deviceUsers.residues))
    }
  }

  /// Hashed records that the sandbox has nothing to do with: four of five match one of its people, always the same.
  @Test func fourOfFiveStrangersMatchTheSamePersonEachTime() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let graph = try await IdentityStore(storage: sandbox.store.storage)
      .graph(.sandbox(instanceID: SandboxFixture.instanceID))
    let secret = try await sandbox.store.userKeySecret(instanceID: SandboxFixture.instanceID)
    let strangers = graph.resolving(
      "(SELECT n, sha256('stranger' || n || '@example.org') AS email, sha256('15550' || n) AS phone "
        + "FROM range(500) r(n))",
      identifiers: [.email: "email", .phone: "phone"], country: "'US'", secret: secret)
    let nobody = graph.resolving(
      "(SELECT n, sha256('') AS email FROM range(100) r(n))", identifiers: [.email: "email"], country: "'US'",
      secret: secret)
    let keys =
      "SELECT \(UserFacts.key("n", Hashing(seed: sandbox.settings.seed))) FROM range(\(sandbox.settings.users)) r(n)"
    let select = "SELECT n, \(ResolvedColumns.userKey) AS key, \(ResolvedColumns.userType) AS type FROM \(strangers) s"
    try await TrustedSession.with(sandbox.engine, files: graph.files) { session in
      let counts = try await session.rows(
        "SELECT count(*), count(key), count(DISTINCT key), count(type), count(CASE WHEN key IN (\(keys)) THEN 1 END) "
          + "FROM (\(select))")
      let numbers = counts[0].compactMap(\.integer)
      #expect(numbers[0] == 500)
      #expect((360...440).contains(numbers[1]), "\(numbers)")
      #expect(numbers[2] > 300)
      #expect(numbers[3] == numbers[1])
      #expect(numbers[4] == numbers[1])
      let first = try await session.rows("\(select) ORDER BY n")
      #expect(try await session.rows("\(select) ORDER BY n") == first)
      // An empty field names nobody.
      #expect(
        try await session.rows("SELECT count(\(ResolvedColumns.userKey)) FROM \(nobody) s") == [[.integer(0)]])
    }
  }

  /// Raw values, standardised by the rules for clients and hashed, match exactly the known people.
  @Test func exactlyFourOfFiveCustomersMatch() async throws {
    let customers = try await Customers(1_000)
    let rows = try await customers.rows(
      "SELECT n::BIGINT, resolved_user_key, resolved_user_type FROM customers ORDER BY n")
    #expect(rows.count == 1_000)
    let keys = try await customers.sandbox.rows(
      "SELECT CAST(\(UserFacts.key("n", Hashing(seed: customers.sandbox.settings.seed))) AS BIGINT) FROM range(1000) r(n)"
    )
    for (index, row) in rows.enumerated() {
      let isKnown = GroundTruth.knownPeople.contains(index)
      #expect(row[1] == (isKnown ? keys[index][0] : .null), "customer \(index)")
      let type = GroundTruth.deviceUsers.contains(index) ? "sisDeviceId" : "adUserId"
      #expect(row[2] == (isKnown ? .text(type) : .null), "customer \(index)")
    }
    #expect(rows.count { $0[1] != .null } == 800)
  }

  @Test func customersMatchByTheirIdentifiers() async throws {
    let customers = try await Customers(200)
    let rows = try await customers.rows(
      """
      SELECT count(*) FILTER (WHERE email IS NOT NULL)::BIGINT, count(*) FILTER (WHERE maid IS NOT NULL)::BIGINT,
        count(*) FILTER (WHERE email IS NULL AND phone IS NULL AND zip IS NOT NULL)::BIGINT,
        count(*) FILTER (WHERE email IS NULL AND phone IS NULL AND city IS NOT NULL AND zip IS NULL)::BIGINT,
        count(*) FILTER (WHERE zip = 'no standard form')::BIGINT
      FROM customers WHERE resolved_user_key IS NOT NULL
      """)
    #expect(rows == [[.integer(132), .integer(8), .integer(10), .integer(10), .integer(0)]])
  }

  /// The better the tier, the larger the share of its known customers who saw the campaign.
  @Test func exposureDiffersByTier() async throws {
    let customers = try await Customers(1_000)
    let rows = try await customers.rows(
      """
      SELECT loyalty_tier, count(*)::BIGINT, count(resolved_user_key)::BIGINT,
        count(*) FILTER (WHERE resolved_user_key IN (
          SELECT user_id FROM impressions WHERE campaign = '\(GroundTruth.reachCampaign)'))::BIGINT,
        min(spend)::BIGINT >= 0
      FROM customers GROUP BY loyalty_tier ORDER BY loyalty_tier
      """)
    #expect(
      rows == [
        [.text("BRONZE"), .integer(400), .integer(320), .integer(40), .boolean(true)],
        [.text("GOLD"), .integer(250), .integer(200), .integer(110), .boolean(true)],
        [.text("SILVER"), .integer(350), .integer(280), .integer(70), .boolean(true)],
      ])
  }

  @Test func theFileHasAHeaderAndARowForEachCustomer() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let people = try await SandboxPeople.ofInstance(
      SandboxFixture.instanceID, count: 50, in: sandbox.store.storage)
    let area = try await sandbox.store.storage.stage()
    let file = try area.location(of: "people.csv")
    try await people.writeCustomers(50, to: file, engine: sandbox.engine)
    let lines = try String(contentsOf: file.fileURL, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 51)
    #expect(lines.first.map(String.init) == Self.customerColumns.joined(separator: ","))
    // Addresses and phones that belong to nobody.
    #expect(lines.dropFirst().allSatisfy { !$0.contains("@") || $0.lowercased().contains("@example.") })
  }

  @Test func moreCustomersThanUsersAreRefused() async throws {
    let sandbox = try await SandboxFixture.shared.value
    for count in [0, sandbox.settings.users + 1] {
      await #expect(throws: InvalidSandboxSettings.self) {
        try await SandboxPeople.ofInstance(SandboxFixture.instanceID, count: count, in: sandbox.store.storage)
      }
    }
    await #expect(throws: InvalidSandboxSettings.self) {
      try await SandboxPeople.ofInstance("other", count: 1, in: sandbox.store.storage)
    }
  }

  /// The same settings make the same graph, byte for byte.
  @Test func theSameSettingsMakeTheSameGraph() async throws {
    var contents: [[Data]] = []
    for _ in 0..<2 {
      let sandbox = try await SandboxFixture(users: 500, days: 1, seed: 3)
      let files = try await IdentityStore(storage: sandbox.store.storage)
        .graph(.sandbox(instanceID: SandboxFixture.instanceID)).files
      contents.append(try files.map { try Data(contentsOf: $0.fileURL) })
    }
    #expect(contents[0].count == 5)
    #expect(contents[0] == contents[1])
  }

  /// People beyond the numbers set aside for fiction have no phone, and match all the same.
  @Test func peopleWithoutAPhoneMatchByPostalAddress() async throws {
    let people = SandboxPeople(IdentityManifest.Sandbox(users: 30_000, seed: 1, lastDay: "2026-01-01"))
    let rows = try await TrustedSession.with(
      EngineSettings(spillFolder: FileManager.default.temporaryDirectory)
    ) { session in
      try await session.rows(
        "SELECT count(*), count(phone), count(DISTINCT phone), count(DISTINCT address) FROM (\(people.customers(30_000)))"
      )
    }
    let phones = PeopleFacts.phoneCount
    let without =
      GroundTruth.customersByPost.count(among: phones) + GroundTruth.deviceUsers.count(among: phones)
    let devices = GroundTruth.deviceUsers.count(among: 30_000)
    #expect(
      rows == [
        [
          .integer(30_000), .integer(Int64(phones - without)), .integer(Int64(phones - without)),
          .integer(Int64(30_000 - devices)),
        ]
      ])
  }
}

extension EngineValue {
  /// The value as a literal of a statement.
  fileprivate var literal: String {
    switch self {
    case .null: "NULL"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .text(let value): SQLText.string(value)
    }
  }
}
