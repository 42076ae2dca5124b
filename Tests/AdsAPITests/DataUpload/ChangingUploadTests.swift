import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// Privacy rule 7 if the data change and not the query: the same report twice, over lists that differ by one person.
@Suite(.hangLimit)
struct ChangingUploadTests {
  private typealias Steps = UploadServer
  private static let query = "SELECT COUNT(DISTINCT user_id) AS people FROM purchases"

  /// Runs a body with a data set of 120 people, about which a first report has been made.
  private func withReport(_ body: @Sendable (UploadServer, APIClient) async throws -> Void) async throws {
    let setting = try await UploadServer(peopleCount: 300)
    try await setting.run { client in
      _ = try await setting.send(client, "\(Steps.root)/dataSets", DataSetBody.purchases())
      try await expectUpload(setting, client, 0..<120)
      #expect(try await setting.report(client, Self.query) == .lines(["120"]))
      setting.server.clock.advance(bySeconds: 60)
      try await body(setting, client)
    }
  }

  private func expectUpload(
    _ setting: UploadServer, _ client: APIClient, _ people: Range<Int>, _ strategy: String = "ADDITIVE"
  ) async throws {
    let upload = try await setting.upload(client, people: people, strategy: strategy)
    #expect(upload["upload", "metrics", "MatchedRowCount"] == .integer(Int64(people.count)), "\(upload.body)")
    setting.server.clock.advance(bySeconds: 60)
  }

  /// The only row of the report is left out.
  private func expectNothing(_ report: UploadServer.Report) { #expect(report == .lines([])) }

  @Test func oneMorePersonIsHiddenUntilManyMoreJoin() async throws {
    try await withReport { setting, client in
      // The same list again reveals nothing.
      #expect(try await setting.report(client, Self.query) == .lines(["120"]))
      try await expectUpload(setting, client, 120..<121)
      expectNothing(try await setting.report(client, Self.query))
      // Nor does a query that is not exactly the same.
      expectNothing(try await setting.report(client, "\(Self.query) WHERE shop IS NOT NULL"))
      try await expectUpload(setting, client, 121..<241)
      #expect(try await setting.report(client, Self.query) == .lines(["241"]))
    }
  }

  @Test(arguments: ["FULL_REPLACE", "OVERLAP_REPLACE"])
  func replacedListsAreCompared(_ strategy: String) async throws {
    try await withReport { setting, client in
      try await expectUpload(setting, client, 0..<121, strategy)
      expectNothing(try await setting.report(client, Self.query))
      try await expectUpload(setting, client, 0..<119, strategy)
      expectNothing(try await setting.report(client, Self.query))
      try await expectUpload(setting, client, 0..<240, strategy)
      #expect(try await setting.report(client, Self.query) == .lines(["240"]))
    }
  }

  /// More uploads than the number of files of one day, so files are merged; one of the people is known.
  @Test func compactionKeepsEarlierMomentsComparable() async throws {
    try await withReport { setting, client in
      for person in 299..<319 {
        let line = "\(AudienceServer.hash("person-\(person)")),2025-05-10T10:00:00Z,a"
        _ = try await setting.upload(client, lines: [line])
        setting.server.clock.advance(bySeconds: 1)
      }
      expectNothing(try await setting.report(client, Self.query))
    }
  }

  @Test func oneMemberMoreOrLessIsHidden() async throws {
    let setting = try await UploadServer(peopleCount: 100)
    let steps = AudienceServer(of: setting.server)
    try await setting.run { client in
      let connection = try await steps.connect(client, advertiser: false)
      let audience = try await steps.create(client, target: #"{"connectionId": "\#(connection)"}"#)
      @Sendable func send(_ people: Range<Int>, _ action: String) async throws {
        let job = try await steps.send(client, audience, people.map { AudienceServer.record($0, action) })
        #expect(job.text("jobState") == "SUCCEEDED", "\(job.body)")
        setting.server.clock.advance(bySeconds: 60)
      }
      try await send(0..<30, "CREATE")
      let members = try #require(try await steps.tableNames(client).first { $0.contains("_audience_members_") })
      let query = "SELECT COUNT(DISTINCT user_id) AS people FROM \(members) WHERE audience_id = '\(audience)'"
      #expect(try await setting.report(client, query) == .lines(["30"]))
      setting.server.clock.advance(bySeconds: 60)
      try await send(30..<31, "CREATE")
      expectNothing(try await setting.report(client, query))
      // As before.
      try await send(30..<31, "DELETE")
      #expect(try await setting.report(client, query) == .lines(["30"]))
      setting.server.clock.advance(bySeconds: 60)
      try await send(0..<1, "DELETE")
      expectNothing(try await setting.report(client, query))
      try await send(30..<90, "CREATE")
      #expect(try await setting.report(client, query) == .lines(["89"]))
    }
  }
}
