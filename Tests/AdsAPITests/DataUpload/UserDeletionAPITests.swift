import CleanRoom
import FirstPartyData
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct UserDeletionAPITests {
  private static let path = "/userDeletionRequest"
  private static let hash = String(repeating: "Ab", count: 32)

  private func body(_ identities: String...) -> String {
    #"{"targetIdentities": [\#(identities.joined(separator: ", "))]}"#
  }

  @Test func deletionRequestsSucceed() async throws {
    let server = try await TestServer()
    try await server.run(.live) { client in
      let created = try await client.ownData(
        .post, Self.path,
        body: body(
          #"{"hashedPii": {"EMAIL": "\#(Self.hash)", "COUNTRY_CODE": "us"}}"#,
          #"{"externalIdentity": {"type": "MAID", "value": "38400000-8cf0-11bd-b23e-10b96e40000d"}}"#,
          #"{"PHONE": "\#(Self.hash)"}"#, #"{"type": "LIVERAMP", "value": "XY123"}"#))
      #expect(created.status == 200, "\(created.body)")
      #expect(created.headers[.contentType] == "application/vnd.amcadvertiseruserdeletionrequest.v1+json")
      let id = created.text("userDeletionRequestId")
      await server.jobs.waitUntilFinished(id)
      let shown = try await client.ownData(.get, "\(Self.path)/\(id)")
      #expect(
        shown["identityDeletion"]
          == .object([
            "creationDateTime": .string("2025-06-01T12:00:00Z"), "identityCount": .integer(4),
            "status": .string("SUCCEEDED"), "userDeletionRequestId": .string(id),
          ]))
      let people = try #require(server.rows.calls.removedPeople.first)
      #expect(people.map { $0[.email] } == [Self.hash.lowercased(), nil, nil, nil])
      #expect(people.map { $0[.phone] } == [nil, nil, Self.hash.lowercased(), nil])
      #expect(people[0].countryCode == "US")
      #expect(people[3][.liveRamp] == "XY123")
      let list = try await client.ownData(.post, "\(Self.path)/list")
      #expect(list["userDeletions"].elements.count == 1)
      #expect(try await client.ownData(.get, "\(Self.path)/none").errorCode == "unknown_user_deletion")
      // Their identities are stored nowhere: not in the records, not among the objects.
      for file in FileManager.default.enumerator(atPath: server.folder.path)?.allObjects as? [String] ?? [] {
        let bytes = FileManager.default.contents(atPath: server.folder.file(file)) ?? Data()
        #expect(bytes.range(of: Data(Self.hash.lowercased().utf8)) == nil, "\(file)")
        #expect(bytes.range(of: Data("XY123".utf8)) == nil, "\(file)")
      }
    }
  }

  @Test func deletedPeopleLeaveAudiencesThatReadTheData() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet(DataSetBody.shops())
      // None of them would be refreshed by its rate.
      let reading = try await client.createAudience(
        ["query": #""SELECT user_id FROM Shops""#, "refreshRateDays": "0"])
      let members = try await client.createAudience(
        ["query": #""SELECT user_id FROM acme_AUDIENCE_members_0123abcd""#, "refreshRateDays": "0"])
      let other = try await client.createAudience(["refreshRateDays": "0"])
      for id in [reading, members, other] { await server.jobs.waitUntilFinished(id) }
      let made = try await client.ownData(
        .post, Self.path, body: body(#"{"type": "LIVERAMP", "value": "XY123"}"#))
      await server.jobs.waitUntilFinished(made.text("userDeletionRequestId"))
      await server.jobs.waitUntilFinished(reading, times: 2)
      await server.jobs.waitUntilFinished(members, times: 2)
      #expect(try await server.components.refreshRunner.work.dueCount() == 0)
      #expect(server.queries.runs.count == 5)
      // The window is the same: it was no regular refresh.
      #expect(Set(server.queries.runs.map(\.request.timeWindow)).count == 1)
    }
  }

  @Test(arguments: [
    (#"{}"#, "The field targetIdentities is missing"),
    (#"{"targetIdentities": []}"#, "targetIdentities must be 1 to 1000"),
    (#"{"targetIdentities": [{}]}"#, "targetIdentities[0] must have a hashed identifier"),
    (
      #"{"targetIdentities": [{"hashedPii": {"EMAIL": "a@example.com"}}]}"#,
      "targetIdentities[0].hashedPii.EMAIL must be hashed"
    ),
    (
      #"{"targetIdentities": [{"externalId": {"type": "SHOE", "value": "1"}}]}"#,
      "The field targetIdentities[0].externalId.type"
    ),
    (#"{"targetIdentities": [{"externalId": {"type": "MAID"}}]}"#, "The field targetIdentities[0].externalId.value"),
    (#"{"targetIdentities": [1]}"#, "The field targetIdentities[0] must be an object"),
  ])
  func requestsAreHeldToTheirRules(_ body: String, _ text: String) async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let answer = try await client.ownData(.post, Self.path, body: body)
      #expect(answer.status == 400)
      #expect(answer.text("details").hasPrefix(text), "\(answer.body)")
      // No identifier is repeated.
      #expect(!answer.body.contains("example.com"))
    }
  }

  @Test func aRequestMayNameTheDocumentedNumberOfPeople() async throws {
    let kinds = IdentifierKind.allCases.filter(\.isHashed).map { #""\#($0.rawValue)": "\#(Self.hash)""# }
    let person = #"{"hashedPii": {\#(kinds.joined(separator: ", "))}}"#
    let server = try await TestServer()
    try await server.run(.router) { client in
      let most = Array(repeating: person, count: 1000).joined(separator: ", ")
      let full = try await client.ownData(.post, Self.path, body: body(most))
      #expect(full.status == 200, "\(full.body)")
      let more = try await client.ownData(.post, Self.path, body: body(most, person))
      #expect(more.text("details").hasPrefix("targetIdentities must be 1 to 1000"))
    }
  }
}
