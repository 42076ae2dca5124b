import AdvertiserData
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import Testing

@Suite struct ConnectionAPITests {
  private typealias Steps = AudienceServer

  @Test(arguments: Door.allCases)
  func connectionsShowNames(_ door: Door) async throws {
    let steps = try await AudienceServer()
    try await steps.run(door) { client in
      let id = try await steps.connect(client)
      let list = try await client.account(.get, Steps.connections)
      #expect(list.status == 200)
      #expect(list["connections"].elements.count == 1)
      let shown = list["connections", "0"]
      #expect(shown["connectionId"] == .string(id))
      #expect(shown["amcAccountId"] == .string(Steps.setup.accountID))
      #expect(shown["amcAccountName"] == .string(Steps.setup.accountName))
      #expect(shown["amcAccountMarketplaceId"] == .string(Steps.setup.marketplaceID))
      #expect(shown["amcInstanceId"] == .string(Steps.setup.instanceID))
      #expect(shown["amcInstanceName"] == .string(Steps.setup.instanceName))
      #expect(shown["dspAdvertiserId"] == .string(Steps.setup.displayAdvertiserID))
      #expect(shown["dspAdvertiserName"] == .string("other (Amazon DSP)"))
      #expect(shown["dspAdvertiserCountryCode"] == .string("DE"))
      #expect(shown["dspAdvertiserRegion"] == .string("EU"))
      #expect(shown["dataUploadAwsAccountId"] == .string("000000000000"))
      #expect(shown["dspProfileId"] == .string(Steps.setup.profileID))
      #expect(shown["clientId"] == .string(client.clientID))
      #expect(shown["isDefault"] == .boolean(true))
      #expect(shown["creationDateTime"] == .string("2025-06-01T12:00:00Z"))
    }
  }

  /// The ids of the connections and which of them is the default.
  private func list(_ client: APIClient, _ query: String = "") async throws -> [String] {
    try await client.account(.get, Steps.connections + query)["connections"].elements.map { connection in
      guard case .string(let id) = connection["connectionId"] else { return "" }
      return id + (connection["isDefault"] == .boolean(true) ? "*" : "")
    }
  }

