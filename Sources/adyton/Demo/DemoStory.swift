import Base
import CleanRoom
import Foundation

/// The demo's story, told over HTTP: from a token to an audience in the advertiser account, from a customer file to an
/// audience of customers, from there to a campaign that bids for people like them, one refusal, and one attack.
struct DemoStory {
  var client: DemoClient
  /// The first day of signals, and the day after the last one, both at 00:00 UTC.
  let window: (start: Date, end: Date)
  let customers: DemoCustomers
  let attacked: DemoAttack
  let isTerminal: Bool

  /// The audience of the demo: people who put something into their cart.
  private static let condition = "WHERE conversion_event_subtype = 'shoppingCart'"
  private static let sizeQuery =
    "SELECT COUNT(DISTINCT user_id) AS users FROM amazon_attributed_events_by_conversion_time \(condition)"
  private static let audienceQuery =
    "SELECT user_id FROM amazon_attributed_events_by_conversion_time_for_audiences \(condition)"
  private static let refusedQuery = "SELECT user_id, campaign FROM dsp_impressions"
  /// The time between two questions for a status, and the largest number of them.
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
      _ = try await request("GET", path)
    }

    chapter("How large would the audience be? Measure it; no user is shown")
    let users = try await measure(Self.sizeQuery)
    Output.line("\nThe result has one line: \(users.last ?? "no") users.")

    chapter("Create the audience from the same condition")
    let audience = try await createAudience(named: "Shopping cart, last 30 days", Self.audienceQuery)

    Output.line(
      """

      The audience is smaller than the measured number: users without an adUserId, users who opted out and possible \
      children are left out, and the count is rounded down to a hundred.
      """)

    chapter("Find it in the advertiser account")
    try await findInAdvertiserAccount(audience)

    try await bringCustomers()

    chapter("A week passes: the audience is refreshed")
    try await refresh(audience)

    chapter("A lookalike audience: more people like those who are interested in a product")
    let lookalike = try await findLookalikes()

    chapter("A campaign of Sponsored Products bids more for them")
    try await bid(for: lookalike)

    chapter("A query that is refused, with the reason")
    try await refused()

    chapter("An attack on one person, in both privacy modes")
    try await attack(attacked)
  }

  // MARK: Measurement

  private var executions: String { "/amc/reporting/\(client.setup.instanceID)/workflowExecutions" }

  /// Starts a query and waits for its end; nil if it was not accepted.
  private func execute(_ sql: String) async throws -> (
    path: String, finished: DemoClient.Response
  )? {
    let created = try await request(
      "POST", executions,
      [
        "workflow": ["sqlQuery": sql], "timeWindowType": "EXPLICIT", "timeWindowStart": Self.local(window.start),
        "timeWindowEnd": Self.local(window.end), "timeWindowTimeZone": "UTC", "requireSyntheticData": true,
      ])
    guard let id = created.text("workflowExecution", "workflowExecutionId") else { return nil }
    let path = "\(executions)/\(id)"
    let finished = try await finish("workflow execution", path) { $0.text("workflowExecution", "status") }
    return (path, finished)
  }

  /// The lines of a query's result, the header first.
  func measure(_ sql: String) async throws -> [String] {
    guard let path = try await execute(sql)?.path else {
      throw Failure(description: "The execution was not accepted.")
    }
    let urls = try await request("GET", "\(path)/downloadUrls")
    guard let url = urls.text("downloadUrls", "0") else {
      throw Failure(description: "There is no result to download.")
    }
    let result = try await client.send("GET", url, headers: [:])
    show("GET (the signed URL)", nil, result)
    return result.text.split(separator: "\n").map(String.init)
  }

  // MARK: Audience

  func createAudience(named name: String, _ query: String) async throws -> DemoClient.Response {
    let created = try await request(
      "POST", "/amc/audiences/query",
      [
        "audienceName": name, "advertiserId": client.setup.displayAdvertiserID, "query": query,
        "timeWindowStart": Self.utc(window.start), "timeWindowEnd": Self.utc(window.end), "refreshRateDays": 7,
        "timeWindowRelative": true,
      ], for: .audiences)
    return try await finished(created)
  }

  /// Waits for an audience that was asked for.
  func finished(_ created: DemoClient.Response) async throws -> DemoClient.Response {
    guard let id = created.text("audienceExecutionId") else {
      throw Failure(description: "The audience was not accepted.")
    }
    let finished = try await finish("audience", "/amc/audiences/query/\(id)", for: .audiences) { $0.text("status") }
    guard finished.text("status") == "SUCCEEDED" else {
      throw Failure(description: "The audience failed: \(finished.text("statusReason") ?? "no reason given")")
    }
    return finished
  }

  private func findInAdvertiserAccount(_ audience: DemoClient.Response) async throws {
    let id = audience.text("dspCanonicalId") ?? ""
    let filter: JSONObject = ["field": "audienceId", "values": [id]]
    let found = try await request(
      "POST", "/audiences/list?advertiserId=\(client.setup.displayAdvertiserID)",
      ["adType": "DSP", "filters": [filter]], for: .profile())
    guard found.text("audiences", "0", "audienceName")?.hasPrefix("AMC ") == true else {
      throw Failure(description: "The advertiser account does not list the audience.")
    }
  }

  private func refused() async throws {
    guard let finished = try await execute(Self.refusedQuery)?.finished else { return }
    guard let reason = finished.text("workflowExecution", "statusReason") else {
      throw Failure(description: "The query was not refused.")
    }
    Output.line("\nRefused: \(reason)")
  }

  // MARK: Asking

  /// Sends a request, and shows it with its response.
  func request(
    _ method: String, _ path: String, _ body: JSONObject? = nil, for subject: DemoClient.Subject = .account
  ) async throws -> DemoClient.Response {
    let text = try body.map { try JSONEncoder.canonical.text(of: $0) }
    let response = try await client.send(method, path, body: text, for: subject)
    show("\(method) \(path)", text, response)
    return response
  }

  /// Asks for what is at a path until its status is a final one, and shows the last response.
  func finish(
    _ what: String, _ path: String, for subject: DemoClient.Subject = .account,
    status: (DemoClient.Response) -> String?
  ) async throws -> DemoClient.Response {
    let finished = try await poll(what) {
      let response = try await client.send("GET", path, for: subject)
      return (response, status(response) ?? "")
    }
    show("GET \(path)", nil, finished)
    return finished
  }

  /// Asks until the status is a final one, showing what it is meanwhile.
  private func poll(
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
