import Base
import CleanRoom
import Foundation

/// The demo's story, told over HTTP: from a token to an audience in the advertiser account, from a customer file to an
/// audience of customers, from there to a campaign that bids for people like them, and one refusal.
struct DemoStory {
  var client: DemoClient
  /// The first day of signals, and the day after the last one, both at 00:00 UTC.
  let window: (start: Date, end: Date)
  let customers: DemoCustomers
  let isTerminal: Bool

  /// What the demo looks for: people who put something into their cart.
  private static let condition = "WHERE conversion_event_subtype = 'shoppingCart'"
  private static let sizeQuery =
    "SELECT COUNT(DISTINCT user_id) AS users FROM amazon_attributed_events_by_conversion_time \(condition)"
  private static let audienceQuery =
    "SELECT user_id FROM amazon_attributed_events_by_conversion_time_for_audiences \(condition)"
  private static let refusedQuery = "SELECT user_id, campaign FROM dsp_impressions"
  /// How long between two questions for a status, and how often it is asked at most.
  private static let pollInterval = Duration.milliseconds(200)
  private static let pollCountLimit = 3000

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  mutating func tell() async throws {
    chapter("Get a token (Login with Amazon, refresh_token grant)")
    let token = try await client.token()
    show("POST /auth/o2/token", "grant_type=refresh_token&refresh_token=Atzr|…", token)
    client.token = token.text("access_token") ?? ""

    chapter("List accounts, instances and advertisers")
    for path in ["/amc/accounts", "/amc/instances", "/amc/instances/\(client.setup.instanceID)/advertisers"] {
      show("GET \(path)", nil, try await client.account("GET", path))
    }

    chapter("How large would the audience be? Measure it; not a single user is shown")
    let users = try await measure(Self.sizeQuery)
    Output.line("\nThe result has one line: \(users.last ?? "no") users.")

    chapter("Create the audience from the same condition")
    let audience = try await createAudience(named: "Shopping cart, last 30 days", Self.audienceQuery)

    Output.line(
      """

      It has fewer users than were measured: those without an adUserId, who opted out or who may be children are \
      left out, and the count is rounded down to a hundred.
      """)

    chapter("Find it in the advertiser account")
    try await findInAdvertiserAccount(audience)

    try await bringCustomers()

    chapter("A week passes: the audience is refreshed")
    try await refresh(audience)

    chapter("More people like those who took to a product: a lookalike audience")
    let lookalike = try await findLookalikes()

    chapter("A campaign of Sponsored Products bids more for them")
    try await bid(for: lookalike)

    chapter("And a query that is refused, with its reason")
    try await refused()
  }

  // MARK: Measurement

  private var executions: String { "/amc/reporting/\(client.setup.instanceID)/workflowExecutions" }

  private func executionBody(_ sql: String) -> JSONValue {
    .object([
      "workflow": .object(["sqlQuery": .string(sql)]), "timeWindowType": .string("EXPLICIT"),
      "timeWindowStart": .string(Self.local(window.start)), "timeWindowEnd": .string(Self.local(window.end)),
      "timeWindowTimeZone": .string("UTC"), "requireSyntheticData": .boolean(true),
    ])
  }

  /// The lines of a query's result, the header first.
  func measure(_ sql: String) async throws -> [String] {
    let body = try executionBody(sql).text
    let created = try await client.account("POST", executions, body: body)
    show("POST \(executions)", body, created)
    guard let id = created.text("workflowExecution", "workflowExecutionId") else {
      throw Failure(description: "The execution was not accepted.")
    }
    let path = "\(executions)/\(id)"
    let finished = try await poll("workflow execution") {
      let response = try await client.account("GET", path)
      return (response, response.text("workflowExecution", "status") ?? "")
    }
    show("GET \(path)", nil, finished)
    let urls = try await client.account("GET", "\(path)/downloadUrls")
    show("GET \(path)/downloadUrls", nil, urls)
    guard let url = urls.text("downloadUrls", "0") else {
      throw Failure(description: "There is no result to download.")
    }
    let result = try await client.send("GET", url, headers: [:])
    show("GET (the signed URL)", nil, result)
    return result.text.split(separator: "\n").map(String.init)
  }

  // MARK: Audience

