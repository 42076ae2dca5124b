import Catalog
import CleanRoom
import Dialects
import Foundation
import ObjectStorage
import Queries
import Sandbox
import ServerTestSupport
import TestSupport
import Testing
import Warehouse

/// Lookalikes of a sandbox, from the seed's query to the members, compared with the ground truth.
@Suite(.serialized, .hangLimit)
struct LookalikeSandboxTests {
  /// One that all tests use, one after the other.
  private static let shared = Task { try await Fixture() }

  private static let instanceID = "sandbox"
  private static let admirers =
    "SELECT user_id FROM conversions_for_audiences WHERE tracked_item = '\(GroundTruth.admiredASIN)'"

  /// A sandbox of twenty days, of which seeds know the first fourteen.
  private struct Fixture {
    let folder: TemporaryFolder
    let settings: EngineSettings
    let objects: LocalFolderStorage
    let signals: SignalStore
    let service: EngineQueryService

    init() async throws {
      folder = try TemporaryFolder()
      settings = EngineSettings(
        threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
      objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
      signals = SignalStore(storage: objects)
      let sandbox = try SandboxSettings(users: 8_000, days: 20, seed: 11, endDate: "2026-03-10")
      _ = try await SandboxGenerator(sandbox, store: signals, engine: settings).generate(instanceID: instanceID)
      service = try Self.service(settings, signals, objects)
    }

    static func service(
      _ settings: EngineSettings, _ signals: SignalStore, _ objects: LocalFolderStorage
    ) throws -> EngineQueryService {
      EngineQueryService(
        engine: try DuckDBEngine(settings: settings), signals: signals, objects: objects,
        now: { Date(timeIntervalSince1970: 1_773_200_000) })
    }

    func seed(_ sql: String = admirers) -> QueryRequest {
      // 2026-02-19 to 2026-03-05
      QueryRequest(
        sql: sql, instanceID: instanceID, purpose: .audience(.display),
        timeWindow: TimeWindow(
          start: Date(timeIntervalSince1970: 1_771_459_200), end: Date(timeIntervalSince1970: 1_772_668_800)))
    }

    func request(_ place: Int, seedSizes: ClosedRange<Int> = 50...500_000, scale: Double? = 0.0005) -> LookalikeRequest
    {
      LookalikeRequest(
        seed: seed(), seedSizes: seedSizes,
        sizing: LookalikeSizing(
          fullSizes: [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000], index: place, scale: scale,
          minimumSize: 300))
    }

    func members(_ prefix: String) async throws -> Set<Int> {
      let file = try await objects.engineLocation(of: ObjectKey("\(prefix)/members.parquet"))
      return Set(try await rows("SELECT user_id FROM read_parquet('\(file.path)')", [file]))
    }

    /// Users of a statement over tables of the sandbox.
    func users(_ sql: String, _ tables: String...) async throws -> Set<Int> {
      let snapshot = signals.snapshot(instanceID: instanceID)
      var (views, files): (String, [EngineLocation]) = ("", [])
      for table in tables {
        let own = try await snapshot.files(of: table, days: nil)
        files += own
        let list = "[\(own.map { "'\($0.path)'" }.joined(separator: ", "))]"
        views += "CREATE VIEW \(table) AS FROM read_parquet(\(list), hive_partitioning = false);"
      }
      return Set(try await rows(views + sql, files))
    }

    private func rows(_ sql: String, _ files: [EngineLocation]) async throws -> [Int] {
      try await TrustedSession.with(settings, files: files) { session in
        try await session.rows(sql).compactMap { $0.first?.integer }
      }
    }

    /// All files that are left, by what they are called.
    func leftovers() throws -> [String] {
      let all = FileManager.default.enumerator(atPath: folder.file(""))?.compactMap { $0 as? String } ?? []
      return all.filter { $0.contains("lookalike-") || $0.contains("features-") || $0.contains("seed.parquet") }
    }
  }

  @Test func membersAreLikeTheSeedAndOutsideIt() async throws {
    let fixture = try await Self.shared.value
    let seedCount = try await fixture.service.runAudience(fixture.seed(), outputPrefix: "seed") { _ in }
    let seed = try await fixture.members("seed")
    #expect(seed.count == seedCount)
    // Users who come to the product afterwards, and could be members.
    let converters = try await fixture.users(
      """
      SELECT DISTINCT user_id FROM conversions
      WHERE tracked_item = '\(GroundTruth.admiredASIN)' AND event_dt_utc >= TIMESTAMP '2026-03-05'
        AND user_id_type = 'adUserId'
      """, "conversions"
    ).subtracting(seed)
    let everybody = try await fixture.users(
      "SELECT DISTINCT user_id FROM dsp_impressions WHERE user_id_type = 'adUserId'", "dsp_impressions"
    ).subtracting(seed)
    let untargetable = try await fixture.users(
      "SELECT user_id FROM user_preferences WHERE opted_out OR excluded", "user_preferences")
    let base = Double(converters.count) / Double(everybody.count)
    var earlier: Set<Int> = []
    for reach in 0..<5 {
      let outcome = try await fixture.service.runLookalike(fixture.request(reach), outputPrefix: "like/\(reach)") { _ in
      }
      #expect(outcome == .members(500 * (reach + 1)))
      let members = try await fixture.members("like/\(reach)")
      #expect(members.count == 500 * (reach + 1))
      #expect(members.isDisjoint(with: seed))
      #expect(members.isDisjoint(with: untargetable))
      // A broader reach has all members of a narrower one.
      #expect(members.isSuperset(of: earlier))
      earlier = members
      let lift = Double(members.intersection(converters).count) / Double(members.count) / base
      #expect(lift > (reach < 2 ? 1.5 : 1), "reach \(reach): \(lift)")
    }
    #expect(try fixture.leftovers().isEmpty)
  }

  @Test func unfitSeedsLeaveNothing() async throws {
    let fixture = try await Self.shared.value
    for (sizes, outcome) in [(5_000...500_000, LookalikeOutcome.seedTooSmall), (1...10, .seedTooLarge)] {
      let got = try await fixture.service.runLookalike(
        fixture.request(0, seedSizes: sizes), outputPrefix: "none"
      ) { _ in }
      #expect(got == outcome)
    }
    var refused = fixture.request(0)
    refused.seed.sql = "SELECT user_id FROM conversions"
    await #expect(throws: QueryFailure.self) {
      try await fixture.service.runLookalike(refused, outputPrefix: "none") { _ in }
    }
    #expect(try await fixture.objects.list(under: ObjectKey("none")).isEmpty)
    #expect(try fixture.leftovers().isEmpty)
    // The least memory that an engine takes is enough, and the size is the instance's where no scale is set.
    var settings = fixture.settings
    settings.memoryLimitBytes = EngineSettings.smallestMemoryLimitBytes
    let service = try Fixture.service(settings, fixture.signals, fixture.objects)
    guard
      case .members(let count) = try await service.runLookalike(
        fixture.request(4, scale: nil), outputPrefix: "little-memory", progress: { _ in })
    else {
      Issue.record("no members")
      return
    }
    #expect((3_500...4_500).contains(count))
  }

  @Test func aCancelledLookalikeLeavesNothing() async throws {
    let fixture = try await Self.shared.value
    let service = fixture.service
    let request = fixture.request(0)
    let task = Task { () throws(QueryFailure) in
      try await service.runLookalike(request, outputPrefix: "cancelled") { _ in withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: QueryFailure.cancelled) { try await task.value }
    #expect(try await fixture.objects.list(under: ObjectKey("cancelled")).isEmpty)
    #expect(try fixture.leftovers().isEmpty)
  }
}
