import Base
import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit) struct AudienceRecordAPITests {
  private typealias Steps = AudienceServer

  private func people(_ range: Range<Int>, _ action: String = "CREATE") -> [String] {
    range.map { Steps.record($0, action) }
  }

  private func size(_ client: APIClient, _ audienceID: String, _ name: String) async throws -> JSONValue {
    try await client.account(.get, "\(Steps.metadata)/\(audienceID)")["metadata", "audienceSize", name]
  }

  @Test(arguments: Door.allCases)
  func membersJoinAndLeave(_ door: Door) async throws {
    let steps = try await AudienceServer()
    try await steps.run(door) { client in
      _ = try await steps.connect(client)
      let connection = try await client.account(.get, Steps.connections).text("connections", "0", "connectionId")
      let id = try await steps.create(client, target: #"{"connectionId": "\#(connection)"}"#)
      // Ten people more than anybody knows.
      let job = try await steps.send(client, id, people(20..<50))
      #expect(job.text("jobState") == "SUCCEEDED", "\(job.body)")
      #expect(job["successful", "recordsProcessedRate"] == .integer(100))
      #expect(job["invalidRecords"] == .array([]))
      #expect(job["audienceSize", "receivedRecordSize"] == .integer(30))
      #expect(job["audienceSize", "idResolutionCount"] == .integer(20))
      #expect(job["audienceSize", "dspAudienceSize"] == .integer(20))
      #expect(try await steps.send(client, id, people(20..<25, "DELETE")).text("jobState") == "SUCCEEDED")
      #expect(try await size(client, id, "dspAudienceSize") == .integer(15))
      #expect(try await size(client, id, "receivedRecordSize") == .integer(35))
    }
  }

  @Test func queriesReadMembersAndLog() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      _ = try await steps.connect(client)
      let id = try await steps.create(client, target: #"{"connectionId": "\#(try await defaultID(client))"}"#)
      _ = try await steps.send(client, id, people(0..<30))
      _ = try await steps.send(client, id, people(0..<10, "DELETE"))
      let names = try await steps.tableNames(client)
      let members = try #require(names.first { $0.contains("_audience_members_") })
      let log = try #require(names.first { $0.contains("_audience_logs_") })
      #expect(members.wholeMatch(of: #/other_audience_members_[0-9a-f]{8}/#) != nil)
      // The guide's own example: a number is compared with the text.
      let reach =
        "SELECT COUNT(DISTINCT user_id) AS matched_users FROM \(members) WHERE audience_id = \(id) GROUP BY audience_id"
      #expect(try await steps.measure(client, reach) == ["matched_users", "20"])
      let actions =
        "SELECT action, COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('\(log)', 'P397D', 'P10D')) GROUP BY action"
      #expect(try await steps.measure(client, actions).sorted() == ["CREATE,30", "DELETE,10", "action,n"])
    }
  }

  private func defaultID(_ client: APIClient) async throws -> String {
    try await client.account(.get, Steps.connections).text("connections", "0", "connectionId")
  }

  @Test func membershipDependsOnTimeAndTTL() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let advertiser = #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#
      let id = try await steps.create(client, target: advertiser, ttl: 3600)
      _ = try await steps.send(client, id, people(0..<10))
      steps.server.clock.advance(bySeconds: 3000)
      let renewed = try await steps.server.otherClient(client)
      _ = try await steps.send(renewed, id, people(5..<15))
      #expect(try await size(renewed, id, "dspAudienceSize") == .integer(15))
      steps.server.clock.advance(bySeconds: 601)
      let later = try await steps.server.otherClient(client)
      #expect(try await size(later, id, "dspAudienceSize") == .integer(10))
      for (ttl, count) in [(0, 0), (3601, 15), (3600, 10), (100, 0), (34_300_800, 15)] {
        let change = #"{"metadata": {"ttl": \#(ttl)}}"#
        #expect(try await later.account(.put, "\(Steps.metadata)/\(id)", body: change).status == 200)
        #expect(try await size(later, id, "dspAudienceSize") == .integer(Int64(count)), "\(ttl)")
      }
    }
  }

  /// A count of matches would tell whether the one person behind all records is known.
  @Test func copiesOfOneAddressAreNotCounted() async throws {
    let steps = try await AudienceServer(countRounding: 10)
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let job = try await steps.send(client, id, Array(repeating: Steps.record(0), count: 100))
      #expect(job["audienceSize", "receivedRecordSize"] == .integer(100))
      #expect(job["audienceSize", "idResolutionCount"] == .integer(0))
    }
  }

  @Test func sizesAreRounded() async throws {
    let steps = try await AudienceServer(countRounding: 10)
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let job = try await steps.send(client, id, people(0..<19))
      #expect(job["audienceSize", "receivedRecordSize"] == .integer(19))
      #expect(job["audienceSize", "idResolutionCount"] == .integer(10))
      #expect(job["audienceSize", "dspAudienceSize"] == .integer(10))
    }
  }

  @Test func audiencesBecomeActiveWithEnoughMembers() async throws {
    let steps = try await AudienceServer(minimumAudienceSize: 20)
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      _ = try await steps.send(client, id, people(0..<19))
      let path = "/audiences/list?advertiserId=\(Steps.setup.displayAdvertiserID)"
      let scope: APIClient.Headers = ["Amazon-Advertising-API-Scope": Steps.setup.profileID]
      let few = try await client.activation(path, headers: scope)
      #expect(few["matchCount"] == .integer(1), "\(few.body)")
      #expect(few.text("audiences", "0", "audienceId") == id)
      #expect(few.text("audiences", "0", "category") == "Advertiser audiences")
      #expect(few.text("audiences", "0", "status") == "Inactive")
      _ = try await steps.send(client, id, people(19..<20))
      let filter = #"{"filters": [{"field": "status", "values": ["Active"]}]}"#
      let enough = try await client.activation(path, body: filter, headers: scope)
      #expect(enough.text("audiences", "0", "status") == "Active", "\(enough.body)")
    }
  }

  @Test func invalidRecordsAreReportedAndValidOnesAccepted() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let hash = Steps.hash("person-1")
      let many = "[\(Array(repeating: "{\"email\": \"\(hash)\"}", count: 101).joined(separator: ","))]"
      let wrong: [(members: [String: String], names: String)] = [
        (["hashedPII": #"[{"email": "someone@example.com"}]"#], "hashedPII.email"),
        (["hashedPII": "[{\"phone\": \"\(hash.dropLast())\"}]"], "hashedPII.phone"),
        (["hashedPII": "[{\"address\": \"\(hash.dropLast())g\"}]"], "hashedPII.address"),
        (["hashedPII": #"[{"maid": "not-a-uuid"}]"#], "hashedPII.maid"), (["hashedPII": "[]"], "1 to 100"),
        (["hashedPII": ""], "1 to 100"), (["hashedPII": many], "1 to 100"), (["hashedPII": "[{}]"], "identifier"),
        (["hashedPII": #"[{"email": ""}]"#], "identifier"), (["hashedPII": #"[{"email": 7}]"#], "type"),
        (["action": #""UPSERT""#], "action"), (["action": ""], "action"),
        (["countryCode": #""QQ""#], "countryCode"),
        (["externalUserId": ""], "externalUserId"), (["externalUserId": #""a b""#], "externalUserId"),
        (["externalUserId": "\"\(String(repeating: "x", count: 129))\""], "externalUserId"),
      ]
      // Good ones between the others, with values in capital letters and more than one identifier.
      let good = [
        Steps.record(2),
        Steps.record(3, "CREATE", ["hashedPII": "[{\"email\": \"\(Steps.hash("person-3").uppercased())\"}]"]),
        Steps.record(
          4, "CREATE", ["hashedPII": "[{\"phone\": \"\(hash)\"}, {\"email\": \"\(Steps.hash("person-4"))\"}]"]),
        Steps.record(
          5, "CREATE", ["hashedPII": #"[{"maid": "0F3DCD52-AE66-4F1D-A5A1-09EA4E9C1C20"}]"#, "measurements": "{}"]),
      ]
      let job = try await steps.send(
        client, id, [good[0]] + wrong.map { Steps.record(1, "CREATE", $0.members) } + good.dropFirst())
      #expect(job.text("jobState") == "SUCCEEDED", "\(job.body)")
      #expect(job["invalidRecords"].elements.count == wrong.count)
      for (index, each) in wrong.enumerated() {
        let text = job.text("invalidRecords", "\(index)", "error")
        #expect(text.contains(each.names), "\(each.members) \(text)")
        #expect(!text.contains("example.com"))
        #expect(job.text("invalidRecords", "\(index)", "audienceId") == id)
      }
      #expect(job.text("invalidRecords", "0", "externalId") == "person-1")
      #expect(job["successful", "recordsProcessedRate"] == .integer(20))
      #expect(job["audienceSize", "idResolutionCount"] == .integer(3))
    }
  }

  @Test func requestsWithoutAValidRecordFail() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let job = try await steps.send(client, id, [Steps.record(1, "CREATE", ["action": ""])])
      #expect(job.text("jobState") == "FAILED")
      #expect(job["successful", "recordsProcessedRate"] == .integer(0))
      #expect(try await size(client, id, "receivedRecordSize") == .integer(1))
    }
  }

  @Test func consentIsCheckedWhereRequired() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      func consent(_ value: String, _ country: String = "DE") -> [String: String] {
        [
          "userConsent":
            #"{"geo": {"countryCode": "\#(country)"}, "consent": {"amzn": {"amznUserData": "\#(value)", "amznAdStorage": "\#(value)"}}}"#
        ]
      }
      let job = try await steps.send(
        client, id,
        [
          Steps.record(1, "CREATE", consent("GRANTED")), Steps.record(2, "CREATE", consent("DENIED")),
          Steps.record(3, "CREATE", consent("DENIED", "US")), Steps.record(4, "DELETE", consent("DENIED")),
          Steps.record(5, "CREATE", ["userConsent": #"{"consent": {"tcf": "nonsense"}}"#]),
          Steps.record(6, "CREATE", consent("NOT_APPLICABLE")),
        ])
      #expect(job["invalidRecords"].elements.count == 2, "\(job.body)")
      #expect(job.text("invalidRecords", "0", "externalId") == "person-2")
      #expect(job.text("invalidRecords", "1", "externalId") == "person-5")
    }
  }

  /// Clients put the signals under `consent` or beside `geo`. A denial in either place is one, and what is not known
  /// may be one.
  @Test func consentIsReadInBothPlaces() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let (yes, no) = (
        #""amzn": {"amznUserData": "GRANTED", "amznAdStorage": "GRANTED"}"#,
        #""amzn": {"amznAdStorage": "DENIED", "amznUserData": "DENIED"}"#
      )
      let de = #""geo": {"countryCode": "DE"}"#
      let us = #""geo": {"countryCode": "US"}"#
      func record(_ person: Int, _ consent: String) -> String {
        Steps.record(person, "CREATE", ["countryCode": #""DE""#, "userConsent": "{\(consent)}"])
      }
      let job = try await steps.send(
        client, id,
        [
          record(1, "\(de), \(no)"), record(2, "\(de), \(yes)"),
          record(3, "\(de), \(yes), \"consent\": {\(no)}"), record(4, "\(de), \(no), \"consent\": {\(yes)}"),
          record(5, "\(de), \(yes), \"consent\": null"), record(6, "\(us), \(no)"),
          record(7, "\(us), \"amazon\": {}"), record(8, "\(de), \"consent\": {\(yes), \"usp\": \"1YNN\"}"),
          record(9, "\(de), \"consent\": {\"amzn\": {\"amznUserData\": \"GRANTED\", \"adStorage\": \"DENIED\"}}"),
          Steps.record(10, "CREATE", ["countryCode": #""DE""#, "consent": "{\(no)}"]),
          Steps.record(11, "CREATE", ["countryCode": #""DE""#, "note": "{\(no)}"]),
          Steps.record(12, "DELETE", ["userConsent": "{\"amazon\": 1}"]),
          Steps.record(13, "CREATE", ["countryCode": #""Deutschland""#, "userConsent": "{\(no)}"]),
          Steps.record(14, "CREATE", ["countryCode": #""Atlantis""#]),
          Steps.record(15, "CREATE", ["countryCode": #""US""#, "userConsent": "{\(us), \(no)}"]),
          Steps.record(16, "CREATE", ["countryCode": #""US""#, "userConsent": "{\(de), \(no)}"]),
        ])
      let left = job["invalidRecords"].elements.indices.map { job.text("invalidRecords", "\($0)", "externalId") }
      #expect(left == [1, 3, 4, 6, 7, 8, 9, 10, 13, 14, 16].map { "person-\($0)" }, "\(job.body)")
    }
  }

  @Test func theConnectionDecidesWhereRecordsGo() async throws {
    let steps = try await AudienceServer(isStrict: true)
    try await steps.run { client in
      let both = try await steps.connect(client, ["connectionId": #""both""#])
      _ = try await steps.connect(client, advertiser: false, ["connectionId": #""amc""#])
      _ = try await steps.connect(client, instance: false, ["connectionId": #""dsp""#])
      let id = try await steps.create(client, target: #"{"connectionId": "\#(both)"}"#)
      let wrong = [
        #"{"connectionId": "amc", "targetTypes": ["DSP"]}"#, #"{"connectionId": "dsp", "targetTypes": []}"#,
        #"{"connectionId": "none"}"#, #"{"connectionId": "amc", "targetTypes": ["AMC"]}"#, #"{"else": 1}"#,
      ]
      for target in wrong {
        let answer = try await client.account(
          .post, Steps.records, body: Steps.body(id, [Steps.record(1)], target: target))
        #expect(answer.status == 400, "\(target)")
        #expect(answer.text("message").contains("targetResource"), "\(answer.body)")
      }
      // Into the instance alone: the advertiser sees nobody, and queries do.
      _ = try await steps.send(client, id, people(0..<5), target: #"{"connectionId": "both", "targetTypes": []}"#)
      _ = try await steps.send(client, id, people(5..<8), target: #"{"connectionId": "amc"}"#)
      #expect(try await size(client, id, "dspAudienceSize") == .integer(0))
      _ = try await steps.send(client, id, people(10..<14), target: #"{"connectionId": "dsp"}"#)
      _ = try await steps.send(
        client, id, people(20..<22), target: #"{"connectionId": "both", "targetTypes": ["DSP"]}"#)
      // Without a target, or with an empty one, it is the default connection.
      _ = try await steps.send(client, id, people(30..<31))
      _ = try await steps.send(client, id, people(31..<32), target: #"{"connectionId": ""}"#)
      #expect(try await size(client, id, "dspAudienceSize") == .integer(8))
      let members = try #require(try await steps.tableNames(client).first { $0.contains("_members_") })
      #expect(try await steps.measure(client, "SELECT COUNT(DISTINCT user_id) AS n FROM \(members)") == ["n", "12"])
      // Once there is no connection, there is no default.
      #expect(try await client.account(.delete, Steps.connections).status == 204)
      let without = try await client.account(.post, Steps.records, body: Steps.body(id, [Steps.record(1)]))
      #expect(without.status == 400)
      #expect(without.errorCode == "no_default_connection")
    }
  }

  /// Bodies that are no request, with the code of the answer.
  static let malformed: [(body: String, code: String)] = [
    ("", "body_missing"), ("[]", "body_not_an_object"), ("{", "body_not_json"), ("{}", "missing_field"),
    (#"{"records": []}"#, "missing_field"), (#"{"audienceId": 1}"#, "missing_field"),
    (#"{"audienceId": 1, "records": {}}"#, "wrong_type"), (#"{"audienceId": "1", "records": []}"#, "wrong_type"),
    (#"{"audienceId": 1, "records": [], "records": []}"#, "wrong_type"),
    (#"{"audienceId": 1, "records": [], "else": 1}"#, "unknown_field"),
    (#"{"audienceId": 1, "records": [}"#, "body_not_json"), (#"{"audienceId": 1, "records": [{}"#, "body_not_json"),
    (#"{"audienceId": 1, "records": [{}] "x"}"#, "body_not_json"),
    (#"{"audienceId": 1, "records": [,]}"#, "body_not_json"),
    (#"{"audienceId": 1, "records": [{} {}]}"#, "body_not_json"),
    (#"{"audienceId": 1, "records": []} x"#, "body_not_json"),
    (#"{"audienceId": 1, "records": [\#(String(repeating: "[", count: 40))"#, "body_too_deep"),
  ]

  @Test func malformedBodiesAreRefused() async throws {
    let steps = try await AudienceServer(isStrict: true)
    try await steps.run { client in
      for each in Self.malformed {
        let answer = try await client.account(.post, Steps.records, body: each.body)
        #expect(answer.status == 400, "\(each.body)")
        #expect(answer.errorCode == each.code, "\(each.body) \(answer.body)")
      }
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      let broken = try await client.account(.post, Steps.records, body: Steps.body(id, [#"{"action": CREATE}"#]))
      #expect(broken.errorCode == "body_not_json")
      for count in [0, 10_001] {
        let answer = try await client.account(
          .post, Steps.records, body: Steps.body(id, Array(repeating: "{}", count: count)))
        #expect(answer.status == 400, "\(count)")
        #expect(answer.text("message").contains("records"))
      }
      #expect(try await client.account(.get, "\(Steps.records)/none").status == 404)
    }
  }

  @Test(arguments: Door.allCases)
  func largeRequestsAreAcceptedWhole(_ door: Door) async throws {
    let steps = try await AudienceServer()
    try await steps.run(door) { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      // Each person many times over, and members that are in no order: the address comes last.
      let records = (0..<10_000).map { Steps.record($0 % 50) }.joined(separator: ",\n ")
      let sent = try await client.account(
        .post, Steps.records, body: "{\"records\": [ \(records) ], \"audienceId\": \(id)}")
      #expect(sent.status == 202, "\(sent.body)")
      let job = try await steps.finished(client, sent.text("jobRequestId"))
      #expect(job["audienceSize", "receivedRecordSize"] == .integer(10_000))
      #expect(job["audienceSize", "idResolutionCount"] == .integer(8_000))
      #expect(job["audienceSize", "dspAudienceSize"] == .integer(40))
    }
  }

  @Test func identifiersAreRemovedAfterTheJob() async throws {
    let steps = try await AudienceServer()
    try await steps.run { client in
      let id = try await steps.create(
        client, target: #"{"advertiserId": \#(Steps.setup.displayAdvertiserID)}"#)
      _ = try await steps.send(client, id, people(0..<3))
      let folder = URL(filePath: steps.server.folder.file("objects"))
      let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      let hash = Data(Steps.hash("person-1").utf8)
      for case let file as URL in files where !file.hasDirectoryPath {
        #expect(try Data(contentsOf: file).range(of: hash) == nil, "\(file.lastPathComponent)")
      }
      #expect(!steps.server.log.text.contains(Steps.hash("person-1")))
    }
  }
}
