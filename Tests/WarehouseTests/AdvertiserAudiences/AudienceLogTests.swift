import Dialects
import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

/// Logs of audiences over people whose only identifier is the hash of an email address.
struct AudienceLogFixture {
  static let instanceID = TestWarehouse.instanceID
  static let start = Date(timeIntervalSince1970: 1_748_779_200)

  let identity: IdentityFixture
  let logs: AudienceLogs
  let rows: DataSetStore

  init(peopleCount: Int) async throws {
    identity = try await IdentityFixture()
    let warehouse = identity.files.warehouse
    rows = DataSetStore(storage: warehouse.storage, settings: warehouse.settings)
    logs = AudienceLogs(rows: rows, identities: identity.store, signals: warehouse.store)
    try await identity.load(
      (0..<peopleCount).map { ["USER_ID": "user-\($0)", "USER_ID_TYPE": "adUserId", "EMAIL": "person-\($0)"] })
  }

  /// A person who joins or leaves in a request. People beyond those of the graph are unknown.
  struct Entry: Hashable {
    var person: Int
    var isCreated: Bool
  }

  /// A request with one line for each entry.
  func request(
    _ entries: [Entry], sequence: Int64, audienceID: Int64 = 1, at time: Date = start, logIDs: Set<String> = ["a"]
  ) async throws -> StagedAudienceRecords {
    let hashes = try await hashes(of: entries.map(\.person))
    let lines = entries.enumerated().map { index, entry in
      "\(index),\(entry.isCreated ? "CREATE" : "DELETE"),US,,,\(hashes[entry.person] ?? ""),,,,,,\n"
    }
    let url = identity.files.warehouse.folder.appending(path: "request-\(sequence).csv")
    try Data(lines.joined().utf8).write(to: url)
    return StagedAudienceRecords(
      sequence: sequence, id: "request-\(sequence)", audienceID: audienceID, insertedAt: time,
      recordCount: entries.count, file: EngineLocation(path: url.path), logIDs: logIDs)
  }

  private func hashes(of people: [Int]) async throws -> [Int: String] {
    let wanted = Set(people).sorted()
    let values = wanted.map { "(\($0), sha256('person-\($0)'))" }.joined(separator: ", ")
    let rows = try await TrustedSession.with(rows.settings) { session in
      try await session.rows("SELECT n::BIGINT, hash FROM (VALUES \(values)) people (n, hash)")
    }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0[0].integer ?? -1, $0[1].text ?? "") })
  }

  @discardableResult
  func append(_ requests: StagedAudienceRecords...) async throws -> [Int64: Int] {
    try await logs.append(requests, instanceID: Self.instanceID, scope: IdentityFixture.scope)
  }

  func rowCount(_ logID: String = "a") async throws -> Int {
    try await rows.manifest(of: AudienceLogLayout.folder(logID: logID), instanceID: Self.instanceID).rowCount
  }

  /// The members as a query sees them: `audience person`, in order.
  func members(since: [String: Date], asOf: Date? = nil, logID: String = "a", peopleCount: Int) async throws -> [String]
  {
    let folder = try RowFolder(AudienceLogLayout.folder(logID: logID), instanceID: Self.instanceID)
    var files: [EngineLocation] = []
    for file in try await folder.manifest(in: rows.storage).manifest.files {
      files.append(try await rows.storage.engineLocation(of: folder.file(file.name)))
    }
    guard !files.isEmpty else { return [] }
    let secret = try await identity.files.warehouse.store.userKeySecret(instanceID: Self.instanceID)
    let people = (0..<peopleCount).map { "(\($0), 'user-\($0)')" }.joined(separator: ", ")
    let entries = RowWriter(AudienceLogLayout.layout(logID: logID)).relation(of: files.map(\.path))
    let members = AudienceMembers.select(since: since, asOf: asOf) { _ in entries }
    let found = try await TrustedSession.with(rows.settings, files: files) { session in
      try await session.rows(
        """
        SELECT audience_id || ' ' || coalesce(CAST(n AS VARCHAR), 'nobody') FROM \(members) AS members
        LEFT JOIN (VALUES \(people)) AS people (n, name) ON \(secret.keyExpression(of: "name")) = members.user_id
        ORDER BY members.audience_id, n
        """)
    }
    return found.map { $0[0].text ?? "" }
  }
}

@Suite struct AudienceLogTests {
  private typealias Entry = AudienceLogFixture.Entry
  private static let long = AudienceLogFixture.start.addingTimeInterval(-1000)

  private func come(_ people: Int...) -> [Entry] { people.map { Entry(person: $0, isCreated: true) } }
  private func go(_ people: Int...) -> [Entry] { people.map { Entry(person: $0, isCreated: false) } }

