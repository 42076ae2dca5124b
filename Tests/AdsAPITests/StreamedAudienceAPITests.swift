import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Testing

@Suite struct StreamedAudienceAPITests {
  private typealias Steps = AudienceServer
  private static let advertiser = #"{"advertiserId": \#(Fixtures.otherSetup.displayAdvertiserID)}"#

  @Test(arguments: Door.allCases)
  func anAudienceIsMadeShownAndChanged(_ door: Door) async throws {
    let steps = try await AudienceServer()
    try await steps.run(door) { client in
      let connection = try await steps.connect(client)
      let id = try await steps.create(
        client, target: #"{"connectionId": "\#(connection)"}"#, ["countryCode": #""FR""#])
      let shown = try await client.account(.get, "\(Steps.metadata)/\(id)")
      #expect(shown.status == 200)
      #expect(shown.headers[.contentType] == "application/vnd.amcaudiences.v1+json")
      #expect(shown.text("name") == "Buyers of tents")
      #expect(shown.text("countryCode") == "FR")
      #expect(shown["advertiserId"] == .integer(Int64(Steps.setup.displayAdvertiserID) ?? 0))
      // The default is the longest.
      #expect(shown["metadata", "ttl"] == .integer(34_300_800))
      #expect(shown["metadata", "audienceSize", "receivedRecordSize"] == .integer(0))
      let changed = try await client.account(
        .put, "\(Steps.metadata)/\(id)",
        body: #"""
          {"description": "", "metadata": {"ttl": 0, "audienceFees": [{"currency": "EUR", "cpmCents": 12.5}]}}
          """#)
      #expect(changed.status == 200, "\(changed.body)")
      #expect(changed["metadata", "ttl"] == .integer(0))
      #expect(changed["metadata", "audienceFees", "0", "currency"] == .string("EUR"))
      #expect(changed.text("description") == "")
      #expect(changed.text("name") == "Buyers of tents")
      // What an update does not name stays.
      let again = try await client.account(.put, "\(Steps.metadata)/\(id)", body: "{}")
      #expect(again.body == changed.body)
    }
  }

  @Test func bothTargetsMustBelongTogether() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let connection = try await steps.connect(client)
      let both = #"{"connectionId": "\#(connection)", "advertiserId": \#(Steps.setup.displayAdvertiserID)}"#
      _ = try await steps.create(client, target: both)
      let answer = try await client.account(
        .post, Steps.metadata,
        body: Steps.metadataBody(#"{"connectionId": "\#(connection)", "advertiserId": 5}"#))
      #expect(answer.status == 400)
      #expect(answer.text("message").contains("targetResource.advertiserId"))
    }
  }

  /// Members that replace those of a good body, and what the message names.
  static let refusals: [(members: [String: String], names: String)] = [
    (["name": ""], "name"), (["name": #""Too short""#], "name"),
    (["name": "\"\(String(repeating: "x", count: 129))\""], "name"), (["name": "7"], "name"),
    (["description": ""], "description"), (["description": "null"], "description"),
    (["description": "\"\(String(repeating: "x", count: 1001))\""], "description"),
    (["countryCode": #""Atlantis""#], "countryCode"), (["countryCode": #""USD""#], "countryCode"),
    (["countryCode": #""QQ""#], "countryCode"),
    (["targetResource": ""], "targetResource"), (["targetResource": "{}"], "targetResource"),
    (["targetResource": #"{"connectionId": "none"}"#], "targetResource.connectionId"),
    (["targetResource": #"{"advertiserId": 5}"#], "targetResource.advertiserId"),
    (["targetResource": #"{"advertiserId": 1.5}"#], "targetResource.advertiserId"),
    (["targetResource": #"{"advertiserId": 5, "else": 1}"#], "targetResource.else"),
    (["metadata": ""], "metadata"), (["metadata": "{}"], "metadata.externalAudienceId"),
    (["metadata": #"{"externalAudienceId": ""}"#], "metadata.externalAudienceId"),
    (["metadata": #"{"externalAudienceId": "x", "ttl": -1}"#], "metadata.ttl"),
    (["metadata": #"{"externalAudienceId": "x", "ttl": 34300801}"#], "metadata.ttl"),
    (["metadata": #"{"externalAudienceId": "x", "audienceFees": []}"#], "metadata.audienceFees"),
    (["metadata": #"{"externalAudienceId": "x", "audienceFees": [{"cpmCents": 1}]}"#], "currency"),
    (
      ["metadata": #"{"externalAudienceId": "x", "audienceFees": [{"currency": "CHF", "cpmCents": 1}]}"#], "currency"
    ),
    (["metadata": #"{"externalAudienceId": "x", "audienceFees": [{"currency": "EUR"}]}"#], "cpmCents"),
    (
      ["metadata": #"{"externalAudienceId": "x", "audienceFees": [{"currency": "EUR", "cpmCents": -1}]}"#], "cpmCents"
    ),
    (["colour": "1"], "colour"),
  ]

  @Test func refusalsNameTheField() async throws {
    let steps = try await AudienceServer(isStrict: true)
    try await steps.run { client in
      for refusal in Self.refusals {
        let body = Steps.metadataBody(Self.advertiser, refusal.members)
        let answer = try await client.account(.post, Steps.metadata, body: body)
        #expect(answer.status == 400, "\(refusal.members) \(answer.body)")
        #expect(answer.text("message").contains(refusal.names), "\(answer.body)")
      }
    }
  }

  @Test func otherClientsSeeNothing() async throws {
    let steps = try await AudienceServer()
    try await steps.server.run(.router) { stranger in
      let client = try await steps.server.otherClient(stranger)
      let id = try await steps.create(client, target: Self.advertiser)
      for path in ["\(Steps.metadata)/\(id)", "\(Steps.metadata)/1", "\(Steps.metadata)/x"] {
        let answer = try await stranger.account(.get, path)
        #expect(answer.status == 404)
        #expect(answer.errorCode == "unknown_audience")
        #expect(try await stranger.account(.put, path, body: "{}").status == 404)
      }
      let sent = try await stranger.account(.post, Steps.records, body: Steps.body(id, [Steps.record(1)]))
      #expect(sent.status == 400)
      #expect(sent.text("message").contains("audienceId"))
    }
  }

  @Test func audiencesNeedAcceptedTerms() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(client, target: Self.advertiser)
      try await steps.server.components.store.write { try $0.delete(TermsAcceptanceRecord.self, id: client.clientID) }
      let answers = [
        try await client.account(.post, Steps.metadata, body: Steps.metadataBody(Self.advertiser)),
        try await client.account(.get, "\(Steps.metadata)/\(id)"),
        try await client.account(.put, "\(Steps.metadata)/\(id)", body: "{}"),
        try await client.account(.post, Steps.records, body: Steps.body(id, [Steps.record(1)])),
        try await client.account(.get, "\(Steps.records)/x"),
      ]
      for answer in answers {
        #expect(answer.status == 401)
        #expect(answer.errorCode == "terms_not_accepted")
      }
    }
  }
}
