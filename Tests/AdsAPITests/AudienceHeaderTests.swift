import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AudienceHeaderTests {
  /// An invalid header, the status, and the name in the response.
  static let refusals: [(headers: APIClient.Headers, status: Int, names: String)] = [
    (["Amazon-Advertising-API-ClientId": nil], 400, "Amazon-Advertising-API-ClientId"),
    (["Amazon-Advertising-API-ClientId": ""], 400, "Amazon-Advertising-API-ClientId"),
    (["Amazon-Advertising-API-ClientId": "someone-else"], 401, "Amazon-Advertising-API-ClientId"),
    (
      ["Amazon-Advertising-API-ClientId": String(repeating: "x", count: 300)], 400, "Amazon-Advertising-API-ClientId"
    ),
    (["Authorization": nil], 401, "Authorization"),
    (["Authorization": "Bearer"], 401, "Authorization"),
    (["Authorization": "Basic YTpi"], 401, "Authorization"),
    (["Authorization": "Bearer a b"], 401, "Authorization"),
    (["Authorization": "Bearer Atza|unknown"], 401, "Authorization"),
    (["Accept": nil], 400, "Accept"),
    (["Accept": "text/html"], 400, "Accept"),
    (["Accept": "application/vnd.amcquerybasedaudience.v9+json"], 400, "Accept"),
    (["Accept": "application/json;q=0"], 400, "Accept"),
    (["Amazon-Marketing-Cloud-Audience-InstanceId": nil], 400, "Amazon-Marketing-Cloud-Audience-InstanceId"),
    (["Amazon-Marketing-Cloud-Audience-InstanceId": "a b"], 400, "Amazon-Marketing-Cloud-Audience-InstanceId"),
    (
      ["Amazon-Marketing-Cloud-Audience-InstanceId": String(repeating: "a", count: 65)], 400,
      "Amazon-Marketing-Cloud-Audience-InstanceId"
    ),
    (["Amazon-Marketing-Cloud-Audience-InstanceId": "unknown"], 404, "instance"),
    (["Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.otherSetup.instanceID], 403, "instance"),
    (["Amazon-Advertising-API-EntityId": nil], 400, "Amazon-Advertising-API-EntityId"),
    (["Amazon-Advertising-API-EntityId": "ENTITY 1"], 400, "Amazon-Advertising-API-EntityId"),
    (["Amazon-Advertising-API-EntityId": Fixtures.otherSetup.accountID], 403, "account"),
    (["Amazon-Advertising-API-EntityId": nil, "Amazon-Advertising-API-AdvertiserId": "a/b"], 400, "AdvertiserId"),
  ]

  @Test(arguments: Door.allCases)
  func eachMissingOrMalformedHeaderIsNamed(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        for (method, path) in [(HTTPRequest.Method.post, ""), (.get, ""), (.get, "/x"), (.put, "/x"), (.delete, "/x")] {
          let answer = try await client.audiences(
            method, path, body: method == .get ? nil : "{}", headers: refusal.headers)
          #expect(answer.status == refusal.status, "\(method) \(path) \(refusal.headers)")
          #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
          #expect(answer.text("code") == String(refusal.status))
          #expect(!answer.text("requestId").isEmpty)
          #expect(!answer.errorCode.isEmpty)
        }
      }
    }
  }

  @Test(arguments: Door.allCases)
  func theEntityMayBeNamedAsTheAdvertiser(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.audiences(
        .get,
        headers: [
          "Amazon-Advertising-API-EntityId": nil,
          "Amazon-Advertising-API-AdvertiserId": Fixtures.setup.accountID,
        ])
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: Door.allCases)
  func repeatedHeadersAreNamed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      var fields = HTTPFields()
      fields[.accept] = "application/json"
      fields[.authorization] = "Bearer \(client.token)"
      for name in [
        "Amazon-Advertising-API-ClientId", "Amazon-Marketing-Cloud-Audience-InstanceId",
        "Amazon-Advertising-API-EntityId",
      ] {
        fields[try #require(HTTPField.Name(name))] =
          switch name {
          case "Amazon-Advertising-API-ClientId": client.clientID
          case "Amazon-Advertising-API-EntityId": Fixtures.setup.accountID
          default: Fixtures.setup.instanceID
          }
      }
      #expect(try await client.send(.get, "/amc/audiences/query", body: nil, fields: fields).status == 200)
      for field in fields where field.name != .accept {
        var doubled = fields
        doubled.append(HTTPField(name: field.name, value: field.value))
        let answer = try await client.send(.get, "/amc/audiences/query", body: nil, fields: doubled)
        #expect(answer.status == 400 || answer.status == 401)
        #expect(answer.text("details").contains(field.name.rawName), "\(answer.body)")
      }
    }
  }

  /// The types that a client accepts, and the type and fields that it gets.
  static let media: [(accept: String, type: String, hasCount: Bool, hasType: Bool)] = [
    ("application/vnd.amcquerybasedaudience.v1+json", "application/vnd.amcquerybasedaudience.v1+json", false, false),
    ("application/vnd.amcquerybasedaudience.v1.1+json", "application/vnd.amcquerybasedaudience.v1.1+json", true, false),
    ("application/vnd.amcquerybasedaudience.v1.2+json", "application/vnd.amcquerybasedaudience.v1.2+json", true, true),
    ("APPLICATION/JSON; charset=utf-8", "application/json", true, true),
    ("*/*", "application/vnd.amcquerybasedaudience.v1.2+json", true, true),
    (
      "text/html, application/json;q=0.5, application/vnd.amcquerybasedaudience.v1+json;q=0.9",
      "application/vnd.amcquerybasedaudience.v1+json", false, false
    ),
  ]

  @Test(arguments: Door.allCases)
  func aVersionHasItsOwnFieldsOnly(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await client.createAudience()
      await server.jobs.waitUntilFinished(id)
      for media in Self.media {
        let single = try await client.audiences(.get, "/\(id)", headers: ["Accept": media.accept])
        let list = try await client.audiences(.get, headers: ["Accept": media.accept])
        for (answer, audience) in [(single, try single.json()), (list, list["executionMetadata", "0"])] {
          #expect(answer.status == 200)
          #expect(answer.headers[.contentType] == media.type, "\(media.accept)")
          let names = Set(audience.members.keys)
          #expect(names.contains("audienceCount") == media.hasCount)
          #expect(names.contains("dspCanonicalId") == media.hasCount)
          for name in ["advertiserType", "audienceType", "parameterValues", "no3pTrackers"] {
            #expect(names.contains(name) == media.hasType, "\(media.accept) \(name)")
          }
          #expect(names.contains("dspAudienceId"))
        }
      }
    }
  }

  @Test(arguments: Door.allCases)
  func errorsHaveTheAcceptedMediaType(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let vendor = try await client.audiences(.get, "/unknown")
      #expect(vendor.headers[.contentType] == "application/vnd.amcquerybasedaudience.v1+json")
      let plain = try await client.audiences(.get, "/unknown", headers: ["Accept": "application/json"])
      #expect(plain.headers[.contentType] == "application/json")
    }
  }
}
