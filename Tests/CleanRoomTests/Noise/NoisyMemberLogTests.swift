import AdvertiserData
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Synchronization
import Testing
import Warehouse

/// Sizes of audiences whose members clients send, in an instance in noise mode.
@Suite struct NoisyMemberLogTests {
  /// Counts as many members as it is told.
  private final class CountingLog: AudienceMemberLog {
    private let state = Mutex<(count: Int, calls: [MemberCountRequest])>((5_000, []))

    var count: Int {
      get { state.withLock { $0.count } }
      set { state.withLock { $0.count = newValue } }
    }
    var calls: [MemberCountRequest] { state.withLock { $0.calls } }

    func append(_ requests: [StagedAudienceRecords], of instance: InstanceRecord) async throws -> [Int64: Int] { [:] }

    func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] {
      state.withLock { state in
        state.calls += requests
        return Dictionary(
          uniqueKeysWithValues: requests.map { ($0.logID, $0.since.mapValues { _ in state.count }) })
      }
    }
  }

  private let store: MetadataStore
  private let folder: TemporaryFolder
  private let clock = ManualClock(Fixtures.now)
  private let exact = CountingLog()
  private let ledger: PrivacyLedger
  private let log: NoisyMemberLog

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    ledger = PrivacyLedger(settings: NoiseSettings())
    log = NoisyMemberLog(exact, store: store, ledger: ledger, clock: clock)
    var setup = Fixtures.setup
    setup.privacy = .noise(population: "default")
    try await InstanceService(store: store).create(setup, at: Fixtures.now)
    try await InstanceService(store: store).create(Fixtures.otherSetup, at: Fixtures.now)
    try await store.write { transaction in
      try transaction.insert(ClientRecord(id: "client", name: "Client", secretHash: Data(), createdAt: Fixtures.now))
      var audience = StreamedAudienceRecord(
        id: 7, clientID: "client", name: "Buyers", audienceDescription: "", externalAudienceID: "crm",
        ttlSeconds: 3_600, createdAt: Fixtures.now)
      audience.dspAdvertiserID = Fixtures.setup.displayAdvertiserID
      try transaction.insert(audience)
    }
  }

  private func told(_ instanceID: String = Fixtures.setup.instanceID) async throws -> Int {
    let request = MemberCountRequest(logID: "log", instanceID: instanceID, since: ["7": Fixtures.now])
    return try #require(try await log.memberCounts([request])["log"]?["7"])
  }

  private func chargeCount() async throws -> Int {
    let now = clock.now
    return try await store.read { [ledger] in try ledger.charges(of: "default", in: $0, at: now) }.count
  }

  /// The client sends a record.
  private func send(_ count: Int = 1) async throws {
    try await store.write { try $0.count(received: count, resolved: count, audienceID: 7) }
  }

  /// An audience that is filled by many requests has its size at the end.
  @Test func aSizeIsMeasuredWhenTwiceAsManyRecordsCame() async throws {
    try await send(10)
    let first = try await told()
    try await send(9)
    #expect(try await told() == first)
    exact.count = 9_000
    #expect(try await told() == first)
    try await send(1)
    #expect(abs(try await told() - 9_000) < 1_000)
    #expect(try await chargeCount() == 2)
  }

  @Test func nothingIsChargedBeforeRecordsCome() async throws {
    #expect(try await told() == 0)
    #expect(try await chargeCount() == 0)
    #expect(exact.calls.isEmpty)
  }

  /// Each of them can be right by chance, but hardly all of them.
  @Test func sizesHaveNoise() async throws {
    var sizes: Set<Int> = []
    for _ in 0..<8 {
      try await send()
      sizes.insert(try await told())
      clock.advance(bySeconds: 86_400)
    }
    #expect(try await chargeCount() == 8)
    #expect(sizes != [5_000])
    #expect(sizes.allSatisfy { abs($0 - 5_000) < 1_000 })
  }

  @Test func aSizeIsToldAgain() async throws {
    try await send(10)
    let first = try await told()
    #expect(abs(first - 5_000) < 1_000)
    exact.count = 9_000
    #expect(try await told() == first)
    try await send()
    #expect(try await told() == first, "At most once a day.")
    clock.advance(bySeconds: 86_400)
    #expect(abs(try await told() - 9_000) < 1_000)
    #expect(try await chargeCount() == 2)
    clock.advance(bySeconds: 86_400)
    _ = try await told()
    #expect(try await chargeCount() == 2, "Nothing was sent.")
    clock.advance(bySeconds: 7 * 86_400)
    _ = try await told()
    #expect(try await chargeCount() == 3)
    #expect(exact.calls.count == 3)
  }

  @Test func withoutABudgetTheLastSizeIsTold() async throws {
    try await send()
    let first = try await told()
    let now = clock.now
    let all = ledger.settings.allowance.remaining(after: ledger.settings.sizeLoss)
    try await store.write { [ledger] transaction in
      _ = try ledger.use(
        NoiseQuestion(parts: ["everything"], cost: all), of: "default",
        for: .init(.execution, id: "e", instanceID: "i"), in: transaction, at: now)
    }
    try await send()
    clock.advance(bySeconds: 86_400)
    exact.count = 9_000
    #expect(try await told() == first)
    #expect(try await chargeCount() == 2)
  }

  @Test func thresholdModeTellsExactNumbers() async throws {
    #expect(try await told(Fixtures.otherSetup.instanceID) == 5_000)
    #expect(try await chargeCount() == 0)
  }

  /// Members of all times, who tell how many people are known, and present ones are two sizes.
  @Test func presentAndAllMembersAreTwoSizes() async throws {
    try await send()
    let present = try await told()
    exact.count = 9_000
    let request = MemberCountRequest(
      logID: "log", instanceID: Fixtures.setup.instanceID, since: ["7": Date(timeIntervalSince1970: 0)])
    let all = try #require(try await log.memberCounts([request])["log"]?["7"])
    #expect(abs(all - 9_000) < 1_000)
    #expect(try await told() == present)
    #expect(try await chargeCount() == 2)
  }
}
