import FirstPartyData
import Testing

@testable import Warehouse

/// The rule that matches a record, and the order of rules.
@Suite struct IdentityRuleTests {
  private static let home: IdentityFixture.Row = [
    "FIRST_NAME": "ada", "LAST_NAME": "byron", "ADDRESS": "1 elm st", "CITY": "york", "STATE": "pa", "ZIP": "17401",
    "COUNTRY_CODE": "US",
  ]

  private static func row(_ base: IdentityFixture.Row = [:], _ more: IdentityFixture.Row) -> IdentityFixture.Row {
    base.merging(more) { $1 }
  }

  /// Whether one person is known does not decide to whom the records of others belong.
  @Test func withOneIdentifierARecordNeverGoesToAnother() async throws {
    let records: [IdentityFixture.Row] = [
      ["EMAIL": "a@example.com", "PHONE": "12015550100"], ["EMAIL": "a@example.com", "PHONE": "12015550101"],
      ["PHONE": "12015550101"],
    ]
    let others: [IdentityFixture.Row] = [
      ["USER_ID": "first", "PHONE": "12015550100"], ["USER_ID": "second", "PHONE": "12015550101"],
    ]
    let (without, with) = (try await IdentityFixture(), try await IdentityFixture())
    try await without.load(others)
    try await with.load(others + [["USER_ID": "ada", "EMAIL": "a@example.com"]])
    let users = ["ada", "first", "second"]
    // Record by record, the next identifier counts where the first is unknown: one person changes two others' records.
    #expect(
      try await without.resolve(records, users: users) == ["first adUserId", "second adUserId", "second adUserId"])
    #expect(try await with.resolve(records, users: users) == ["ada adUserId", "ada adUserId", "second adUserId"])
    // With one identifier, only that person's own records change.
    #expect(
      try await without.resolve(records, users: users, looksUpOneIdentifier: true) == [nil, nil, "second adUserId"])
    #expect(
      try await with.resolve(records, users: users, looksUpOneIdentifier: true) == [
        "ada adUserId", "ada adUserId", "second adUserId",
      ])
  }

  @Test func eachRuleAlone() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([
      ["USER_ID": "email", "EMAIL": "a@example.com"], ["USER_ID": "phone", "PHONE": "12015550100"],
      ["USER_ID": "maid", "MAID": "AEBE52E7-03EE-455A-B3C4-E57283966239"], ["USER_ID": "ramp", "LIVERAMP": "XYz1"],
      ["USER_ID": "experian", "EXPERIAN": "e77"], Self.row(Self.home, ["USER_ID": "home"]),
    ])
    var noCode = Self.home
    noCode["ZIP"] = nil
    var noCity = Self.home
    noCity["CITY"] = nil
    var neither = noCity
    neither["ZIP"] = nil
    let found = try await fixture.resolve(
      [
        ["EMAIL": "a@example.com"], ["PHONE": "12015550100"], ["MAID": "aebe52e7-03ee-455a-b3c4-e57283966239"],
        ["LIVERAMP": "XYz1"], ["LIVERAMP": "xyz1"], ["EXPERIAN": " e77 "], Self.home, noCode, noCity, neither,
        ["EMAIL": "12015550100"], [:],
      ], users: ["email", "phone", "maid", "ramp", "experian", "home"])
    #expect(
      found == [
        "email adUserId", "phone adUserId", "maid sisDeviceId", "ramp adUserId", nil, "experian adUserId",
        "home adUserId", "home adUserId", "home adUserId", nil, nil, nil,
      ])
  }

  /// The record matches by two rules: the first one decides.
  @Test func theFirstRuleThatKnowsTheRecordDecides() async throws {
    let fixture = try await IdentityFixture()
    var samples: [MatchRule: IdentityFixture.Row] = [
      .email: ["EMAIL": "a"], .phone: ["PHONE": "1"], .mobileAdvertisingID: ["MAID": "m"], .liveRamp: ["LIVERAMP": "l"],
      .experian: ["EXPERIAN": "e"],
    ]
    var people = samples.map { rule, row in Self.row(row, ["USER_ID": rule.rawValue]) }
    people.append(Self.row(Self.home, ["USER_ID": "postal", "CITY": "elsewhere"]))
    people.append(Self.row(Self.home, ["USER_ID": "city", "ZIP": "00000"]))
    try await fixture.load(people)
    samples[.postalCode] = Self.home
    samples[.cityAndState] = Self.home
    samples[.cityAndState]?["ZIP"] = nil
    let rules = MatchRule.allCases
    for (index, first) in rules.enumerated() {
      let records = rules[index...].map { later in
        [first, later].reduce(into: IdentityFixture.Row()) { $0.merge(samples[$1] ?? [:]) { $1 } }
      }
      let found = try await fixture.resolve(records, users: rules.map(\.rawValue))
      #expect(found.allSatisfy { $0?.hasPrefix("\(first.rawValue) ") == true }, "\(first)")
    }
  }

  @Test func addressesNeedTheSameKnownCountry() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([
      Self.row(Self.home, ["USER_ID": "us"]), Self.row(Self.home, ["USER_ID": "ca", "COUNTRY_CODE": "ca"]),
      Self.row(Self.home, ["USER_ID": "unknown", "COUNTRY_CODE": "UNKNOWN", "EMAIL": "u"]),
      ["USER_ID": "mail", "EMAIL": "m", "COUNTRY_CODE": "US"],
    ])
    let found = try await fixture.resolve(
      [
        Self.home, Self.row(Self.home, ["COUNTRY_CODE": "us "]), Self.row(Self.home, ["COUNTRY_CODE": "CA"]),
        Self.row(Self.home, ["COUNTRY_CODE": "UNKNOWN"]), Self.row(Self.home, ["COUNTRY_CODE": ""]),
        ["EMAIL": "m", "COUNTRY_CODE": "UNKNOWN"], ["EMAIL": "m", "COUNTRY_CODE": "GB"], ["EMAIL": "u"],
      ], users: ["us", "ca", "unknown", "mail"])
    #expect(
      found == [
        "us adUserId", "us adUserId", "ca adUserId", nil, nil, "mail adUserId", "mail adUserId", "unknown adUserId",
      ])
  }

  /// A phone that a household shares matches nobody, also if its members are loaded one after the other. The next rule
  /// decides.
  @Test func sharedIdentifiersMatchNobody() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([["USER_ID": "one", "PHONE": "7"], ["USER_ID": "one", "PHONE": "7", "EMAIL": "o"]])
    let record: IdentityFixture.Row = ["PHONE": "7", "EXPERIAN": "x"]
    let users = ["one", "two", "three"]
    #expect(try await fixture.resolve([record], users: users) == ["one adUserId"])
    try await fixture.load([["USER_ID": "two", "PHONE": "7", "EXPERIAN": "x"]])
    #expect(try await fixture.resolve([record, ["PHONE": "7"]], users: users) == ["two adUserId", nil])
    let manifest = try await fixture.load([["USER_ID": "three", "PHONE": "7"]])
    #expect(try await fixture.resolve([record, ["PHONE": "7"]], users: users) == ["two adUserId", nil])
    #expect(manifest.userCount == 3)
    #expect(manifest.links.map { [$0.linkCount, $0.ambiguousCount] } == [[1, 0], [0, 1], [1, 0]])
  }

  @Test func placeholderValuesMatchNobody() async throws {
    let fixture = try await IdentityFixture()
    let nothing = "00000000-0000-0000-0000-000000000000"
    try await fixture.load([["USER_ID": "u", "EMAIL": "", "MAID": nothing, "LIVERAMP": " ", "PHONE": "1"]])
    let records: [IdentityFixture.Row] = [["EMAIL": ""], ["MAID": nothing], ["LIVERAMP": " "], ["LIVERAMP": ""]]
    #expect(try await fixture.resolve(records, users: ["u"]) == [nil, nil, nil, nil])
  }

  /// The id of an advertisement, which an export calls `ad_id`, is nobody's device.
  @Test func valuesThatAreNoDeviceIDsMatchNobody() async throws {
    let fixture = try await IdentityFixture()
    let device = "38400000-8cf0-11bd-b23e-10b96e40000d"
    let masked = "ffffffff-ffff-ffff-ffff-ffffffffffff"
    try await fixture.load([["USER_ID": "u", "MAID": device], ["USER_ID": "v", "MAID": masked, "PHONE": "1"]])
    let values = [
      "120330000123456789", "384000008cf011bdb23e10b96e40000d", "\(device)0", masked, " \(device.uppercased())",
    ]
    #expect(
      try await fixture.resolve(values.map { ["MAID": $0] }, users: ["u", "v"])
        == [nil, nil, nil, nil, "u sisDeviceId"])
  }

  @Test func userTypesFollowFromTheirIdentifiers() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([
      ["USER_ID": "device", "MAID": "d"], ["USER_ID": "person", "MAID": "p"], ["USER_ID": "person", "EMAIL": "p"],
      ["USER_ID": "browser", "EMAIL": "b", "USER_ID_TYPE": "adBrowserId"], ["USER_ID": "stated", "MAID": "s"],
      ["USER_ID": "stated", "MAID": "t", "USER_ID_TYPE": "adUserId"],
    ])
    let records: [IdentityFixture.Row] = [["MAID": "D"], ["MAID": "p"], ["EMAIL": "b"], ["MAID": "s"]]
    let users = ["device", "person", "browser", "stated"]
    #expect(
      try await fixture.resolve(records, users: users) == [
        "device sisDeviceId", "person adUserId", "browser adBrowserId", "stated adUserId",
      ])
    // An e-mail address turns the device's user into a person.
    try await fixture.load([["USER_ID": "device", "EMAIL": "d"]])
    #expect(try await fixture.resolve([["MAID": "d"]], users: users) == ["device adUserId"])
  }

  @Test func onlyRulesOfPresentColumnsAreApplied() async throws {
    let fixture = try await IdentityFixture()
    try await fixture.load([Self.row(Self.home, ["USER_ID": "u", "EMAIL": "e"])])
    let record = [Self.row(Self.home, ["EMAIL": "e"])]
    #expect(try await fixture.resolve(record, users: ["u"], kinds: [.email]) == ["u adUserId"])
    #expect(try await fixture.resolve(record, users: ["u"], kinds: [.firstName, .lastName, .address]) == [nil])
    #expect(try await fixture.resolve(record, users: ["u"], kinds: []) == [nil])
  }

  @Test func aMissingGraphMatchesNobody() async throws {
    let fixture = try await IdentityFixture()
    #expect(try await fixture.resolve([["EMAIL": "e"], ["PHONE": "1"]], users: ["u"]) == [nil, nil])
    #expect(try await fixture.store.storage.list(under: IdentityFixture.scope.folder()).isEmpty)
  }
}
