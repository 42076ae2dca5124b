import Base
import CleanRoom
import Foundation
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AuditAPITests {
  @Test(arguments: Door.allCases)
  func accountsSeeTheirAuditRecords(_ door: Door) async throws {
    let room = try await AdministrationServer()
    try await room.run(door) { client in
      let path = "/amc/instances/\(Fixtures.setup.instanceID)"
      #expect(try await client.account(.put, path, body: #"{"instanceName": "Secret name"}"#).status == 200)
      let answer = try await client.account(.get, "/adyton/audit")
      #expect(answer.status == 200, "\(answer.body)")
      let records = answer["auditRecords"].elements
      #expect(
        records.map { $0["action"] }
          == ["account.create", "instance.create", "account.grant", "instance.update"].map { .string($0) })
      #expect(records.last?["actorType"] == .string("CLIENT"))
      #expect(records.last?["actorId"] == .string(client.clientID))
      #expect(records.last?["subjectId"] == .string(Fixtures.setup.instanceID))
      #expect(records.last?["happenedAt"] == .string("2025-06-01T12:00:00Z"))
      #expect(records.last?["details"] == .object(["changed": .string("instanceName")]))
      #expect(records.first?["actorType"] == .string("OPERATOR"))
      #expect(!answer.body.contains(Fixtures.otherSetup.accountID))
      #expect(!answer.body.contains("Secret name"))

      var paged: [JSONValue] = []
      var next = "/adyton/audit?limit=3"
      repeat {
        let page = try await client.account(.get, next)
        paged += page["auditRecords"].elements
        next = page.text("nextToken").isEmpty ? "" : "/adyton/audit?limit=3&nextToken=\(page.text("nextToken"))"
      } while !next.isEmpty
      #expect(paged == records)
    }
  }

  @Test func onlyAdminsSeeTheAuditLog() async throws {
    let server = try await AdministrationServer().server
    try await server.run(.router) { client in
      for (role, status) in [(Role.viewer, 403), (.admin, 200)] {
        let user = try await server.addUser("\(role)@example.com", [Fixtures.setup.accountID: role])
        let token = try await server.consent(of: user).accessToken
        let answer = try await client.account(.get, "/adyton/audit", headers: ["Authorization": "Bearer \(token)"])
        #expect(answer.status == status, "\(role)")
        #expect(status == 200 || answer.errorCode == "viewer_forbidden")
      }
    }
  }

  @Test func strangersAndWrongRequestsAreRefused() async throws {
    let room = try await AdministrationServer()
    try await room.run { client in
      let stranger = try await client.account(.get, "/adyton/audit", headers: ["Authorization": nil])
      #expect(stranger.status == 401)
      let foreign = try await client.account(
        .get, "/adyton/audit", headers: ["Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID])
      #expect(foreign.status == 403)
      #expect(try await client.account(.get, "/adyton/audit?limit=0").status == 400)
      #expect(try await client.account(.get, "/adyton/audit?nextToken=x").status == 400)
      #expect(try await client.account(.delete, "/adyton/audit").status == 405)
    }
  }

  @Test func refusedActsAreNotRecorded() async throws {
    let room = try await AdministrationServer()
    let before = try await room.audited().count
    try await room.run { client in
      let path = "/amc/instances/\(Fixtures.setup.instanceID)"
      let update = try await client.account(.put, path, body: #"{"instanceName": "!"}"#)
      #expect(update.status == 400)
      #expect(try await client.account(.post, "/amc/instances", body: "{}").status == 400)
      #expect(try await client.account(.post, "\(path)/advertisers/updates", body: "{}").status == 400)
    }
    #expect(try await room.audited().count == before)
  }
}
