import FirstPartyData
import TestSupport
import Testing

@testable import Warehouse

/// Random people and records, resolved by the engine and by a model that knows nothing of links.
@Suite struct IdentityPropertyTests {
  /// The expected graph, as sets and dictionaries.
  private struct Model {
    var rows: [IdentityFixture.Row] = []

    private func values(_ row: IdentityFixture.Row, _ rule: MatchRule) -> [String]? {
      var values: [String] = []
      if rule.needsCountry {
        guard let country = row["COUNTRY_CODE"], country != "UNKNOWN" else { return nil }
        values.append(country)
      }
      for kind in rule.identifiers {
        guard let value = row[kind.rawValue] else { return nil }
        values.append(kind == .mobileAdvertisingID ? value.lowercased() : value)
      }
      return values
    }

    /// `user type`, or nil.
    func user(of record: IdentityFixture.Row) -> String? {
      for rule in MatchRule.allCases {
        guard let wanted = values(record, rule) else { continue }
        let users = Set(rows.filter { values($0, rule) == wanted }.compactMap { $0["USER_ID"] })
        if let user = users.first, users.count == 1 { return "\(user) \(type(of: user))" }
      }
      return nil
    }

    private func type(of user: String) -> String {
      let own = rows.filter { $0["USER_ID"] == user }
      let stated = Set(own.compactMap { $0["USER_ID_TYPE"] })
      if let first = ["adUserId", "sisDeviceId", "adBrowserId"].first(where: stated.contains) { return first }
      let isPerson = own.contains { row in
        MatchRule.allCases.contains { $0 != .mobileAdvertisingID && values(row, $0) != nil }
      }
      let isDevice = own.contains { values($0, .mobileAdvertisingID) != nil }
      return isDevice && !isPerson ? "sisDeviceId" : "adUserId"
    }
  }

  private func row(_ generator: inout SeededGenerator) -> IdentityFixture.Row {
    var row: IdentityFixture.Row = [:]
    for kind in IdentifierKind.allCases where Bool.random(using: &generator) {
      // Few names and many numbers, so that some values are of one person and others of several.
      let range = MatchRule.postalCode.identifiers.contains(kind) || kind == .city || kind == .state ? 2 : 30
      let number = Int.random(in: 0..<range, using: &generator)
      let value = kind == .mobileAdvertisingID ? "38400000-8cf0-11bd-b23e-0000000000\(number + 10)" : "v\(number)"
      row[kind.rawValue] = kind == .mobileAdvertisingID && Bool.random(using: &generator) ? value.uppercased() : value
    }
    row["COUNTRY_CODE"] = ["US", "CA", "UNKNOWN", nil, "US"].randomElement(using: &generator) ?? nil
    return row
  }

  @Test func theEngineAgreesWithTheModel() async throws {
    let seed = SeededGenerator.seed(standard: 41)
    var generator = SeededGenerator(seed: seed)
    let fixture = try await IdentityFixture()
    let users = (0..<12).map { "u\($0)" }
    var model = Model()
    var matched = 0
    for load in 0..<4 {
      let rows = (0..<14).map { _ in
        var row = row(&generator)
        row["USER_ID"] = users.randomElement(using: &generator)
        row["USER_ID_TYPE"] =
          ["adUserId", "sisDeviceId", "adBrowserId", nil, nil, nil, nil].randomElement(
            using: &generator) ?? nil
        return row
      }
      let mode = load == 2 ? IdentityLoader.Mode.replace : .append
      try await fixture.load(rows, mode: mode)
      model.rows = (mode == .replace ? [] : model.rows) + rows
      let records = (0..<300).map { _ in row(&generator) }
      let found = try await fixture.resolve(records, users: users)
      #expect(found == records.map(model.user(of:)), "seed \(seed), load \(load)")
      matched += found.count { $0 != nil }
    }
    #expect((100...1_100).contains(matched), "seed \(seed): the records are no test")
  }
}