  @Test func thereIsAlwaysOneDefaultConnection() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      for id in ["a", "b", "c"] {
        let isDefault = id == "b"
        let made = try await steps.connect(client, ["connectionId": "\"\(id)\"", "isDefault": "\(isDefault)"])
        #expect(made == id)
      }
      #expect(try await list(client) == ["a", "b*", "c"])
      #expect(try await list(client, "?isDefault=true") == ["b*"])
      #expect(try await list(client, "?isDefault=false&connectionId=") == ["a", "b*", "c"])
      #expect(try await list(client, "?connectionId=c") == ["c"])
      // When the default is deleted, the oldest connection replaces it.
      #expect(try await client.account(.delete, Steps.connections + "?connectionId=b").status == 204)
      #expect(try await list(client) == ["a*", "c"])
      #expect(try await client.account(.delete, Steps.connections + "?connectionId=c").status == 204)
      #expect(try await list(client) == ["a*"])
      #expect(try await client.account(.delete, Steps.connections).status == 204)
      #expect(try await list(client) == [])
      #expect(try await client.account(.delete, Steps.connections).status == 204)
    }
  }

  @Test func aConnectionNeedsOneSideOnly() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      _ = try await steps.connect(client, instance: true, advertiser: false)
      _ = try await steps.connect(client, instance: false, advertiser: true)
      let list = try await client.account(.get, Steps.connections)
      #expect(list["connections", "0", "dspAdvertiserId"] == .null)
      #expect(list["connections", "0", "dataUploadAwsAccountId"] == .string("000000000000"))
      #expect(list["connections", "1", "amcInstanceId"] == .null)
      #expect(list["connections", "1", "dataUploadAwsAccountId"] == .null)
    }
  }

  @Test func connectionsBelongToTheirClient() async throws {
    let steps = try await AudienceServer()
    try await steps.server.run(.router) { stranger in
      let client = try await steps.server.otherClient(stranger)
      let id = try await steps.connect(client, ["connectionId": #""mine""#])
      #expect(try await list(stranger) == [])
      for method in [HTTPRequest.Method.get, .delete] {
        let answer = try await stranger.account(method, Steps.connections + "?connectionId=\(id)")
        #expect(answer.status == 404)
        #expect(answer.errorCode == "unknown_connection")
      }
      #expect(try await list(client) == ["mine*"])
    }
  }

  /// Members of the body, status, code and the name in the message.
  static let refusals: [(members: [String: String], status: Int, code: String, names: String)] = [
    ([:], 400, "invalid_field", "amcInstanceId"),
    (["amcInstanceId": #""\#(Fixtures.otherSetup.instanceID)""#], 400, "invalid_field", "amcAccountId"),
    (["amcAccountId": #""\#(Fixtures.otherSetup.accountID)""#], 400, "invalid_field", "amcInstanceId"),
    (["dspAdvertiserId": #""\#(Fixtures.otherSetup.displayAdvertiserID)""#], 400, "invalid_field", "dspProfileId"),
    (["dspProfileId": #""\#(Fixtures.otherSetup.profileID)""#], 400, "invalid_field", "dspAdvertiserId"),
    (
      ["amcInstanceId": #""\#(Fixtures.setup.instanceID)""#, "amcAccountId": #""\#(Fixtures.setup.accountID)""#], 403,
      "account_forbidden", "account"
    ),
    (
      ["amcInstanceId": #""\#(Fixtures.setup.instanceID)""#, "amcAccountId": #""\#(Fixtures.otherSetup.accountID)""#],
      403, "instance_forbidden", "instance"
    ),
    (
      [
        "amcInstanceId": #""\#(Fixtures.otherSetup.instanceID)""#,
        "amcAccountId": #""\#(Fixtures.otherSetup.accountID)""#, "amcAccountMarketplaceId": #""ATVPDKIKX0DER""#,
      ], 400, "marketplace_mismatch", "marketplace"
    ),
    (
      ["dspAdvertiserId": #""1""#, "dspProfileId": #""\#(Fixtures.setup.profileID)""#], 403, "profile_forbidden",
      "profile"
    ),
    (
      ["dspAdvertiserId": #""1""#, "dspProfileId": #""\#(Fixtures.otherSetup.profileID)""#], 403,
      "advertiser_forbidden", "advertiser"
    ),
    // A sponsored ads advertiser is no DSP advertiser.
    (
      [
        "dspAdvertiserId": #""\#(Fixtures.otherSetup.sponsoredAdsAdvertiserID)""#,
        "dspProfileId": #""\#(Fixtures.otherSetup.profileID)""#,
      ], 403, "advertiser_forbidden", "advertiser"
    ),
    (["amcInstanceId": "7"], 400, "wrong_type", "amcInstanceId"),
    (["isDefault": #""yes""#], 400, "wrong_type", "isDefault"),
    (["colour": #""red""#], 400, "unknown_field", "colour"),
  ]

  @Test func refusalsNameTheProblem() async throws {
    let steps = try await AudienceServer(isStrict: true)
    try await steps.run { client in
      for refusal in Self.refusals {
        let answer = try await client.account(.post, Steps.connections, body: Steps.object(refusal.members))
        #expect(answer.status == refusal.status, "\(refusal.members) \(answer.body)")
        #expect(answer.errorCode == refusal.code, "\(answer.body)")
        #expect(answer.text("message").contains(refusal.names), "\(answer.body)")
      }
      #expect(try await list(client) == [])
    }
  }

  @Test func idsAreUniqueAndPlain() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      _ = try await steps.connect(client, ["connectionId": #""mine""#])
      let target = [
        "dspAdvertiserId": #""\#(Steps.setup.displayAdvertiserID)""#, "dspProfileId": #""\#(Steps.setup.profileID)""#,
      ]
      let codes = ["mine": "connection_exists", "a b": "invalid_field", "a/b": "invalid_field"]
      for (id, code) in codes {
        let answer = try await client.account(
          .post, Steps.connections, body: Steps.object(target.merging(["connectionId": "\"\(id)\""]) { $1 }))
        #expect(answer.status == 400)
        #expect(answer.errorCode == code, "\(id)")
      }
    }
  }

  @Test func aClientHasAHundredConnectionsAtMost() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      for _ in 0..<ConnectionService.countLimit { _ = try await steps.connect(client, instance: false) }
      let body = [
        "dspAdvertiserId": #""\#(Steps.setup.displayAdvertiserID)""#, "dspProfileId": #""\#(Steps.setup.profileID)""#,
      ]
      let answer = try await client.account(.post, Steps.connections, body: Steps.object(body))
      #expect(answer.status == 400)
      #expect(answer.errorCode == "too_many_connections")
    }
  }
}
