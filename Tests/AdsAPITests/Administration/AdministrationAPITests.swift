import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AdministrationAPITests {
  @Test(arguments: Door.allCases)
  func aClientSeesItsOwnAccounts(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.account(.get, "/amc/accounts")
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == "application/vnd.amcaudiencesconnections.v1+json")
      #expect(
        try answer.json()
          == .object([
            "amcAccounts": .array([
              .object([
                "accountId": .string(Fixtures.setup.accountID), "accountName": .string("Adyton Demo"),
                "marketplaceId": .string(Fixtures.setup.marketplaceID),
              ])
            ])
          ]))
    }
  }

  @Test(arguments: Door.allCases)
  func instancesHaveTheRequiredMembers(_ door: Door) async throws {
    var options = TestServer.Options()
    options.publicURL = "https://amc.example.com/"
    let server = try await TestServer(options)
    try await server.run(door) { client in
      let expected: [String: JSONValue] = [
        "advertiserTypes": .array([.string("DISPLAY"), .string("SPONSORED_ADS")]),
        "acrCollaboration": .null, "optionalDatasets": .array([]),
        "apiEndpoint": .string("https://amc.example.com"), "awsAccountId": .string(""),
        "creationDatetime": .string("2025-06-01T12:00:00Z"), "creationStatus": .string("COMPLETED"),
        "customerCanonicalName": .string("demo"), "dataUploadAwsAccountId": .string("000000000000"),
        "entities": .array([.string(Fixtures.setup.accountID)]),
        "instanceId": .string(Fixtures.setup.instanceID), "instanceName": .string("demo"),
        "instanceType": .string("SANDBOX"), "s3BucketName": .string(""),
      ]
      let list = try await client.account(.get, "/amc/instances")
      #expect(list.status == 200)
      #expect(list.headers[.contentType] == "application/vnd.amcinstances.v1+json")
      #expect(list["instances", "0"].members == expected)
      #expect(list["instances"].elements.count == 1)
      let single = try await client.account(.get, "/amc/instances/\(Fixtures.setup.instanceID)")
      #expect(single["instance"].members == expected)
    }
  }

  @Test(arguments: Door.allCases)
  func advertisersAreListedByType(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let path = "/amc/instances/\(Fixtures.setup.instanceID)/advertisers"
      let all = try await client.account(.get, path)
      #expect(all["totalCount"] == .integer(2))
      #expect(all["advertisers"].elements.count == 2)
      let display = try await client.account(.get, path + "?type=DISPLAY")
      #expect(display.text("advertisers", "0", "id") == Fixtures.setup.displayAdvertiserID)
      #expect(display["advertisers", "0", "marketplaceId"] == .null)
      let sponsored = try await client.account(.get, path + "?type=SPONSORED_ADS")
      #expect(sponsored.text("advertisers", "0", "marketplaceId") == Fixtures.setup.marketplaceID)
      let none = try await client.account(.get, path + "?type=SAS")
      #expect(none["totalCount"] == .integer(0))
      #expect(try await client.account(.get, path + "?type=OTHER").status == 400)

      let first = try await client.account(.get, path + "?limit=1")
      #expect(first["totalCount"] == .integer(2))
      let token = first.text("nextToken")
      let second = try await client.account(.get, path + "?limit=1&nextToken=\(token)")
      #expect(second["advertisers"].elements.count == 1)
      #expect(second["nextToken"] == .null)
      #expect(second.text("advertisers", "0", "id") != first.text("advertisers", "0", "id"))
      // The token belongs to the list without a type.
      #expect(try await client.account(.get, path + "?type=DISPLAY&nextToken=\(token)").status == 400)
    }
  }

  @Test(arguments: Door.allCases)
  func instancesAreListedInPages(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.components.store.write { transaction in
      for index in 1...4 {
        try transaction.insert(
          InstanceRecord(
            id: "extra\(index)", accountID: Fixtures.setup.accountID, name: "extra", kind: .standard,
            createdAt: Fixtures.now))
      }
    }
    try await server.run(door) { client in
      var count = 0
      var path = "/amc/instances?limit=2"
      repeat {
        let page = try await client.account(.get, path)
        count += page["instances"].elements.count
        let token = page.text("nextToken")
        path = token.isEmpty ? "" : "/amc/instances?limit=2&nextToken=\(token)"
      } while !path.isEmpty
      #expect(count == 5)
    }
  }

  /// Path, headers, and the status of the answer.
  static let refusals: [(path: String, headers: APIClient.Headers, status: Int)] = [
    ("/amc/accounts", ["Authorization": nil], 401),
    ("/amc/accounts", ["Amazon-Advertising-API-ClientId": nil], 400),
    ("/amc/accounts?nextToken=x", [:], 400),
    ("/amc/accounts", ["Accept": "text/html"], 400),
    ("/amc/instances", ["Authorization": nil], 401),
    ("/amc/instances", ["Amazon-Advertising-API-AdvertiserId": nil], 400),
    ("/amc/instances", ["Amazon-Advertising-API-MarketplaceId": nil], 400),
    ("/amc/instances", ["Amazon-Advertising-API-MarketplaceId": "A1PA6795UKMFR9"], 400),
    ("/amc/instances", ["Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID], 403),
    ("/amc/instances?limit=0", [:], 400),
    ("/amc/instances?limit=101", [:], 400),
    ("/amc/instances/unknown", [:], 404),
    ("/amc/instances/\(Fixtures.otherSetup.instanceID)", [:], 403),
    ("/amc/instances/unknown/advertisers", [:], 404),
    ("/amc/instances/%00/advertisers", [:], 404),
    ("/amc/instances/\(Fixtures.otherSetup.instanceID)/advertisers", [:], 403),
  ]

  @Test(arguments: Door.allCases)
  func refusalsHaveTheBodyOfTheirArea(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.account(.get, refusal.path, headers: refusal.headers)
        #expect(answer.status == refusal.status, "\(refusal.path) \(refusal.headers) \(answer.body)")
        if refusal.path.hasPrefix("/amc/accounts") {
          #expect(!answer.text("message").isEmpty)
          #expect(!answer.text("requestId").isEmpty)
        } else {
          #expect(answer.text("code") == String(refusal.status))
          #expect(!answer.text("details").isEmpty)
        }
      }
    }
  }
}