  @Test func onlyKnownUsersAreLogged() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 3)
    #expect(try await fixture.append(fixture.request(come(0, 1, 7, 8), sequence: 1)) == [1: 2])
    #expect(try await fixture.rowCount() == 2)
    #expect(try await fixture.members(since: ["1": Self.long], peopleCount: 3) == ["1 0", "1 1"])
  }

  @Test func requestsWithoutKnownUsersLeaveNothing() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 1)
    #expect(try await fixture.append(fixture.request(come(7), sequence: 1)).values.reduce(0, +) == 0)
    #expect(try await fixture.rowCount() == 0)
    let request = MemberCountRequest(
      logID: "a", instanceID: AudienceLogFixture.instanceID, since: ["1": Self.long])
    #expect(try await fixture.logs.memberCounts([request]) == [:])
  }

  @Test func theLaterRequestWins() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 3)
    // Appended in the wrong order, and two of them at once: the order of sending decides.
    try await fixture.append(fixture.request(go(0), sequence: 3))
    try await fixture.append(fixture.request(come(0, 1), sequence: 1), fixture.request(go(1), sequence: 2))
    #expect(try await fixture.members(since: ["1": Self.long], peopleCount: 3) == [])
    try await fixture.append(fixture.request(come(1), sequence: 4))
    #expect(try await fixture.members(since: ["1": Self.long], peopleCount: 3) == ["1 1"])
  }

  @Test func theLaterRecordOfARequestWins() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 2)
    try await fixture.append(fixture.request(come(0, 1) + go(0) + come(0) + go(1), sequence: 1))
    #expect(try await fixture.members(since: ["1": Self.long], peopleCount: 2) == ["1 0"])
  }

  @Test func repeatingARequestChangesNothing() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 3)
    var request = try await fixture.request(come(0, 1, 9), sequence: 1)
    #expect(try await fixture.append(request) == [1: 2])
    // The staged file is gone by then.
    request.file = nil
    #expect(try await fixture.append(request) == [1: 2])
    #expect(try await fixture.rowCount() == 2)
  }

  @Test func aRequestThatLostItsRecordsIsNotTakenForAppended() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 2)
    var lost = try await fixture.request(come(0), sequence: 1)
    lost.file = nil
    let requests = [lost, try await fixture.request(come(1), sequence: 2)]
    await #expect(throws: StorageError(.notFound)) {
      _ = try await fixture.logs.append(
        requests, instanceID: AudienceLogFixture.instanceID, scope: IdentityFixture.scope)
    }
    #expect(try await fixture.rowCount() == 0)
  }

  @Test func requestsAreAppendedToTheirLogsOnly() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 3)
    try await fixture.append(
      fixture.request(come(0), sequence: 1, logIDs: ["a", "b"]), fixture.request(come(1), sequence: 2, logIDs: ["b"]))
    #expect(try await fixture.members(since: ["1": Self.long], peopleCount: 3) == ["1 0"])
    #expect(try await fixture.members(since: ["1": Self.long], logID: "b", peopleCount: 3) == ["1 0", "1 1"])
  }

  @Test func membershipFollowsTheTTL() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 2)
    let start = AudienceLogFixture.start
    try await fixture.append(
      fixture.request(come(0), sequence: 1, at: start),
      fixture.request(come(1), sequence: 2, at: start.addingTimeInterval(100)))
    #expect(try await fixture.members(since: ["1": start], peopleCount: 2) == ["1 0", "1 1"])
    #expect(try await fixture.members(since: ["1": start.addingTimeInterval(0.001)], peopleCount: 2) == ["1 1"])
    // A ttl of 0 is an audience that is not named.
    #expect(try await fixture.members(since: [:], peopleCount: 2) == [])
    #expect(try await fixture.members(since: ["2": start], peopleCount: 2) == [])
    #expect(try await fixture.members(since: ["1": start], asOf: start, peopleCount: 2) == ["1 0"])
  }

  @Test func identifiersOfOnePersonAreOneEntry() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 1)
    var request = try await fixture.request(come(0), sequence: 1)
    let path = try #require(request.file?.path)
    let line = try String(contentsOfFile: path, encoding: .utf8)
    try Data((line + line).utf8).write(to: URL(filePath: path))
    request.recordCount = 1
    #expect(try await fixture.append(request) == [1: 1])
    #expect(try await fixture.rowCount() == 1)
  }

  @Test func storedFilesContainNoIdentifier() async throws {
    let fixture = try await AudienceLogFixture(peopleCount: 1)
    let request = try await fixture.request(come(0), sequence: 1)
    let path = try #require(request.file?.path)
    let line = try String(contentsOfFile: path, encoding: .utf8)
    let fields: [Substring] = line.split(separator: ",")
    let hash = String(try #require(fields.first { $0.count == 64 }))
    try await fixture.append(request)
    let folder = try RowFolder(AudienceLogLayout.folder(logID: "a"), instanceID: AudienceLogFixture.instanceID)
    let objects = try await fixture.rows.storage.list(under: folder.prefix)
    #expect(objects.count == 2)
    for object in objects {
      let bytes = try await fixture.rows.storage.get(object.key)
      #expect(bytes.range(of: Data(hash.utf8)) == nil)
    }
  }
}
