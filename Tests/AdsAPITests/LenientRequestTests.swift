@testable import AdsAPI
import Base
import Foundation
import HTTPTypes
import Hummingbird
import ServerTestSupport
import TestSupport
import Testing

/// A server reads requests as leniently as AMC does, and names what it ignored. With `serve --strict` it does not.
@Suite(.hangLimit)
struct LenientRequestTests {
  private static let reporting = "/amc/reporting/\(Fixtures.setup.instanceID)"

  private static func ignored(_ answer: Answer) -> [String] {
    (answer.headers[.ignored] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  // MARK: Scalars as texts

  /// The execution of a client in production.
  private static let execution = """
    {"workflow": {"sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions"}, "timeWindowType": "MOST_RECENT_DAY",
     "ignoreDataGaps": "true", "workflowExecutionTimeoutSeconds": "86400", "requireSyntheticData": "True"}
    """

  /// The schedule of AMC's guide.
  private static func schedule(hour: String = #""5""#, enabled: String = #""true""#) -> String {
    """
    {"scheduleId": "weekly", "workflowId": "reach", "aggregationHourUtc": \(hour), "aggregationPeriod": "Weekly",
     "aggregationStartDay": "Tuesday", "scheduleEnabled": \(enabled), "requireSyntheticData": "TRUE"}
    """
  }

  private static func saveWorkflow(_ client: APIClient) async throws {
    let saved = try await client.account(
      .post, "\(reporting)/workflows",
      body: #"{"workflowId": "reach", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions"}"#)
    try #require(saved.status == 200, "\(saved.body)")
  }

  @Test(arguments: Door.allCases)
  func numbersAndBooleansMayBeTexts(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      try await Self.saveWorkflow(client)
      let created = try await client.account(.post, "\(Self.reporting)/workflowExecutions", body: Self.execution)
      #expect(created.status == 200, "\(created.body)")
      #expect(created["workflowExecution", "workflowExecutionTimeoutSeconds"] == .integer(86_400))
      #expect(created["workflowExecution", "requireSyntheticData"] == .boolean(true))
      #expect(Self.ignored(created).isEmpty)
      let scheduled = try await client.account(.post, "\(Self.reporting)/schedules", body: Self.schedule())
      #expect(scheduled.status == 200, "\(scheduled.body)")
      let shown = try await client.account(.get, "\(Self.reporting)/schedules/weekly")
      #expect(shown["schedule", "aggregationHourUtc"] == .integer(5))
      #expect(shown["schedule", "scheduleEnabled"] == .boolean(true))
    }
  }

  @Test(arguments: Door.allCases)
  func otherTextsAreNoNumbersAndNoBooleans(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      try await Self.saveWorkflow(client)
      for text in ["", " 5", "5.5", "5 h", "+5", "five", "0x5", "1e1"] {
        let answer = try await client.account(
          .post, "\(Self.reporting)/schedules", body: Self.schedule(hour: "\"\(text)\""))
        #expect(answer.status == 400, "\(text)")
        #expect(answer.errorCode == "wrong_type", "\(text)")
        #expect(answer.text("details") == "The field aggregationHourUtc must be an integer.", "\(text)")
      }
      for text in ["", "yes", "1", "on", " true"] {
        let answer = try await client.account(
          .post, "\(Self.reporting)/schedules", body: Self.schedule(enabled: "\"\(text)\""))
        #expect(answer.errorCode == "wrong_type", "\(text)")
        #expect(answer.text("details") == "The field scheduleEnabled must be a boolean.", "\(text)")
      }
    }
  }

  @Test func aStrictServerRefusesScalarsAsTexts() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      try await Self.saveWorkflow(client)
      let created = try await client.account(.post, "\(Self.reporting)/workflowExecutions", body: Self.execution)
      #expect(created.errorCode == "wrong_type")
      let scheduled = try await client.account(.post, "\(Self.reporting)/schedules", body: Self.schedule())
      #expect(scheduled.errorCode == "wrong_type")
    }
  }

  @Test(arguments: Door.allCases)
  func campaignsMayHaveScalarsAsTextsToo(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.activation(
        "/sb/v4/campaigns",
        body: """
          {"campaigns": [{"name": "spring", "state": "PAUSED", "budget": "10.5", "budgetType": "DAILY",
           "bidding": {"bidOptimization": "True"}, "flavour": 1}]}
          """,
        headers: [
          "Amazon-Advertising-API-Scope": Fixtures.setup.sponsoredAdsProfileID, "Prefer": "return=representation",
        ])
      #expect(answer.status == 207, "\(answer.body)")
      let campaign = answer["campaigns", "success", "0", "campaign"]
      #expect(campaign["budget"] == .decimal(10.5), "\(answer.body)")
      #expect(campaign["bidding"]["bidOptimization"] == .boolean(true), "\(answer.body)")
      #expect(Self.ignored(answer) == ["[0].flavour"])
      let display = try await client.activation(
        "/sd/campaigns",
        body: """
          [{"name": "Spring", "tactic": "T00030", "state": "enabled", "startDate": "20250601", "budget": "10.5",
           "budgetType": "daily", "portfolioId": "7", "flavour": 1}]
          """,
        headers: ["Amazon-Advertising-API-Scope": Fixtures.setup.sponsoredAdsProfileID])
      #expect(display["0", "code"] == .string("200"), "\(display.body)")
      #expect(Self.ignored(display) == ["[0].flavour"])
    }
  }

  // MARK: Empty query values

  /// Paths of lists with empty values, and the headers that they need.
  private static let emptyValues = [
    "\(reporting)/workflows?nextToken=&limit=", "\(reporting)/schedules?nextToken=&limit=",
    "\(reporting)/dataSources?limit=&nextToken=",
    "\(reporting)/workflowExecutions?minCreationTime=2025-01-01T00:00:00&maxCreationTime=&timeZone=&workflowId="
      + "&includeCancelled=&sortAscending=&includeWorkflow=&nextToken=&limit=",
    "/amc/instances?limit=&nextToken=", "/amc/instances/\(Fixtures.setup.instanceID)/advertisers?type=&limit=",
    "/amc/audiences/connections?connectionId=&isDefault=", "/amc/accounts?limit=",
    "/v2/profiles?apiProgram=&accessLevel=&profileTypeFilter=&validPaymentMethodFilter=",
  ]

  @Test(arguments: Door.allCases)
  func emptyQueryValuesCountAsMissing(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for path in Self.emptyValues {
        let answer = try await client.account(.get, path)
        #expect(answer.status == 200, "\(path): \(answer.body)")
        #expect(Self.ignored(answer).isEmpty, "\(path)")
      }
      let audiences = try await client.audiences(.get, "?maxResults=&nextToken=")
      #expect(audiences.status == 200, "\(audiences.body)")
    }
    let strict = try await TestServer(.strict)
    try await strict.run(door) { client in
      let answer = try await client.account(.get, "\(Self.reporting)/workflows?limit=")
      #expect(answer.errorCode == "invalid_query_parameter")
    }
  }

  // MARK: Unknown fields

  @Test(arguments: Door.allCases)
  func unknownFieldsAreIgnoredAndNamed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await client.account(
        .post, "\(Self.reporting)/workflowExecutions",
        body: """
          {"workflow": {"sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions", "outputFormat": "CSV", "label": "x"},
           "timeWindowType": "MOST_RECENT_DAY", "requireSyntheticData": true,
           "outputFormat": "CSV", "advertiserType": "DSP", "ann@example.com": 1,
           "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5": 1}
          """)
      #expect(created.status == 200, "\(created.body)")
      #expect(
        Set(Self.ignored(created)) == [
          "workflow.outputFormat", "workflow.label", "outputFormat", "advertiserType", "*",
        ])
      let log = server.log.text
      #expect(log.contains(#""ignored":""#))
      #expect(log.contains("advertiserType"))
      #expect(!log.contains("ann@example.com"))
      #expect(!log.contains("5994471abb"))
      let audience = try await client.audiences(
        .post, body: AudienceBody.json(["advertiserType": #""DSP""#]), headers: ["Prefer": "respond-async"])
      #expect(audience.status == 200, "\(audience.body)")
      #expect(Self.ignored(audience) == ["advertiserType"])
      let list = try await client.account(.get, "\(Self.reporting)/workflows?verbose=true&limit=5")
      #expect(Self.ignored(list) == ["verbose"])
    }
  }

  @Test func aStrictServerRefusesUnknownFields() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      let answer = try await client.audiences(.post, body: AudienceBody.json(["advertiserType": #""DSP""#]))
      #expect(answer.errorCode == "unknown_field")
      #expect(answer.headers[.ignored] == nil)
    }
  }

  /// A field that may be somebody's denial, or describes a person, is refused when it is not known.
  @Test(arguments: Door.allCases)
  func unknownFieldsAboutConsentAndPeopleAreRefused(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let dataSet = try await client.ownData(
        .post, "/dataSets",
        body: """
          {"dataSetId": "buyers", "columns": [{"name": "email", "dataType": "STRING", "columnType": "DIMENSION",
           "consentTyp": "TCF"}]}
          """)
      #expect(dataSet.errorCode == "unknown_field", "\(dataSet.body)")
      #expect(dataSet.text("details").contains("consentTyp"))
      let hash = String(repeating: "a", count: 64)
      let deletion = try await client.ownData(
        .post, "/userDeletionRequest",
        body: #"{"targetIdentities": [{"hashedPii": {"EMAIL": "\#(hash)", "EMAIL_ADDRESS": "\#(hash)"}}]}"#)
      #expect(deletion.errorCode == "unknown_field", "\(deletion.body)")
    }
  }

  @Test(arguments: Door.allCases, [false, true])
  func aQueryOutsideItsWorkflowIsToldWhereItBelongs(_ door: Door, _ isStrict: Bool) async throws {
    let server = isStrict ? try await TestServer(.strict) : try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.account(
        .post, "\(Self.reporting)/workflowExecutions",
        body: #"{"sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions", "timeWindowType": "MOST_RECENT_DAY"}"#)
      #expect(answer.status == 400)
      #expect(answer.text("details").contains(#"sqlQuery belongs into the workflow: {"workflow": {"sqlQuery""#))
    }
  }

  // MARK: Headers

  @Test(arguments: Door.allCases)
  func bodiesAreReadWhateverTheirMediaType(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for type in ["text/plain", "application/octet-stream", "application/vnd.spCampaign.v3+json"] {
        let answer = try await client.audiences(
          .post, body: AudienceBody.json(), headers: ["Content-Type": type])
        #expect(answer.status == 200, "\(type): \(answer.body)")
        #expect(Self.ignored(answer) == ["Content-Type"])
      }
      let notJSON = try await client.audiences(.post, body: "name=x", headers: ["Content-Type": "text/plain"])
      #expect(notJSON.errorCode == "body_not_json")
    }
    let strict = try await TestServer(.strict)
    try await strict.run(door) { client in
      let answer = try await client.audiences(
        .post, body: AudienceBody.json(), headers: ["Content-Type": "text/plain"])
      #expect(answer.errorCode == "malformed_header")
    }
  }

  /// An Accept that names nothing of the area, and the type of the response.
  @Test(arguments: Door.allCases)
  func anAcceptOfAnotherAreaGetsTheTypeOfThisOne(_ door: Door) async throws {
    let server = try await TestServer()
    let own = "application/vnd.amcquerybasedaudience.v1.2+json"
    try await server.run(door) { client in
      for accept in [nil, "", "text/html", "application/vnd.amcworkflows.v1+json"] as [String?] {
        let answer = try await client.audiences(.get, headers: ["Accept": accept])
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer.headers[.contentType] == own, "\(accept ?? "nothing")")
        #expect(Self.ignored(answer) == (accept?.isEmpty == false ? ["Accept"] : []), "\(accept ?? "nothing")")
      }
      let workflows = try await client.account(
        .get, "\(Self.reporting)/workflows", headers: ["Accept": "application/vnd.amcschedules.v1+json"])
      #expect(workflows.status == 200)
      #expect(workflows.headers[.contentType] == "application/vnd.amcworkflows.v1+json")
    }
  }

  @Test(arguments: Door.allCases)
  func tokensAreGrantedWhateverTheHeaders(_ door: Door) async throws {
    let server = try await TestServer()
    let credentials = server.credentials
    let form =
      "grant_type=refresh_token&refresh_token=\(credentials.refreshToken.replacing("|", with: "%7C"))"
      + "&client_id=\(credentials.clientID)&client_secret=\(credentials.clientSecret)"
    let json = """
      {"grant_type": "refresh_token", "refresh_token": "\(credentials.refreshToken)",
       "client_id": "\(credentials.clientID)", "client_secret": "\(credentials.clientSecret)"}
      """
    try await server.run(door) { client in
      let formType = "application/x-www-form-urlencoded"
      let attempts: [(body: String, headers: APIClient.Headers)] = [
        (form, ["Content-Type": formType, "Authorization": ""]), (form, ["Content-Type": "text/plain"]), (form, [:]),
        (json, ["Content-Type": formType]), (" \n" + json, ["Content-Type": "text/plain", "Authorization": ""]),
      ]
      for attempt in attempts {
        let answer = try await client.send(.post, "/auth/o2/token", body: attempt.body, headers: attempt.headers)
        #expect(answer.status == 200, "\(attempt.headers): \(answer.body)")
        #expect(!answer.text("access_token").isEmpty)
      }
    }
  }

  @Test(arguments: Door.allCases)
  func anUpdateOfAnExecutionWithoutAStatusChangesNothing(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await client.account(.post, "\(Self.reporting)/workflowExecutions", body: Self.execution)
      let id = created.text("workflowExecution", "workflowExecutionId")
      await server.jobs.waitUntilFinished(id)
      let path = "\(Self.reporting)/workflowExecutions/\(id)"
      let before = try await client.account(.get, path)
      let answer = try await client.account(.put, path, body: #"{"ignoreDataGaps": true}"#)
      #expect(answer.status == 200, "\(answer.body)")
      #expect(try await client.account(.get, path).body == before.body)
      let other = try await client.account(.put, path, body: #"{"status": "RUNNING"}"#)
      #expect(other.errorCode == "invalid_field")
    }
  }

  // MARK: Names of the client and the account

  @Test(arguments: Door.allCases)
  func audiencesNeedNoEntity(_ door: Door) async throws {
    let server = try await TestServer()
    let absent: APIClient.Headers = ["Amazon-Advertising-API-EntityId": nil]
    try await server.run(door) { client in
      #expect(try await client.audiences(.get, headers: absent).status == 200)
      #expect(try await client.audiences(.post, body: AudienceBody.json(), headers: absent).status == 200)
      let other = absent.merging(["Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.otherSetup.instanceID]) { $1 }
      #expect(try await client.audiences(.get, headers: other).errorCode == "instance_forbidden")
      let wrong = try await client.audiences(
        .get, headers: ["Amazon-Advertising-API-EntityId": Fixtures.otherSetup.accountID])
      #expect(wrong.errorCode == "account_forbidden")
    }
    let strict = try await TestServer(.strict)
    try await strict.run(door) { client in
      let answer = try await client.audiences(.get, headers: absent)
      #expect(answer.errorCode == "missing_header")
    }
  }

  @Test(arguments: Door.allCases)
  func standardisedHeadersAreAcceptedEverywhere(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let names: APIClient.Headers = [
        "Amazon-Ads-ClientId": client.clientID, "Amazon-Ads-AccountId": Fixtures.setup.accountID,
        "Amazon-Advertising-API-ClientId": nil, "Amazon-Advertising-API-AdvertiserId": nil,
        "Amazon-Advertising-API-EntityId": nil,
      ]
      let bare = names.merging(["Amazon-Advertising-API-MarketplaceId": nil]) { $1 }
      for path in ["/amc/instances", "\(Self.reporting)/schedules", "/amc/audiences/connections"] {
        #expect(try await client.account(.get, path, headers: names).status == 200, "\(path)")
        #expect(try await client.account(.get, path, headers: bare).status == 200, "\(path)")
      }
      let marketplace = "\(Self.reporting)/schedules?marketplaceId="
      let own = try await client.account(.get, marketplace + Fixtures.setup.marketplaceID, headers: bare)
      #expect(own.status == 200)
      #expect(Self.ignored(own).isEmpty)
      let foreign = try await client.account(.get, marketplace + Fixtures.otherSetup.marketplaceID, headers: bare)
      #expect(foreign.errorCode == "marketplace_mismatch")
      #expect(try await client.audiences(.get, headers: names).status == 200)
      let other = bare.merging(["Amazon-Ads-AccountId": Fixtures.otherSetup.accountID]) { $1 }
      #expect(try await client.account(.get, "/amc/instances", headers: other).errorCode == "account_forbidden")
      let somebody = names.merging(["Amazon-Ads-ClientId": "somebody"]) { $1 }
      #expect(try await client.account(.get, "/amc/instances", headers: somebody).errorCode == "client_mismatch")
    }
    let strict = try await TestServer(.strict)
    try await strict.run(door) { client in
      let answer = try await client.account(
        .get, "/amc/instances",
        headers: ["Amazon-Ads-AccountId": Fixtures.setup.accountID, "Amazon-Advertising-API-AdvertiserId": nil])
      #expect(answer.errorCode == "missing_header")
    }
  }

  /// The region of a host name hides no account. The operator's setting does.
  @Test func everyRegionalURLShowsEveryAccount() async {
    let request = Request(
      head: HTTPRequest(method: .get, scheme: "https", authority: "advertising-api.amazon.com", path: "/"),
      body: RequestBody(buffer: ByteBuffer()))
    RequestReading.$current.withValue(.lenient()) {
      #expect(Regions(configured: nil).visibleRegion(of: request) == nil)
      #expect(Regions(configured: .europe).visibleRegion(of: request) == .europe)
    }
    #expect(Regions(configured: nil).visibleRegion(of: request) == .northAmerica)
  }
}
