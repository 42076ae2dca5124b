import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct CollaborationAPITests {
  static let operations: [(HTTPRequest.Method, String)] = [
    (.get, ""), (.post, "/idmappingtables"), (.post, "/idmappingtables/list"), (.delete, "/idmappingtables/a"),
    (.get, "/idmappingtables/a/jobTracker/b"), (.post, "/idmappingtables/a/jobs/list"),
    (.get, "/idmappingtables/a/jobs/b"), (.post, "/idmappingtables/a/refresh"), (.post, "/idnamespaces/list"),
  ]

  @Test(arguments: Door.allCases)
  func collaborationsAreNotAvailableHere(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for (method, path) in Self.operations {
        let own = "/amc/instances/\(Fixtures.setup.instanceID)/collaboration\(path)"
        let answer = try await client.account(method, own, body: method == .post ? "{}" : nil)
        #expect(answer.status == 400, "\(path) \(answer.body)")
        #expect(answer.errorCode == "unavailable_feature", "\(path)")
        #expect(answer.text("details").contains("not available here"), "\(path)")
        let stranger = try await client.account(method, own, headers: ["Authorization": nil])
        #expect(stranger.status == 401, "\(path)")
        let foreign = try await client.account(
          method, "/amc/instances/\(Fixtures.otherSetup.instanceID)/collaboration\(path)")
        #expect(foreign.status == 403, "\(path)")
        let unknown = try await client.account(method, "/amc/instances/no/collaboration\(path)")
        #expect(unknown.status == 404, "\(path)")
      }
    }
  }
}
