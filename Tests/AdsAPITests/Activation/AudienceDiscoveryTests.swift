import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AudienceDiscoveryTests {
  private static let path = "/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)"

  private func audience(
    _ name: String, _ server: TestServer, _ client: APIClient, advertiserID: String? = nil
  ) async throws -> String {
    var fields = ["audienceName": "\"\(name)\""]
    if let advertiserID { fields["advertiserId"] = "\"\(advertiserID)\"" }
    let id = try await client.createAudience(fields)
    await server.jobs.waitUntilFinished(id)
    return id
  }

  @Test(arguments: Door.allCases)
  func audiencesAreListedAsInTheAccount(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await audience("Cart", server, client)
      let made = try await client.audiences(.get, "/\(id)")
      let list = try await client.activation(Self.path, body: #"{"adType": "DSP"}"#)
      #expect(list.status == 200)
      #expect(list.headers[.contentType] == "application/json")
      #expect(
        try list.json()
          == .object([
            "matchCount": .integer(1),
            "audiences": .array([
              .object([
                "audienceId": made["dspCanonicalId"], "audienceName": .string("AMC Cart"),
                "category": .string("Custom-built"), "subCategory": .string("AMC"), "status": .string("Active"),
                "createDate": .string("2025-06-01T12:00:00Z"), "updateDate": .string("2025-06-01T12:00:00Z"),
                "description": .string("Audience created for Audience Demo"),
                "forecasts": .object([
                  "inventoryForecasts": .object([
                    "all": .object([
                      "dailyImpressions": .object([:]),
                      "dailyReach": .object([
                        "lowerBoundInclusive": .integer(5000), "upperBoundExclusive": .integer(5100),
                      ]),
                    ])
                  ])
                ]),
              ])
            ]),
          ]))
    }
  }

  @Test(arguments: Door.allCases)
  func onlyFinishedAudiencesOfDisplayAdvertisersAppear(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(door) { client in
      let sponsoredID = Fixtures.setup.sponsoredAdsAdvertiserID
      let sponsored = try await audience("Sponsored", server, client, advertiserID: sponsoredID)
      #expect(try await client.audiences(.get, "/\(sponsored)").text("advertiserType") == "SPONSORED_ADS")
      let failed = try await client.createAudience(["query": "\"SELECT bad\""])
      await server.jobs.waitUntilFinished(failed)
      for advertiser in [Fixtures.setup.displayAdvertiserID, sponsoredID, "unknown"] {
        let list = try await client.activation("/audiences/list?advertiserId=\(advertiser)", body: "{}")
        #expect(list["matchCount"] == .integer(0), "\(advertiser)")
      }
      let display = try await client.activation("/audiences/list", body: #"{"adType": "SD"}"#)
      #expect(display["audiences"] == .array([]))
    }
  }

  @Test(arguments: Door.allCases)
  func filtersAndPagesWork(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for index in 1...3 { _ = try await audience("Cart \(index)", server, client) }
      _ = try await audience("Other", server, client)
      let filter = #"{"filters": [{"field": "audienceName", "values": ["cart"]}]}"#
      let first = try await client.activation(Self.path + "&maxResults=2", body: filter)
      #expect(first["matchCount"] == .integer(3))
      #expect(first["audiences"].elements.count == 2)
      #expect(first.text("audiences", "0", "audienceName") == "AMC Cart 1")
      let token = first.text("nextToken")
      let second = try await client.activation(Self.path + "&maxResults=2&nextToken=\(token)", body: filter)
      #expect(second.text("audiences", "0", "audienceName") == "AMC Cart 3")
      #expect(second["nextToken"] == .null)
      // The token belongs to the request that it came with.
      #expect(try await client.activation(Self.path + "&nextToken=\(token)", body: "{}").status == 400)
      let not = try await client.activation(
        Self.path, body: #"{"filters": [{"field": "audienceName", "operator": "NOT_EQ", "values": ["cart"]}]}"#)
      #expect(not["matchCount"] == .integer(1))
      let whole = try await client.activation(Self.path)
      #expect(whole["matchCount"] == .integer(4))
    }
  }

  @Test func sizesAreRounded() async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "dsp_impressions", .count(2199))
    try await server.run(.router) { client in
      _ = try await audience("Cart", server, client)
      let list = try await client.activation(Self.path, body: "{}")
      let reach = list["audiences", "0", "forecasts", "inventoryForecasts", "all", "dailyReach"]
      #expect(reach["lowerBoundInclusive"] == .integer(2100))
      #expect(reach["upperBoundExclusive"] == .integer(2200))
      #expect(!list.body.contains("2199"))
    }
  }

  /// A deactivated audience has no members, and can be listed.
  @Test func aDeactivatedAudienceIsShownAsSuch() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let id = try await audience("Cart", server, client)
      _ = try await audience("Other", server, client)
      try await server.deactivate(audienceID: id)
      let body = #"{"filters": [{"field": "status", "values": ["Deactivated"]}]}"#
      let list = try await client.activation(Self.path, body: body)
      #expect(list["matchCount"] == .integer(1))
      #expect(list.text("audiences", "0", "audienceName") == "AMC Cart")
      #expect(list.text("audiences", "0", "status") == "Deactivated")
      let reach = list["audiences", "0", "forecasts", "inventoryForecasts", "all", "dailyReach"]
      #expect(reach["lowerBoundInclusive"] == .integer(0))
    }
  }

  @Test func everyFilterHasAnEffect() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let id = try await audience("Cart", server, client)
      _ = try await audience("Other", server, client)
      let canonicalID = try await client.audiences(.get, "/\(id)").text("dspCanonicalId")
      let cases: [(filter: String, count: Int64)] = [
        (#"{"field": "audienceId", "values": ["\#(canonicalID)"]}"#, 1),
        (#"{"field": "audienceId", "values": ["1"]}"#, 0),
        (#"{"field": "category", "values": ["custom-built"]}"#, 2),
        (#"{"field": "category", "operator": "NOT_EQ", "values": ["Custom-built"]}"#, 0),
        (#"{"field": "categoryPath", "values": ["Custom-built/AMC"]}"#, 2),
        (#"{"field": "subCategory", "values": ["AMC"]}"#, 2),
        (#"{"field": "subCategory", "operator": "NOT_EQ", "values": ["AMC"]}"#, 0),
        (#"{"field": "status", "values": ["Active", "Failed"]}"#, 2),
        (#"{"field": "audienceName", "values": []}"#, 0),
      ]
      for (filter, count) in cases {
        let list = try await client.activation(Self.path, body: #"{"filters": [\#(filter)]}"#)
        #expect(list["matchCount"] == .integer(count), "\(filter)")
      }
      for (country, count) in [("US", Int64(2)), ("us", 2), ("DE", 0)] {
        let list = try await client.activation(Self.path, body: #"{"countries": ["\#(country)"]}"#)
        #expect(list["matchCount"] == .integer(count), "\(country)")
      }
    }
  }

  /// Path, body, headers, status, and the name in the response.
  static let refusals: [(path: String, body: String, headers: APIClient.Headers, status: Int, names: String)] = [
    (path, "{}", ["Amazon-Advertising-API-Scope": nil], 400, "Amazon-Advertising-API-Scope"),
    (path, "{}", ["Amazon-Advertising-API-Scope": "a b"], 400, "Amazon-Advertising-API-Scope"),
    (path, "{}", ["Amazon-Advertising-API-Scope": "999"], 403, "profile"),
    (path, "{}", ["Amazon-Advertising-API-Scope": Fixtures.otherSetup.profileID], 403, "profile"),
    (path, "{}", ["Amazon-Advertising-API-ClientId": nil], 400, "Amazon-Advertising-API-ClientId"),
    (path, "{}", ["Authorization": nil], 401, "Authorization"),
    ("/audiences/list", "{}", [:], 400, "advertiserId"),
    (path + "&maxResults=0", "{}", [:], 400, "maxResults"),
    (path + "&maxResults=251", "{}", [:], 400, "maxResults"),
    (path + "&canTarget=perhaps", "{}", [:], 400, "canTarget"),
    (path, #"{"adType": "TV"}"#, [:], 400, "adType"),
    (path, #"{"filters": {}}"#, [:], 400, "filters"),
    (path, #"{"filters": [1]}"#, [:], 400, "filters"),
    (path, #"{"filters": [{}]}"#, [:], 400, "filters.field"),
    (path, #"{"filters": [{"field": "size", "values": []}]}"#, [:], 400, "filters.field"),
    (path, #"{"filters": [{"field": "status", "operator": "GT"}]}"#, [:], 400, "filters.operator"),
    (path, #"{"filters": [{"field": "status", "values": [1]}]}"#, [:], 400, "filters.values"),
    (path, #"{"countries": ["US", "DE"]}"#, [:], 400, "countries"),
    (path, #"{"else": 1}"#, [:], 400, "else"),
  ]

  @Test(arguments: Door.allCases)
  func refusalsNameTheProblem(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.activation(refusal.path, body: refusal.body, headers: refusal.headers)
        #expect(answer.status == refusal.status, "\(refusal.body) \(answer.body)")
        #expect(answer.text("message").contains(refusal.names), "\(answer.body)")
        #expect(answer.text("errors", "0", "errorType") == answer.errorCode)
        #expect(!answer.text("requestId").isEmpty)
      }
    }
  }
}
