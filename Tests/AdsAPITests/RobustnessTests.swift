@testable import AdsAPI
import Foundation
import HTTPTypes
import Hummingbird
import ServerTestSupport
import TestSupport
import Testing

/// Whatever a client sends, the server answers with a status in the 400s, says something, and keeps its secrets.
@Suite(.hangLimit)
struct RobustnessTests {
  @Test(arguments: Door.allCases)
  func unknownPathsAndMethodsHaveABody(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for path in ["/", "/nothing", "/amc", "/amc/audiences/query/a/b", "/downloads/", "/%00", "/../../etc/passwd"] {
        let answer = try await client.send(.get, path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.text("code") == "404")
        #expect(!answer.text("requestId").isEmpty)
      }
      let attempts: [(HTTPRequest.Method, String, String)] = [
        (.patch, "/amc/audiences/query", "GET, HEAD, POST"), (.put, "/amc/audiences/query", "GET, HEAD, POST"),
        (.post, "/amc/audiences/query/x", "DELETE, GET, HEAD, PUT"), (.get, "/auth/o2/token", "POST"),
        (.head, "/audiences/list", "POST"), (.delete, "/health", "GET, HEAD"), (.options, "/health", "GET, HEAD"),
        (.trace, "/amc/accounts", "GET, HEAD"),
      ]
      for (method, path, allowed) in attempts {
        let answer = try await client.send(method, path)
        #expect(answer.status == 405, "\(method) \(path)")
        #expect(answer.headers[.allow] == allowed, "\(method) \(path)")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func healthRevealsNothingElse(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.send(.get, "/health")
      #expect(answer.status == 200)
      #expect(answer.body == #"{"status":"ok"}"#)
      #expect(try await client.send(.head, "/health").body.isEmpty)
    }
  }

  @Test func aServerWithoutItsStoreIsUnhealthy() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try server.components.store.close()
      let health = try await client.send(.get, "/health")
      #expect(health.status == 503)
      // Internal errors are not shown outside, but something is said.
      let answer = try await client.audiences(.get)
      #expect(answer.status == 500)
      #expect(answer.text("details") == "The server could not do this. Its log has the cause, with the request's id.")
      #expect(answer.text("code") == "500")
      #expect(!answer.text("requestId").isEmpty)
    }
  }

  /// Values that have broken servers before.
  static let odd: [String] = [
    "null", "true", "-1", "0", "1e308", "-1e-308", "9223372036854775807", "9223372036854775808",
    "123456789012345678901234567890123456789012345", "1.0000000000000000000000000000000000000000001", "\"\"",
    "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\u{202E}\u{FEFF}\u{0301}\"", "\"\\u001f\\u007f\"", "[]", "{}", "[[[[[]]]]]",
    "{\"a\": {\"b\": [null]}}", "\"'; DROP TABLE audience; --\"", "\"%s%n%x\"", "\"../../../etc/passwd\"",
    "\"\(String(repeating: "A", count: 70_000))\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"",
    "\"2025-02-30T00:00:00Z\"",
  ]

  @Test(arguments: Door.allCases)
  func oddValuesNeverBreakTheServer(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let fields = [
        "audienceName", "audienceDescription", "advertiserId", "query", "workflowId", "timeWindowStart",
        "timeWindowEnd", "timeWindowRelative", "refreshRateDays", "parameterValues", "inputParameters", "unknown",
      ]
      for field in fields {
        for value in Self.odd {
          let created = try await client.audiences(.post, body: AudienceBody.json([field: value]))
          #expect(created.status == 200 || created.status == 400, "\(field): \(value.prefix(40))")
          let execution = try await client.account(
            .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions",
            body: "{\"workflow\": {\"sqlQuery\": \(value)}, \"parameterValues\": {\"\(field)\": \(value)}}")
          #expect(execution.status == 200 || execution.status == 400, "\(field): \(value.prefix(40))")
        }
      }
      let list = try await client.audiences(.get)
      #expect(list.status == 200)
    }
  }

  @Test(arguments: Door.allCases)
  func oddPathsAndQueriesNeverBreakTheServer(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let odd = [
        "%00", "%FF%FE", "%", "%zz", "%2e%2e%2f", "%F0%9F%98%80", "a%20b", "'%22", String(repeating: "a", count: 3000),
        "?maxResults=%00", "?maxResults", "?=", "?&&&", "?nextToken=%FF", "?maxResults=%EF%BC%91",
      ]
      for path in odd {
        for (method, prefix) in [
          (HTTPRequest.Method.get, "/"), (.put, "/"), (.delete, "/"),
        ] {
          let answer = try await client.audiences(
            method, prefix + path, body: method == .put ? AudienceBody.update() : nil)
          #expect((200..<500).contains(answer.status), "\(method) \(path.prefix(20))")
        }
        for prefix in ["/amc/instances/", "/amc/reporting/", "/downloads/", "/amc/accounts/"] {
          let answer = try await client.account(.get, prefix + path)
          #expect((200..<500).contains(answer.status), "\(prefix)\(path.prefix(20))")
        }
      }
    }
  }

  @Test func truncatedBodiesAreTheClientsFault() async throws {
    struct Broken: Error {}
    let body = AsyncThrowingStream<ByteBuffer, any Error> { stream in
      stream.yield(ByteBuffer(string: "{"))
      stream.finish(throwing: Broken())
    }
    let request = Request(
      head: HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"),
      body: RequestBody(asyncSequence: body))
    await #expect(throws: RequestError.bodyUnreadable) { _ = try await BodyReader.data(of: request) }
  }

  @Test(arguments: Door.allCases)
  func theLogContainsNoSecrets(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(
      queriesWith: "SECRET_QUERY", .refuse(.unknownColumn, message: "SECRET_REASON", line: 1, column: 1))
    try await server.run(door) { client in
      let id = try await client.createAudience([
        "query": "\"SELECT SECRET_QUERY\"", "audienceName": "\"SECRET_NAME\"",
      ])
      await server.jobs.waitUntilFinished(id)
      _ = try await client.audiences(.get, "/\(id)?secret=SECRET_PARAMETER")
      _ = try await client.audiences(.get, headers: ["Authorization": "Bearer SECRET_TOKEN"])
      _ = try await client.send(
        .post, "/auth/o2/token", body: "grant_type=refresh_token&refresh_token=SECRET_REFRESH",
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      _ = try await client.send(.get, "/downloads/\(id)/report.csv?expires=1&signature=SECRET_SIGNATURE")
      let log = server.log.text
      #expect(log.contains(#""route":"/amc/audiences/query/{audienceExecutionId}""#))
      #expect(log.contains(#""status":"200""#))
      #expect(log.contains(#""requestId":"#))
      #expect(log.contains(#""durationMs":"#))
      for secret in ["SECRET", "Atza", "Atzr", client.token, id, Fixtures.setup.accountID] {
        #expect(!log.contains(secret), "\(secret.prefix(12))")
      }
      for line in log.split(separator: "\n") {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      }
    }
  }
}
