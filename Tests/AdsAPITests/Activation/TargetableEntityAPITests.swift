import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct TargetableEntityAPITests {
  private static let path = "/targetableEntities/list"
  private static let guideBody = """
    {"adProduct": "SPONSORED_DISPLAY", "targetTypeFilter": ["AUDIENCE"], "maxResults": 10,
     "pathsFilter": [["Audience Category", "Custom-built", "AMC"]]}
    """

  @Test(arguments: Door.allCases)
  func audiencesOfSponsoredAdsAdvertisersAreListed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let (_, audienceID) = try await server.makeSponsoredAudience(client)
      _ = try await server.makeAudience(client, "Of the DSP")
      let list = try await client.scoped(.post, Self.path, body: Self.guideBody)
      #expect(list.status == 200)
      #expect(list.headers[.contentType] == "application/vnd.Mindreader.TargetableEntitiesResource.v1+json")
      #expect(
        try list.json()
          == .object([
            "totalResults": .integer(1),
            "targetableEntities": .array([
              .object([
                "audienceId": .string(audienceID), "audienceResolved": .string("AMC Cart"),
                "audienceTooltip": .string("Audience created for Audience Demo"), "targetType": .string("AUDIENCE"),
                "path": .array([.string("Audience Category"), .string("Custom-built"), .string("AMC")]),
              ])
            ]),
          ]))
    }
  }

  @Test func filtersAndPagesWork() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      for name in ["Cart one", "Cart two", "Garden"] { _ = try await server.makeSponsoredAudience(client, name) }
      let old = try await server.makeSponsoredAudience(client, "Cart old")
      try await server.deactivate(audienceID: old.id)
      let product = #""adProduct": "SPONSORED_PRODUCTS""#
      let cases: [(body: String, count: Int64)] = [
        ("{\(product)}", 3), (#"{"adProduct": "SPONSORED_BRANDS"}"#, 3), (#"{"adProduct": "SPONSORED_TELEVISION"}"#, 0),
        (#"{\#(product), "searchQueryFilter": "cart"}"#, 2), (#"{\#(product), "searchQueryFilter": "TWO cart"}"#, 1),
        (#"{\#(product), "targetTypeFilter": []}"#, 3),
        (#"{\#(product), "targetTypeFilter": ["PRODUCT_CATEGORY"]}"#, 0),
        (#"{\#(product), "pathsFilter": []}"#, 3), (#"{\#(product), "pathsFilter": [["Audience Category"]]}"#, 3),
        (#"{\#(product), "pathsFilter": [["Product Category"]]}"#, 0),
        (#"{\#(product), "pathsFilter": [["Audience Category", "Custom-built", "AMC", "More"]]}"#, 0),
        (#"{\#(product), "pathsFilter": [["Product Category"], ["Audience Category", "Custom-built"]]}"#, 3),
        (#"{\#(product), "productCategoryIdFilter": ["1"]}"#, 0), (#"{\#(product), "locale": "en_US"}"#, 3),
      ]
      for (body, count) in cases {
        let list = try await client.scoped(.post, Self.path, body: body)
        #expect(list["totalResults"] == .integer(count), "\(body)")
      }
      let first = try await client.scoped(.post, Self.path, body: #"{\#(product), "maxResults": 2}"#)
      #expect(first["targetableEntities"].elements.count == 2)
      let token = first.text("nextToken")
      let second = try await client.scoped(
        .post, Self.path, body: #"{\#(product), "maxResults": 2, "nextToken": "\#(token)"}"#)
      #expect(second.text("targetableEntities", "0", "audienceResolved") == "AMC Garden")
      #expect(second["nextToken"] == .null)
      let other = try await client.scoped(
        .post, Self.path, body: #"{"adProduct": "SPONSORED_BRANDS", "nextToken": "\#(token)"}"#)
      #expect(other.status == 400)
      #expect(other.text("code") == "INVALID_ARGUMENT")
    }
  }

  /// A profile of an advertiser sees what is its own.
  @Test func vendorsSeeTheirOwnAudiences() async throws {
    let server = try await TestServer()
    try await server.components.instances.addAdvertisers(
      [.init(kind: .sponsoredAds, id: "ENTITYSECOND", name: "Second", marketplaceID: "ATVPDKIKX0DER")],
      instanceID: Fixtures.setup.instanceID, at: Fixtures.now)
    let second = try await server.profileID(ofAdvertiser: "ENTITYSECOND")
    try await server.run(.router) { client in
      _ = try await server.makeSponsoredAudience(client)
      for (profile, count) in [("5512345678901234", Int64(1)), (second, 0)] {
        let list = try await client.scoped(
          .post, Self.path, body: Self.guideBody, headers: ["Amazon-Advertising-API-Scope": profile])
        #expect(list["totalResults"] == .integer(count), "\(profile)")
      }
    }
  }

  @Test func refusalsNameTheProblem() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      for body in [
        "{}", #"{"adProduct": "DSP"}"#, "[]", #"{"adProduct": "SPONSORED_DISPLAY", "maxResults": 0}"#,
        #"{"adProduct": "SPONSORED_DISPLAY", "maxResults": 251}"#,
        #"{"adProduct": "SPONSORED_DISPLAY", "targetTypeFilter": ["KEYWORD"]}"#,
        #"{"adProduct": "SPONSORED_DISPLAY", "pathsFilter": ["Audience Category"]}"#,
        #"{"adProduct": "SPONSORED_DISPLAY", "pathsFilter": [[1]]}"#, #"{"adProduct": "SPONSORED_DISPLAY", "else": 1}"#,
      ] {
        let answer = try await client.scoped(.post, Self.path, body: body)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.text("code") == "INVALID_ARGUMENT", "\(body)")
      }
      try await expectScope(client, .post, Self.path, body: Self.guideBody)
    }
  }
}
