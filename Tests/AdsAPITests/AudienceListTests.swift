import AdsAPI
import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AudienceListTests {
  private func encoded(_ token: String) -> String {
    token.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? token
  }

  @Test(arguments: Door.allCases)
  func pagesContinueToTheEnd(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      var made: [String] = []
      for _ in 1...5 { made.append(try await client.createAudience()) }
      var seen: [String] = []
      var path = "?maxResults=2"
      var pageSizes: [Int] = []
      repeat {
        let page = try await client.audiences(.get, path)
        #expect(page.status == 200)
        pageSizes.append(page["executionMetadata"].elements.count)
        seen += page["executionMetadata"].elements.map { $0.members["audienceExecutionId"] }.compactMap {
          if case .string(let id)? = $0 { id } else { nil }
        }
        let token = page.text("nextToken")
        path = token.isEmpty ? "" : "?maxResults=2&nextToken=\(encoded(token))"
      } while !path.isEmpty
      #expect(seen == made.reversed())
      #expect(pageSizes == [2, 2, 1])
      let whole = try await client.audiences(.get)
      #expect(whole["executionMetadata"].elements.count == 5)
      #expect(whole["nextToken"] == .null)
    }
  }

  @Test(arguments: Door.allCases)
  func newAudiencesDoNotDisturbPages(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let old = try await client.createAudience()
      _ = try await client.createAudience()
      let first = try await client.audiences(.get, "?maxResults=1")
      _ = try await client.createAudience()
      let second = try await client.audiences(.get, "?nextToken=\(encoded(first.text("nextToken")))")
      #expect(second["executionMetadata"].elements.count == 1)
      #expect(second.text("executionMetadata", "0", "audienceExecutionId") == old)
    }
  }

  @Test(arguments: Door.allCases)
  func pageTokensAreBoundToTheirClient(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for _ in 1...2 { _ = try await client.createAudience() }
      let token = try await client.audiences(.get, "?maxResults=1").text("nextToken")
      #expect(!token.isEmpty)
      #expect(try await client.audiences(.get, "?nextToken=\(encoded(token))").status == 200)

      // Every single character counts.
      for offset in [0, token.count / 2, token.count - 1] {
        let index = token.index(token.startIndex, offsetBy: offset)
        var tampered = token
        tampered.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
        let answer = try await client.audiences(.get, "?nextToken=\(encoded(tampered))")
        #expect(answer.status == 400)
        #expect(answer.errorCode == "invalid_page_token")
      }
      for foreign in ["x", "2", String(repeating: "A", count: 5000), "%00", "null"] {
        #expect(try await client.audiences(.get, "?nextToken=\(foreign)").status == 400, "\(foreign.prefix(9))")
      }

      // Another client, on its own instance.
      let other = try await server.otherClient(client)
      let answer = try await other.audiences(
        .get, "?nextToken=\(encoded(token))",
        headers: [
          "Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.otherSetup.instanceID,
          "Amazon-Advertising-API-EntityId": Fixtures.otherSetup.accountID,
        ])
      #expect(answer.status == 400)
      // Another list of the same client.
      let instances = try await client.account(.get, "/amc/instances?nextToken=\(encoded(token))")
      #expect(instances.status == 400)
    }
  }

  @Test func pageTokensAreBoundToTheirInstance() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      for _ in 1...2 { _ = try await client.createAudience() }
      let token = try await client.audiences(.get, "?maxResults=1").text("nextToken")
      try await server.components.instances.grantAccess(
        clientID: client.clientID, accountID: Fixtures.otherSetup.accountID, at: server.clock.now)
      let answer = try await client.audiences(
        .get, "?nextToken=\(encoded(token))",
        headers: [
          "Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.otherSetup.instanceID,
          "Amazon-Advertising-API-EntityId": Fixtures.otherSetup.accountID,
        ])
      #expect(answer.status == 400)
      #expect(answer.errorCode == "invalid_page_token")
    }
  }

  @Test(arguments: Door.allCases)
  func theNumberOfResultsHasLimits(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for wrong in ["0", "101", "-1", "x", "1.5", "99999999999999999999", "1&maxResults=2"] {
        let answer = try await client.audiences(.get, "?maxResults=\(wrong)")
        #expect(answer.status == 400, "\(wrong)")
        #expect(answer.text("details").contains("maxResults"))
      }
      for right in ["1", "100"] { #expect(try await client.audiences(.get, "?maxResults=\(right)").status == 200) }
    }
  }

  @Test(arguments: Door.allCases)
  func aPageIsAtMostOneMegabyte(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let query = "SELECT user_id /* \(String(repeating: "ä\\\"", count: 40_000)) */"
      for _ in 1...8 { _ = try await client.createAudience(["query": "\"\(query)\""]) }
      var count = 0
      var path = ""
      repeat {
        let page = try await client.audiences(.get, path)
        #expect(page.status == 200)
        #expect(page.body.utf8.count <= 1_000_000)
        #expect(!page["executionMetadata"].elements.isEmpty)
        count += page["executionMetadata"].elements.count
        let token = page.text("nextToken")
        path = token.isEmpty ? "" : "?nextToken=\(encoded(token))"
      } while !path.isEmpty
      #expect(count == 8)
    }
  }
}
