import Base
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct ProfileAPITests {
  private func ids(_ answer: Answer) throws -> [JSONValue] { try answer.json().elements.map { $0["profileId"] } }

  @Test(arguments: Door.allCases)
  func aClientSeesTheProfilesOfItsAccounts(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let list = try await client.send(.get, "/v2/profiles", headers: client.credentials)
      #expect(list.status == 200)
      #expect(
        try list.json()
          == .array([
            .object([
              "profileId": .integer(3_312_345_678_901_234), "countryCode": .string("US"),
              "currencyCode": .string("USD"), "timezone": .string("America/Los_Angeles"),
              "accountInfo": .object([
                "marketplaceStringId": .string("ATVPDKIKX0DER"), "id": .string(Fixtures.setup.accountID),
                "type": .string("agency"), "name": .string("Adyton Demo"), "validPaymentMethod": .boolean(true),
              ]),
            ]),
            .object([
              "profileId": .integer(5_512_345_678_901_234), "countryCode": .string("US"),
              "currencyCode": .string("USD"), "timezone": .string("America/Los_Angeles"),
              "accountInfo": .object([
                "marketplaceStringId": .string("ATVPDKIKX0DER"),
                "id": .string(Fixtures.setup.sponsoredAdsAdvertiserID), "type": .string("vendor"),
                "name": .string("demo (sponsored ads)"), "validPaymentMethod": .boolean(true),
              ]),
            ]),
          ]))
      let other = try await server.otherClient(client)
      let foreign = try await other.send(.get, "/v2/profiles", headers: other.credentials)
      #expect(try ids(foreign) == [.integer(4_412_345_678_901_234), .integer(6_612_345_678_901_234)])
      #expect(foreign.text("0", "countryCode") == "DE")
      #expect(foreign.text("0", "timezone") == "Europe/Paris")
    }
  }

  @Test func filtersHaveAnEffect() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let cases: [(query: String, count: Int)] = [
        ("profileTypeFilter=agency", 1), ("profileTypeFilter=vendor", 1), ("profileTypeFilter=seller", 0),
        ("profileTypeFilter=seller,vendor", 1), ("profileTypeFilter=seller,%20vendor,agency", 2),
        ("accessLevel=edit", 2), ("accessLevel=view&apiProgram=report", 2), ("validPaymentMethodFilter=true", 2),
        ("validPaymentMethodFilter=false", 0),
      ]
      for (query, count) in cases {
        let list = try await client.send(.get, "/v2/profiles?\(query)", headers: client.credentials)
        #expect(try list.json().elements.count == count, "\(query)")
      }
      for query in [
        "profileTypeFilter=x", "profileTypeFilter=vendor,x", "accessLevel=own", "apiProgram=dsp",
        "validPaymentMethodFilter=1",
      ] {
        let list = try await client.send(.get, "/v2/profiles?\(query)", headers: client.credentials)
        #expect(list.status == 400, "\(query)")
        #expect(list.errorCode == "invalid_query_parameter")
      }
      #expect(try await client.send(.get, "/v2/profiles").status == 400)
    }
  }

  @Test func oneProfileIsShown() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let own = try await client.send(
        .get, "/v2/profiles/\(Fixtures.setup.profileID)", headers: client.credentials)
      #expect(own.text("accountInfo", "type") == "agency")
      for id in [Fixtures.otherSetup.profileID, "1", "a%20b"] {
        let answer = try await client.send(.get, "/v2/profiles/\(id)", headers: client.credentials)
        #expect(answer.status == 404, "\(id)")
        #expect(answer.errorCode == "unknown_profile")
      }
    }
  }

  @Test func advertisersOfTheDSPAreListed() async throws {
    let server = try await TestServer()
    try await server.components.instances.addAdvertisers(
      (1...3).map { .init(kind: .display, id: "77\($0)", name: "More \($0)", marketplaceID: nil) },
      instanceID: Fixtures.setup.instanceID, at: Fixtures.now)
    try await server.run(.router) { client in
      let list = try await client.scoped(.get, "/dsp/advertisers")
      #expect(list.status == 200)
      #expect(list["totalResults"] == .integer(4))
      #expect(
        list["response", "0"]
          == .object([
            "advertiserId": .string(Fixtures.setup.displayAdvertiserID), "name": .string("demo (Amazon DSP)"),
            "country": .string("US"), "currency": .string("USD"), "timezone": .string("America/Los_Angeles"),
          ]))
      let page = try await client.scoped(.get, "/dsp/advertisers?startIndex=1&count=2")
      #expect(page["response"].elements.map { $0["advertiserId"] } == [.string("771"), .string("772")])
      #expect(page["totalResults"] == .integer(4))
      let some = try await client.scoped(.get, "/dsp/advertisers?advertiserIdFilter=773,%20771,nothing")
      #expect(some["totalResults"] == .integer(2))
      #expect(try await client.scoped(.get, "/dsp/advertisers/772").text("name") == "More 2")
      let missing = try await client.scoped(.get, "/dsp/advertisers/\(Fixtures.otherSetup.displayAdvertiserID)")
      #expect(missing.status == 404)
      #expect(missing.text("errors", "0", "errorType") == "unknown_advertiser")
      for query in ["startIndex=-1", "startIndex=29901", "count=0", "count=101", "advertiserIdFilter=,"] {
        #expect(try await client.scoped(.get, "/dsp/advertisers?\(query)").status == 400, "\(query)")
      }
      try await expectScope(client, .get, "/dsp/advertisers", body: nil)
    }
  }
}

/// The header of the scope is needed, has to be an identifier, and of an account of the client.
func expectScope(
  _ client: APIClient, _ method: HTTPRequest.Method, _ path: String, body: String?
) async throws {
  let cases: [(headers: APIClient.Headers, status: Int, code: String)] = [
    (["Amazon-Advertising-API-Scope": nil], 400, "missing_header"),
    (["Amazon-Advertising-API-Scope": "a b"], 400, "malformed_header"),
    (["Amazon-Advertising-API-Scope": "999"], 403, "profile_forbidden"),
    (["Amazon-Advertising-API-Scope": Fixtures.otherSetup.profileID], 403, "profile_forbidden"),
    (["Amazon-Advertising-API-ClientId": nil], 400, "missing_header"),
    (["Authorization": nil], 401, "missing_authorization"),
  ]
  for (headers, status, code) in cases {
    let answer = try await client.scoped(method, path, body: body, headers: headers)
    #expect(answer.status == status, "\(path) \(answer.body)")
    #expect(answer.errorCode == code, "\(path) \(answer.body)")
  }
}
