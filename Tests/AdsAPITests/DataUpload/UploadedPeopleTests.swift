import FirstPartyData
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// A data set on the real engine: hashed people come in by an upload, are counted by a query, and go by a request.
@Suite(.hangLimit)
struct UploadedPeopleTests {
  private typealias Steps = UploadServer
  /// People whom the marketplace knows; as many again upload records and are known to nobody.
  private static let peopleCount = 130
  private static let query = "SELECT COUNT(DISTINCT user_id) AS people FROM purchases"

  private func setting() async throws -> UploadServer {
    // What is asked here twice differs by one person: just what a comparison is there to refuse.
    try await UploadServer(peopleCount: Self.peopleCount, comparedExecutions: 0)
  }

  @Test func aPersonIsDeletedFromFilesAndFromResults() async throws {
    let setting = try await setting()
    try await setting.run(.live) { client in
      _ = try await setting.send(client, "\(Steps.root)/dataSets", DataSetBody.purchases())
      let upload = try await setting.upload(client, people: 0..<2 * Self.peopleCount)
      #expect(upload["upload", "status"] == .string("SUCCESS"), "\(upload.body)")
      #expect(upload["upload", "metrics", "InputRowCount"] == .integer(260))
      #expect(upload["upload", "metrics", "OutputRowCount"] == .integer(260))
      #expect(upload["upload", "metrics", "MatchedRowCount"] == .integer(130))
      #expect(try await setting.report(client, Self.query) == .lines(["130"]))
      let key = try #require(try await setting.keys(of: 7).first)
      let other = try #require(try await setting.keys(of: 8).first)
      #expect(try await setting.valueCount(key) == 1)
      // Hashes of people are kept nowhere, neither those of the known nor of the unknown.
      for person in [7, 200] { #expect(!setting.isStored(Data(AudienceServer.hash("person-\(person)").utf8))) }

      let deletion = try await setting.delete(client, people: [7, 200])
      #expect(deletion["identityDeletion", "status"] == .string("SUCCEEDED"))
      #expect(try await setting.valueCount(key) == 0)
      #expect(try await setting.valueCount(other) == 1)
      // Nor in files that are no longer part of the data set, or in what waits for a job.
      #expect(!setting.isStored(withUnsafeBytes(of: key.littleEndian) { Data($0) }))
      #expect(!setting.isStored(Data(AudienceServer.hash("person-7").utf8)))
      #expect(try await setting.report(client, Self.query) == .lines(["129"]))
    }
  }

  /// A person who is a member of an audience is gone from the members, and from the log of who came and went.
  @Test func aPersonIsDeletedFromAudiences() async throws {
    let setting = try await setting()
    let steps = AudienceServer(of: setting.server)
    try await setting.run { client in
      let connection = try await steps.connect(client)
      let audience = try await steps.create(client, target: #"{"connectionId": "\#(connection)"}"#)
      for (people, action) in [(0..<30, "CREATE"), (5..<8, "DELETE"), (5..<8, "CREATE")] {
        let job = try await steps.send(client, audience, people.map { AudienceServer.record($0, action) })
        #expect(job.text("jobState") == "SUCCEEDED", "\(job.body)")
      }
      let names = try await steps.tableNames(client)
      let members = try #require(names.first { $0.contains("_audience_members_") })
      let log = try #require(names.first { $0.contains("_audience_logs_") })
      let reach = "SELECT COUNT(DISTINCT user_id) AS n FROM \(members) WHERE audience_id = '\(audience)'"
      let entries = "SELECT COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('\(log)', 'P1D', 'P60D'))"
      #expect(try await setting.report(client, reach) == .lines(["30"]))
      #expect(try await setting.report(client, entries) == .lines(["36"]))
      // The connection has an advertiser of the DSP as well, with a log of its own: two logs with three entries each.
      let key = try #require(try await setting.keys(of: 7).first)
      let other = try #require(try await setting.keys(of: 6).first)
      #expect(try await setting.valueCount(key) == 6)

      let deletion = try await setting.delete(client, people: [7])
      #expect(deletion["identityDeletion", "status"] == .string("SUCCEEDED"))
      #expect(try await setting.report(client, reach) == .lines(["29"]))
      #expect(try await setting.report(client, entries) == .lines(["33"]))
      #expect(try await setting.valueCount(key) == 0)
      #expect(try await setting.valueCount(other) == 6)
      #expect(!setting.isStored(withUnsafeBytes(of: key.littleEndian) { Data($0) }))
      #expect(!setting.isStored(Data(AudienceServer.hash("person-7").utf8)))
    }
  }

  /// A file that is wrong is said to be so by name, line, column and reason, and nothing of it is there.
  @Test func aBadFileIsRejectedWhole() async throws {
    let setting = try await setting()
    try await setting.run(.live) { client in
      _ = try await setting.send(client, "\(Steps.root)/dataSets", DataSetBody.purchases())
      let shown = try await setting.upload(
        client,
        lines: [
          "\(AudienceServer.hash("person-1")),2025-05-10T10:00:00Z,a", "someone@example.com,2025-05-10T10:00:00Z,b",
        ])
      #expect(shown["upload", "status"] == .string("FAILED"))
      let message = shown["upload", "message"].stringValue ?? ""
      #expect(message.hasPrefix("s3://amc-files/in.csv:3: column 'email_hash': unhashed_identifier: "), "\(message)")
      #expect(!message.contains("someone"))
      #expect(setting.files.isEmpty)
    }
  }
}