  func createAudience(named name: String, _ query: String) async throws -> DemoClient.Response {
    let body = try JSONValue.object([
      "audienceName": .string(name), "advertiserId": .string(client.setup.displayAdvertiserID), "query": .string(query),
      "timeWindowStart": .string(Self.utc(window.start)),
      "timeWindowEnd": .string(Self.utc(window.end)), "refreshRateDays": .integer(7),
      "timeWindowRelative": .boolean(true),
    ]).text
    let created = try await client.audiences("POST", "/amc/audiences/query", body: body)
    show("POST /amc/audiences/query", body, created)
    return try await finished(created)
  }

  /// Waits for an audience that was asked for.
  func finished(_ created: DemoClient.Response) async throws -> DemoClient.Response {
    guard let id = created.text("audienceExecutionId") else {
      throw Failure(description: "The audience was not accepted.")
    }
    let path = "/amc/audiences/query/\(id)"
    let finished = try await poll("audience") {
      let response = try await client.audiences("GET", path)
      return (response, response.text("status") ?? "")
    }
    show("GET \(path)", nil, finished)
    guard finished.text("status") == "SUCCEEDED" else {
      throw Failure(description: "The audience failed: \(finished.text("statusReason") ?? "no reason given")")
    }
    return finished
  }

  private func findInAdvertiserAccount(_ audience: DemoClient.Response) async throws {
    let id = audience.text("dspCanonicalId") ?? ""
    let body = try JSONValue.object([
      "adType": .string("DSP"),
      "filters": .array([.object(["field": .string("audienceId"), "values": .array([.string(id)])])]),
    ]).text
    let path = "/audiences/list?advertiserId=\(client.setup.displayAdvertiserID)"
    let found = try await client.activation(path, body: body)
    show("POST \(path)", body, found)
    guard found.text("audiences", "0", "audienceName")?.hasPrefix("AMC ") == true else {
      throw Failure(description: "The advertiser account does not list the audience.")
    }
  }

  private func refused() async throws {
    let body = try executionBody(Self.refusedQuery).text
    let created = try await client.account("POST", executions, body: body)
    show("POST \(executions)", body, created)
    guard let id = created.text("workflowExecution", "workflowExecutionId") else { return }
    let path = "\(executions)/\(id)"
    let finished = try await poll("workflow execution") {
      let response = try await client.account("GET", path)
      return (response, response.text("workflowExecution", "status") ?? "")
    }
    show("GET \(path)", nil, finished)
    guard let reason = finished.text("workflowExecution", "statusReason") else {
      throw Failure(description: "The query was not refused.")
    }
    Output.line("\nRefused: \(reason)")
  }

  // MARK: Waiting

  /// Asks until the status is a final one, showing what it is meanwhile.
  func poll(
    _ what: String, _ ask: () async throws -> (DemoClient.Response, String)
  ) async throws -> DemoClient.Response {
    let line = ProgressLine()
    defer { line.clear() }
    for count in 0..<Self.pollCountLimit {
      let (response, status) = try await ask()
      if !["PENDING", "RUNNING", "PUBLISHING", "SUBMITTED", "IN_PROGRESS"].contains(status) { return response }
      line.show("  \(what): \(status.lowercased())\(String(repeating: ".", count: count % 4))")
      try await Task.sleep(for: Self.pollInterval)
    }
    throw Failure(description: "The \(what) did not finish.")
  }

  // MARK: Printing

  func chapter(_ title: String) {
    let text = isTerminal ? "\u{1B}[1m\(title)\u{1B}[0m" : title
    Output.line("\n── \(text)")
  }

  func show(_ request: String, _ body: String?, _ response: DemoClient.Response) {
    Output.line("\n  → \(request)")
    if let body { Output.line("    \(Self.brief(body))") }
    Output.line("  ← \(response.status)  \(Self.brief(response.text))")
  }

  /// The most characters of a body that are shown.
  private static let briefLength = 560

  /// A body on one line, without secrets, cut where it is long.
  static func brief(_ text: String) -> String {
    let hidden = text.replacing(#/(Atz[ar]\|)[^"&\s]+/#) { "\($0.output.1)…" }
      .replacing(#/(signature=)[^"&\s]+/#) { "\($0.output.1)…" }
    let line = hidden.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    return line.count <= briefLength ? line : "\(line.prefix(briefLength))…"
  }

  static func utc(_ date: Date) -> String { date.formatted(.iso8601) }

  /// A local time, as explicit windows take it.
  private static func local(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
  }
}
