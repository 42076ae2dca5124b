import Activation
import AdvertiserData
import CleanRoom
import Foundation
import GRDB
import Metadata
import ServerTestSupport
import Synchronization
import Testing
import Warehouse

/// The audiences that an advertiser account is shown: those of queries and those of sent records, in one list.
@Suite struct AudienceListTests {
  private static let accountID = Fixtures.setup.accountID
  private static let advertisers = [Fixtures.setup.displayAdvertiserID, "other"]

  /// Counts members without an engine: as many as a test says, by log and audience.
  private final class FakeLog: AudienceMemberLog {
    let counts: [String: [String: Int]]
    private let asked = Mutex<[[MemberCountRequest]]>([])

    init(_ counts: [String: [String: Int]]) { self.counts = counts }

    var questions: [[MemberCountRequest]] { asked.withLock { $0 } }

    func append(_ requests: [StagedAudienceRecords], of instance: InstanceRecord) async throws -> [Int64: Int] { [:] }

    func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] {
      asked.withLock { $0.append(requests) }
      return counts.mapValues { $0 }
    }
  }

  private let room: Room
  private let log = FakeLog(["log0": ["1": 5000, "2": 10], "log1": ["2": 3000, "3": 20]])
  private let service: AdvertiserAudienceService

  /// Three audiences of queries and three of sent records, all of one moment but the last ones.
  init() async throws {
    room = try await Room()
    service = AdvertiserAudienceService(store: room.store, members: log, clock: room.clock)
    let instanceID = Fixtures.setup.instanceID
    try await room.store.write { transaction in
      try transaction.insert(
        ClientRecord(id: "client", name: "client", secretHash: Data([1]), createdAt: Fixtures.now))
      for index in 1...3 {
        let created = index == 3 ? Fixtures.now.addingTimeInterval(0.001) : Fixtures.now
        var audience = AudienceRecord(
          id: "q\(index)", instanceID: instanceID, advertiserID: Self.advertisers[0], advertiserKind: .display,
          name: "Query \(index)", audienceDescription: nil, query: "q", timeWindowStart: Fixtures.now,
          timeWindowEnd: Fixtures.now, isTimeWindowRelative: false, refreshRateDays: 0, inputParameters: nil,
          parameterValues: "{}", createdAt: created)
        (audience.status, audience.membersPrefix, audience.memberCount) = (.succeeded, "m", 4321)
        if index == 2 { audience.status = .deactivated }
        try transaction.insert(audience)
        try transaction.insert(
          AdvertiserAudienceRecord(
            id: "a\(index)", canonicalID: "10\(index)", audienceID: audience.id, advertiserID: audience.advertiserID,
            advertiserKind: .display, accountID: Self.accountID, name: "AMC-Query \(index)",
            audienceDescription: "d", createdAt: created))
        var streamed = StreamedAudienceRecord(
          id: Int64(index), clientID: "client", name: "Records \(index)", audienceDescription: "d",
          externalAudienceID: "e", ttlSeconds: 1000, createdAt: created)
        streamed.dspAdvertiserID = Self.advertisers[0]
        try transaction.insert(streamed)
      }
      for (index, advertiserID) in Self.advertisers.enumerated() {
        try transaction.insert(
          AudienceLogRecord(
            id: "log\(index)", clientID: "client", instanceID: instanceID, dspAdvertiserID: advertiserID,
            createdAt: Fixtures.now))
      }
      for (audience, log) in [(1, 0), (2, 0), (2, 1), (3, 1)] {
        try transaction.note(audienceID: Int64(audience), inLog: "log\(log)")
      }
    }
  }

  private func page(
    _ filters: [AdvertiserAudienceFilter] = [], advertiserID: String? = nil, after position: String = "",
    limit: Int = 10
  ) async throws -> AdvertiserAudienceService.Page {
    try await service.displayAudiences(
      accountID: Self.accountID, advertiserID: advertiserID, filters: filters, after: position, limit: limit)
  }

  private func ids(_ field: AdvertiserAudienceFilter.Field, isNegated: Bool = false, _ values: String...) async throws
    -> [String]
  {
    let filter = AdvertiserAudienceFilter(field: field, isNegated: isNegated, values: values)
    let page = try await page([filter])
    #expect(page.matchCount == page.audiences.count)
    return page.audiences.map(\.id)
  }

  private static let all = ["101", "102", "1", "2", "103", "3"]

  @Test(arguments: 1...7)
  func pagesOfAnySizeAreTheSameList(_ limit: Int) async throws {
    var (seen, position): ([String], String) = ([], "")
    repeat {
      let page = try await page(after: position, limit: limit)
      #expect(page.matchCount == 6)
      seen += page.audiences.map(\.id)
      position = page.nextPosition
    } while !position.isEmpty
    #expect(seen == Self.all)
  }

  @Test func membersOfAPageAreCountedAtOnce() async throws {
    let page = try await page()
    #expect(page.audiences.map(\.size.lowerBound) == [4300, 0, 5000, 3000, 4300, 0])
    #expect(log.questions.count == 1)
    #expect(log.questions.first?.map(\.logID) == ["log0", "log1"])
    #expect(log.questions.first?.map { $0.since.keys.sorted() } == [["1", "2"], ["2", "3"]])
  }

  @Test func onlyMembersOfThePageAreCounted() async throws {
    let first = try await page(limit: 2)
    _ = try await page(after: first.nextPosition, limit: 1)
    // One audience more than the page shows tells that another page follows.
    #expect(log.questions.flatMap { $0.flatMap(\.since.keys) }.contains("3") == false)
  }

  /// A row behind the page that nobody could read is not read.
  @Test func aPageIsAllThatIsRead() async throws {
    let queue = try DatabaseQueue(path: room.folder.file("metadata.sqlite"))
    try await queue.write { try $0.execute(sql: "UPDATE audience SET advertiserKind = 'BROKEN' WHERE id = 'q3'") }
    try queue.close()
    #expect(try await page(limit: 1).audiences.map(\.id) == ["101"])
  }

  @Test func oneAdvertisersAudiencesAreShown() async throws {
    #expect(try await page(advertiserID: "other").audiences.map(\.id) == ["2", "3"])
    #expect(try await page(advertiserID: Self.advertisers[0]).audiences.map(\.id) == ["101", "102", "1", "2", "103"])
  }

  @Test func filtersAreThoseOfTheAPI() async throws {
    #expect(try await ids(.audienceName, "RECORDS 1", "query 3") == ["1", "103"])
    #expect(try await ids(.audienceName, isNegated: true, "records") == ["101", "102", "103"])
    #expect(try await ids(.audienceID, "2", "102", "nothing") == ["102", "2"])
    #expect(try await ids(.audienceID, isNegated: true, "2", "102") == ["101", "1", "103", "3"])
    #expect(try await ids(.category, "advertiser AUDIENCES") == ["1", "2", "3"])
    #expect(try await ids(.categoryPath, "custom-built/amc") == ["101", "102", "103"])
    #expect(try await ids(.category, isNegated: true, "Custom-built") == ["1", "2", "3"])
    #expect(try await ids(.status, "active") == ["101", "1", "2", "103"])
    #expect(try await ids(.status, "Inactive") == ["3"])
    #expect(try await ids(.status, isNegated: true, "active", "inactive") == ["102"])
    let both = [
      AdvertiserAudienceFilter(field: .status, isNegated: false, values: ["Active"]),
      AdvertiserAudienceFilter(field: .audienceName, isNegated: false, values: ["2", "3"]),
    ]
    #expect(try await page(both).audiences.map(\.id) == ["2", "103"])
  }

  @Test func pagesOfAFilteredListGoOnWhereTheLastEnded() async throws {
    let filter = AdvertiserAudienceFilter(field: .status, isNegated: false, values: ["Active"])
    var (seen, position): ([String], String) = ([], "")
    repeat {
      let page = try await page([filter], after: position, limit: 1)
      #expect(page.matchCount == 4)
      seen += page.audiences.map(\.id)
      position = page.nextPosition
    } while !position.isEmpty
    #expect(seen == ["101", "1", "2", "103"])
  }
}
