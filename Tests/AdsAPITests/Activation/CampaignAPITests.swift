import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct CampaignAPITests {
  /// The differences between the two programs.
  struct Program: Sendable, CustomTestStringConvertible {
    var path: String
    var bidding: String
    var audiences: String
    var mediaType: String
    var total: String
    var budget: String

    var testDescription: String { path }

    func campaign(_ members: [String: String] = [:]) -> String {
      let usual = ["name": #""Spring""#, "state": #""ENABLED""#].merging(
        path == "/sp/campaigns"
          ? ["targetingType": #""MANUAL""#, "budget": #"{"budget": \#(budget), "budgetType": "DAILY"}"#]
          : ["budget": budget, "budgetType": #""DAILY""#]
      ) { $1 }
      return JSONBody.object(usual.merging(members) { $1 })
    }

    /// A campaign that bids `percentage` more for the audience.
    func bidding(_ audienceID: String, percentage: String = "50", _ members: [String: String] = [:]) -> String {
      campaign([bidding: adjustment(audienceID, percentage: percentage)].merging(members) { $1 })
    }

    func adjustment(_ audienceID: String, percentage: String = "50") -> String {
      let segment = #"{"audienceSegmentType": "SPONSORED_ADS_AMC", "audienceId": "\#(audienceID)"}"#
      let list = """
        [{"percentage": \(percentage), "shopperCohortType": "AUDIENCE_SEGMENT", "audienceSegments": [\(segment)]}]
        """
      let first = path == "/sp/campaigns" ? #""strategy": "LEGACY_FOR_SALES""# : #""bidOptimization": false"#
      return "{\(first), \"\(audiences)\": \(list)}"
    }
  }

  static let products = Program(
    path: "/sp/campaigns", bidding: "dynamicBidding", audiences: "shopperCohortBidding",
    mediaType: "application/vnd.spCampaign.v3+json", total: "totalResults", budget: "20")
  static let brands = Program(
    path: "/sb/v4/campaigns", bidding: "bidding", audiences: "shopperCohortBidAdjustments",
    mediaType: "application/vnd.sbcampaignresource.v4+json", total: "totalCount", budget: "20.5")
  /// As the guide has it.
  static let brandsByGuide = Program(
    path: "/sb/campaigns", bidding: "bidding", audiences: "shopperCohortBidAdjustments",
    mediaType: "application/vnd.sbcampaignresource.v4+json", total: "totalCount", budget: "20.5")

  private func create(_ client: APIClient, _ program: Program, _ campaigns: String...) async throws -> Answer {
    try await client.scoped(
      .post, program.path, body: #"{"campaigns": [\#(campaigns.joined(separator: ","))]}"#,
      headers: ["Content-Type": program.mediaType, "Accept": program.mediaType])
  }

  private func list(_ client: APIClient, _ program: Program, _ body: String = "{}") async throws -> Answer {
    try await client.scoped(.post, "\(program.path)/list", body: body)
  }

  @Test(arguments: [products, brands, brandsByGuide], Door.allCases)
  func aCampaignBidsForAnAudience(_ program: Program, _ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let made = try await create(client, program, program.bidding(audienceID))
      #expect(made.status == 207, "\(made.body)")
      #expect(made.headers[.contentType] == program.mediaType)
      let id = made.text("campaigns", "success", "0", "campaignId")
      #expect(!id.isEmpty, "\(made.body)")
      #expect(made["campaigns", "success", "0", "index"] == .integer(0))
      let shown = try await list(client, program)
      #expect(shown.status == 200)
      #expect(shown[program.total] == .integer(1))
      let campaign = shown["campaigns", "0"]
      #expect(campaign["campaignId"] == .string(id))
      #expect(campaign["name"] == .string("Spring"))
      // The day of the marketplace, where it is 5 o'clock.
      #expect(campaign["startDate"] == .string("2025-06-01"))
      let adjustment = campaign[program.bidding][program.audiences]["0"]
      #expect(adjustment["percentage"] == .integer(50))
      #expect(adjustment["audienceSegments"]["0"]["audienceId"] == .string(audienceID))
    }
  }

  @Test(arguments: [products, brands])
  func eachElementSucceedsOrFailsByItself(_ program: Program) async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let answer = try await create(
        client, program, program.campaign(["name": #""One""#]), program.bidding("12345", ["name": #""Two""#]),
        program.bidding(audienceID, ["name": #""Three""#]), "7")
      #expect(answer.status == 207)
      #expect(answer["campaigns", "success"].elements.map { $0["index"] } == [.integer(0), .integer(2)])
      #expect(answer["campaigns", "error"].elements.map { $0["index"] } == [.integer(1), .integer(3)])
      let error = answer["campaigns", "error", "0", "errors", "0"]
      #expect(error["errorType"] == .string("biddingError"))
      #expect(error["errorValue"]["biddingError"]["reason"] == .string("BID_INVALID_AUDIENCE_ID"))
      #expect(
        error["errorValue"]["biddingError"]["cause"]["location"]
          == .string(
            "$.campaigns[1].\(program.bidding).\(program.audiences)[0].audienceSegments[0].audienceId"))
      #expect(try await list(client, program)["campaigns"].elements.count == 2)
    }
  }

  /// The faults of a campaign in both programs: the type of the error and its reason in Sponsored Products.
  private static func wrong(
    _ program: Program, _ audienceID: String
  ) -> [(campaign: String, type: String, reason: String)] {
    let isProducts = program.path == "/sp/campaigns"
    let budget = isProducts ? #"{"budget": 0, "budgetType": "DAILY"}"# : "0"
    let two = program.adjustment(audienceID).replacing("}]}]", with: #"}, {"audienceId": "1"}]}]"#)
    return [
      (program.bidding(audienceID, percentage: "901"), "rangeError", "TOO_HIGH"),
      (program.bidding(audienceID, percentage: "-1"), "rangeError", "TOO_LOW"),
      (program.bidding(audienceID, percentage: #""50""#), "malformedValueError", "PATTERN_NOT_MATCHED"),
      (program.bidding(String(repeating: "9", count: 21)), "biddingError", "BID_INVALID_AUDIENCE_ID"),
      (program.campaign([program.bidding: two]), "biddingError", "BID_AUDIENCES_MORE_THAN_ALLOWED"),
      (program.campaign(["name": ""]), "missingValueError", "MISSING_VALUE"),
      (program.campaign(["name": #"" ""#]), "malformedValueError", "BLANK"),
      (program.campaign(["name": "\"\(String(repeating: "n", count: 129))\""]), "malformedValueError", "TOO_LONG"),
      (program.campaign(["state": #""ARCHIVED""#]), "rangeError", "INVALID_ENUM_VALUE"),
      (program.campaign(["budget": budget]), "budgetError", "BUDGET_TOO_LOW"),
      (program.campaign(["startDate": #""2025-05-31""#]), "dateError", "START_DATE_EARLIER_THAN_TODAY"),
      (program.campaign(["endDate": #""2025-05-31""#]), "dateError", "END_DATE_EARLIER_THAN_TODAY"),
      (
        program.campaign(["startDate": #""2025-07-02""#, "endDate": #""2025-07-01""#]), "dateError",
        "START_DATE_AFTER_END_DATE"
      ),
      (program.campaign(["startDate": #""tomorrow""#]), "malformedValueError", "PATTERN_NOT_MATCHED"),
      (program.campaign(["unknown": "1"]), "malformedValueError", "PATTERN_NOT_MATCHED"),
      (program.campaign(["name": #""Taken""#]), "duplicateValueError", "NAME_NOT_UNIQUE"),
    ]
  }

  @Test(arguments: [products, brands])
  func problemsAreReported(_ program: Program) async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      #expect(
        try await create(client, program, program.campaign(["name": #""Taken""#]))["campaigns", "success"].elements
          .count
          == 1)
      for (campaign, type, reason) in Self.wrong(program, audienceID) {
        let answer = try await create(client, program, campaign)
        #expect(answer.status == 207)
        let error = answer["campaigns", "error", "0", "errors", "0"]
        let known = ["biddingError", "budgetError", "dateError", "rangeError"]
        let expected = program.path == "/sp/campaigns" || known.contains(type) ? type : "otherError"
        #expect(error["errorType"] == .string(expected), "\(campaign) \(answer.body)")
        #expect(error["errorValue"][expected]["reason"] == .string(reason), "\(campaign) \(answer.body)")
      }
      #expect(try await list(client, program)["campaigns"].elements.count == 1)
    }
  }

  @Test(arguments: [products, brands])
  func onlyAudiencesWithMembersOfTheAdvertiserCanBeUsed(_ program: Program) async throws {
    let server = try await TestServer()
    try await server.components.instances.addAdvertisers(
      [.init(kind: .sponsoredAds, id: "ENTITYSECOND", name: "Second", marketplaceID: "ATVPDKIKX0DER")],
      instanceID: Fixtures.setup.instanceID, at: Fixtures.now)
    try await server.run(.router) { client in
      let ofDSP = try await server.makeAudience(client, "Of the DSP")
      let old = try await server.makeSponsoredAudience(client, "Old")
      try await server.deactivate(audienceID: old.id)
      let second = try await server.makeAudience(client, "Of the second", advertiserID: "ENTITYSECOND")
      let vendor: APIClient.Headers = ["Amazon-Advertising-API-Scope": "5512345678901234"]
      let cases: [(audienceID: String, headers: APIClient.Headers)] = [
        (ofDSP.canonicalID, [:]), (old.canonicalID, [:]), (old.id, [:]), (second.canonicalID, vendor),
      ]
      for (index, (audienceID, headers)) in cases.enumerated() {
        let body = #"{"campaigns": [\#(program.bidding(audienceID, ["name": "\"\(index)\""]))]}"#
        let answer = try await client.scoped(.post, program.path, body: body, headers: headers)
        #expect(
          answer["campaigns", "error", "0", "errors", "0", "errorValue", "biddingError", "reason"]
            == .string("BID_INVALID_AUDIENCE_ID"), "\(index) \(answer.body)")
      }
      // The account's own profile acts for all of its advertisers.
      let made = try await create(client, program, program.bidding(second.canonicalID))
      #expect(made["campaigns", "success"].elements.count == 1, "\(made.body)")
    }
  }

  @Test(arguments: [products, brands])
  func aUseCanBeChangedAndEnded(_ program: Program) async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      let made = try await create(client, program, program.bidding(audienceID))
      let id = made.text("campaigns", "success", "0", "campaignId")
      func update(_ members: [String: String]) async throws -> Answer {
        let element = JSONBody.object(["campaignId": "\"\(id)\""].merging(members) { $1 })
        return try await client.scoped(.put, program.path, body: #"{"campaigns": [\#(element)]}"#)
      }
      let raised = try await update([program.bidding: program.adjustment(audienceID, percentage: "500")])
      #expect(raised.status == 207)
      #expect(raised.text("campaigns", "success", "0", "campaignId") == id)
      var shown = try await list(client, program)
      #expect(shown["campaigns", "0", program.bidding, program.audiences, "0", "percentage"] == .integer(500))
      #expect(shown.text("campaigns", "0", "name") == "Spring")
      let ended = try await update([program.bidding: #"{"\#(program.audiences)": []}"#, "state": #""PAUSED""#])
      #expect(ended["campaigns", "success"].elements.count == 1)
      shown = try await list(client, program, #"{"includeExtendedDataFields": true}"#)
      #expect(shown["campaigns", "0", program.bidding, program.audiences] == .array([]))
      #expect(shown.text("campaigns", "0", "extendedData", "servingStatus") == "CAMPAIGN_PAUSED")
      let deleted = try await client.scoped(
        .post, "\(program.path)/delete", body: #"{"campaignIdFilter": {"include": ["\#(id)", "1"]}}"#)
      #expect(deleted.status == 207)
      #expect(deleted.text("campaigns", "success", "0", "campaignId") == id)
      #expect(deleted["campaigns", "error", "0", "index"] == .integer(1))
      #expect(try await list(client, program).text("campaigns", "0", "state") == "ARCHIVED")
      let late = try await update(["name": #""Late""#])
      let error = late["campaigns", "error", "0", "errors", "0"]
      let type = program.path == "/sp/campaigns" ? "entityStateError" : "otherError"
      #expect(error["errorValue"][type]["reason"] == .string("ARCHIVED_ENTITY_CANNOT_BE_MODIFIED"), "\(late.body)")
    }
  }

  @Test(arguments: [products, brands])
  func listsHaveFiltersAndPages(_ program: Program) async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      let made = try await create(
        client, program, program.campaign(["name": #""Spring one""#]), program.campaign(["name": #""Spring two""#]),
        program.campaign(["name": #""Autumn""#, "state": #""PAUSED""#, "portfolioId": #""p1""#]))
      let id = made.text("campaigns", "success", "1", "campaignId")
      let cases: [(body: String, count: Int64)] = [
        ("{}", 3), (#"{"campaignIdFilter": {"include": ["\#(id)"]}}"#, 1),
        (#"{"campaignIdFilter": {"include": []}}"#, 0),
        (#"{"stateFilter": {"include": ["PAUSED", "ARCHIVED"]}}"#, 1),
        (#"{"nameFilter": {"include": ["spring"]}}"#, 2),
        (#"{"nameFilter": {"include": ["spring"], "queryTermMatchType": "EXACT_MATCH"}}"#, 0),
        (#"{"nameFilter": {"include": ["autumn", "x"], "queryTermMatchType": "EXACT_MATCH"}}"#, 1),
        (#"{"portfolioIdFilter": {"include": ["p1"]}}"#, 1),
      ]
      for (body, count) in cases {
        let shown = try await list(client, program, body)
        #expect(shown[program.total] == .integer(count), "\(body) \(shown.body)")
      }
      let first = try await list(client, program, #"{"maxResults": 2}"#)
      #expect(first["campaigns"].elements.count == 2)
      let token = first.text("nextToken")
      let second = try await list(client, program, #"{"maxResults": 2, "nextToken": "\#(token)"}"#)
      #expect(second.text("campaigns", "0", "name") == "Autumn")
      #expect(second["nextToken"] == .null)
      for body in [
        #"{"maxResults": 0}"#, #"{"nextToken": "\#(token)", "stateFilter": {"include": []}}"#,
        #"{"stateFilter": {"include": ["GONE"]}}"#, #"{"nameFilter": {"queryTermMatchType": "HALF"}}"#,
        #"{"campaignIdFilter": {"include": [1]}}"#, #"{"other": 1}"#, "[]",
      ] {
        let answer = try await list(client, program, body)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.text("code") == "INVALID_ARGUMENT", "\(body)")
      }
    }
  }

  @Test(arguments: [products, brands])
  func campaignsBelongToTheirProfile(_ program: Program) async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      let made = try await create(client, program, program.campaign())
      let id = made.text("campaigns", "success", "0", "campaignId")
      let other = try await server.otherClient(client)
      let scope: APIClient.Headers = ["Amazon-Advertising-API-Scope": Fixtures.otherSetup.profileID]
      let foreign = try await other.scoped(.post, "\(program.path)/list", body: "{}", headers: scope)
      #expect(foreign["campaigns"] == .array([]))
      let deleted = try await other.scoped(
        .post, "\(program.path)/delete", body: #"{"campaignIdFilter": {"include": ["\#(id)"]}}"#, headers: scope)
      #expect(deleted["campaigns", "error"].elements.count == 1)
      #expect(try await list(client, program).text("campaigns", "0", "state") == "ENABLED")
      for (method, path) in [("", program.path), ("/list", program.path), ("/delete", program.path)] {
        try await expectScope(client, .post, path + method, body: "{}")
      }
      for body in ["{}", #"{"campaigns": {}}"#, #"{"campaigns": [], "more": 1}"#, "1", ""] {
        let answer = try await client.scoped(.post, program.path, body: body)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.text("code") == "INVALID_ARGUMENT", "\(body)")
      }
      let typed = try await client.scoped(
        .post, program.path, body: #"{"campaigns": [{}]}"#, headers: ["Content-Type": "text/plain"])
      #expect(typed.errorCode == "malformed_header")
    }
  }

  @Test func requestLimitsAreEnforced() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let eleven = Array(repeating: "1", count: 11).joined(separator: ",")
      let answer = try await client.scoped(.post, "/sb/v4/campaigns", body: #"{"campaigns": [\#(eleven)]}"#)
      #expect(answer.status == 400)
      let many = Array(repeating: "1", count: 1001).joined(separator: ",")
      #expect(try await client.scoped(.post, "/sp/campaigns", body: #"{"campaigns": [\#(many)]}"#).status == 400)
      let prefer = try await client.scoped(
        .post, "/sp/campaigns", body: #"{"campaigns": [\#(Self.products.campaign())]}"#,
        headers: ["Prefer": "return=representation"])
      #expect(
        prefer.text("campaigns", "success", "0", "campaign", "dynamicBidding", "strategy") == "LEGACY_FOR_SALES")
    }
  }
}
