@testable import AdsAPI
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

/// Pages of the origins that the operator names can call the API from a browser; no other page can.
@Suite(.hangLimit)
struct OriginTests {
  private static let named = ["https://app.example.com", "http://localhost:3000"]
  private static let path = "/amc/accounts"

  private static func server() async throws -> TestServer {
    try await TestServer(configure: { dependencies, _ in dependencies.apiSettings.allowedOrigins = named })
  }

  @Test(arguments: Door.allCases)
  func aPreflightOfANamedOriginNeedsNoToken(_ door: Door) async throws {
    let server = try await Self.server()
    try await server.run(door) { client in
      for origin in Self.named {
        let answer = try await client.send(
          .options, Self.path,
          headers: [
            "Origin": origin, "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization, amazon-advertising-api-clientid",
          ])
        #expect(answer.status == 204, "\(answer.body)")
        #expect(answer.headers[.accessControlAllowOrigin] == origin)
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
        let headers = (answer.headers[.accessControlAllowHeaders] ?? "").lowercased()
        for name in [
          "authorization", "content-type", "accept", "amazon-advertising-api-clientid",
          "amazon-advertising-api-advertiserid", "amazon-advertising-api-entityid",
          "amazon-advertising-api-marketplaceid", "amazon-advertising-api-scope", "amazon-ads-clientid",
          "amazon-ads-accountid", "amazon-marketing-cloud-audience-instanceid", "idempotency-key", "prefer",
        ] {
          #expect(headers.split(separator: ",").contains { $0.drop { $0 == " " } == name }, "\(name)")
        }
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
          #expect(answer.headers[.accessControlAllowMethods]?.contains(method) == true)
        }
        #expect(answer.headers[.accessControlMaxAge] == "3600")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func responsesToANamedOriginCanBeReadByItsPages(_ door: Door) async throws {
    let server = try await Self.server()
    try await server.run(door) { client in
      let answer = try await client.account(.get, Self.path, headers: ["Origin": Self.named[0]])
      #expect(answer.status == 200)
      #expect(answer.headers[.accessControlAllowOrigin] == Self.named[0])
      #expect(answer.headers[values: .vary].contains { $0.contains("Origin") })
      let refused = try await client.send(.get, Self.path, headers: ["Origin": Self.named[0]])
      #expect(refused.status == 400)
      #expect(refused.headers[.accessControlAllowOrigin] == Self.named[0])
      let unknown = try await client.send(.get, "/nothing", headers: ["Origin": Self.named[0]])
      #expect(unknown.status == 404)
      #expect(unknown.headers[.accessControlAllowOrigin] == Self.named[0])
    }
  }

  @Test(arguments: Door.allCases)
  func otherOriginsAreNotAllowed(_ door: Door) async throws {
    let server = try await Self.server()
    try await server.run(door) { client in
      for origin in [
        "https://evil.example.com", "null", "*", "https://app.example.com.evil.example", "http://app.example.com",
      ] {
        let preflight = try await client.send(
          .options, Self.path, headers: ["Origin": origin, "Access-Control-Request-Method": "GET"])
        #expect(preflight.status == 405)
        let answer = try await client.account(.get, Self.path, headers: ["Origin": origin])
        #expect(answer.status == 200)
        for headers in [preflight.headers, answer.headers] {
          #expect(!headers.contains { $0.name.rawName.lowercased().hasPrefix("access-control") }, "\(origin)")
          #expect(headers[values: .vary].contains { $0.contains("Origin") })
        }
      }
    }
  }

  @Test func aServerWithoutNamedOriginsHasNoSuchHeaders() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let preflight = try await client.send(
        .options, Self.path, headers: ["Origin": Self.named[0], "Access-Control-Request-Method": "GET"])
      #expect(preflight.status == 405)
      let answer = try await client.account(.get, Self.path, headers: ["Origin": Self.named[0]])
      for headers in [preflight.headers, answer.headers] {
        #expect(!headers.contains { $0.name.rawName.lowercased().hasPrefix("access-control") })
      }
    }
  }

  @Test(arguments: [
    ("https://app.example.com", "https://app.example.com"), ("HTTPS://App.Example.com", "https://app.example.com"),
    ("http://localhost:3000", "http://localhost:3000"), ("https://app.example.com:443", "https://app.example.com"),
    ("https://app.example.com/", "https://app.example.com"), ("http://[::1]:80", "http://[::1]"),
  ])
  func anOriginIsWrittenAsBrowsersDo(_ text: String, _ expected: String) {
    #expect(WebOrigin(text)?.text == expected)
  }

  @Test(arguments: [
    "", "*", "null", "app.example.com", "ftp://app.example.com", "https://", "https://a b",
    "https://app.example.com/page", "https://app.example.com?x", "https://user@app.example.com",
    "https://*.example.com",
  ])
  func otherTextsAreNoOrigins(_ text: String) {
    #expect(WebOrigin(text) == nil)
  }
}
