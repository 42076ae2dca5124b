import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// The story of the README, from a token to an audience in the advertiser account.
@Suite(.hangLimit)
struct StoryTests {
  @Test(arguments: Door.allCases)
  func fromTokenToAdvertiserAccount(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      // A token
      let form =
        "grant_type=refresh_token&refresh_token=\(server.credentials.refreshToken.replacing("|", with: "%7C"))"
        + "&client_id=\(server.credentials.clientID)&client_secret=\(server.credentials.clientSecret)"
      let token = try await client.send(
        .post, "/auth/o2/token", body: form, headers: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(token.status == 200)
      #expect(token.text("token_type") == "bearer")
      #expect(token["expires_in"] == .integer(3600))
      var client = client
      client.token = token.text("access_token")

      // Accounts and instances
      let accounts = try await client.account(.get, "/amc/accounts")
      #expect(accounts.text("amcAccounts", "0", "accountId") == Fixtures.setup.accountID)
      let instances = try await client.account(.get, "/amc/instances")
      #expect(instances.text("instances", "0", "instanceId") == Fixtures.setup.instanceID)

      // The size of the audience
      let executions = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"
      let execution = try await client.account(
        .post, executions,
        body: """
          {"workflow": {"sqlQuery": "SELECT COUNT(DISTINCT user_id) AS reach FROM dsp_impressions"},
           "requireSyntheticData": true}
          """)
      #expect(execution.status == 200)
      #expect(execution.text("workflowExecution", "status") == "PENDING")
      let executionID = execution.text("workflowExecution", "workflowExecutionId")
      await server.jobs.waitUntilFinished(executionID)
      let finished = try await client.account(.get, "\(executions)/\(executionID)")
      #expect(finished.text("workflowExecution", "status") == "SUCCEEDED")
      let addresses = try await client.account(.get, "\(executions)/\(executionID)/downloadUrls")
      let address = try #require(URL(string: addresses.text("downloadUrls", "0")))
      let report = try await client.send(.get, "\(address.path())?\(address.query() ?? "")")
      #expect(report.status == 200)
      #expect(report.body == "reach\n5000\n")

      // The audience
      let id = try await client.createAudience()
      await server.jobs.waitUntilFinished(id)
      let audience = try await client.audiences(.get, "/\(id)")
      #expect(audience.text("status") == "SUCCEEDED")
      #expect(audience["audienceCount"] == .integer(5000))

      // The advertiser account
      let list = try await client.activation(
        "/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)",
        body: #"{"filters": [{"field": "audienceId", "values": ["\#(audience.text("dspCanonicalId"))"]}]}"#)
      #expect(list.text("audiences", "0", "audienceName") == "AMC AudienceDemo")
      #expect(list.text("audiences", "0", "category") == "Custom-built")
      #expect(list.text("audiences", "0", "subCategory") == "AMC")

      // A refused query
      server.queries.answer(
        queriesWith: "FROM conversions", .refuse(.audienceTableRequired, message: "Not here.", line: 1, column: 21))
      let refusedID = try await client.createAudience(["query": "\"SELECT user_id FROM conversions\""])
      await server.jobs.waitUntilFinished(refusedID)
      let refused = try await client.audiences(.get, "/\(refusedID)")
      #expect(refused.text("status") == "FAILED")
      #expect(
        refused.text("statusReason") == "Invalid tables in the SQL query: Use audience-specific tables in the query.")
    }
  }
}
