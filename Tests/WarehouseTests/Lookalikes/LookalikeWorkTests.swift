import Foundation
import ObjectStorage
import TestSupport
import Testing

@testable import Warehouse

@Suite(.hangLimit)
struct LookalikeWorkTests {
  @Test func usersLikeTheSeedAreFound() async throws {
    let (fixture, search) = try await LookalikeFixture.lamps()
    let outcome = try await fixture.warehouse.engine.findLookalikes(search) { _ in }
    #expect(outcome == .members(900))
    let members = try await fixture.members(search)
    #expect(members.count == 900)
    // In the order of their keys, each once, without the seed.
    #expect(members == Set(members).sorted())
    #expect(members.allSatisfy { !($0 < 400 && $0 % 4 == 0) })
    #expect(members.allSatisfy { $0 % 4 == 0 || $0 % 10 == 1 })
  }

  @Test func theSameSignalsGiveTheSameMembers() async throws {
    var found: [[Int]] = []
    for threads in [1, 2] {
      let (fixture, search) = try await LookalikeFixture.lamps()
      var settings = fixture.warehouse.settings
      settings.threads = threads
      _ = try await DuckDBEngine(settings: settings).findLookalikes(search) { _ in }
      found.append(try await fixture.members(search))
    }
    #expect(found[0] == found[1])
  }

  /// The engine's least memory is enough.
  @Test func lookalikesWorkWithLittleMemory() async throws {
    let (fixture, search) = try await LookalikeFixture.lamps()
    var settings = fixture.warehouse.settings
    settings.memoryLimitBytes = EngineSettings.smallestMemoryLimitBytes
    let outcome = try await DuckDBEngine(settings: settings).findLookalikes(search) { _ in }
    #expect(outcome == .members(900))
  }

  @Test func aSeedWithoutSignalsIsTooSmall() async throws {
    var (fixture, search) = try await LookalikeFixture.lamps()
    search.minimumSeedSize = 100
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .members(900))
    search.minimumSeedSize = 101
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .seedTooSmall)
    search = try await fixture.search(seed: "SELECT n AS user_id FROM range(10000, 11000) users(n)", size: 900)
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .seedTooSmall)
  }

  /// There is no user beside the seed, no difference, or no feature at all.
  @Test func withoutDifferencesNothingIsLearned() async throws {
    var (fixture, search) = try await LookalikeFixture.lamps()
    search = try await fixture.search(seed: "SELECT n AS user_id FROM range(4000) users(n)", size: 900)
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .nothingToLearn)
    fixture.inputs = []
    search = try await fixture.search(seed: "SELECT 1 AS user_id", size: 900)
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .nothingToLearn)
    try await fixture.add(.measures([.init("ads", .amount)]), "SELECT n AS user_id, 1 AS ads FROM range(50) users(n)")
    search = try await fixture.search(seed: "SELECT 1 AS user_id", size: 900)
    #expect(try await fixture.warehouse.engine.findLookalikes(search) { _ in } == .nothingToLearn)
  }

  /// A feature that only the seed has defines the seed. It does not tell which of the others are more similar.
  @Test func featuresOfTheSeedAloneAreLeftOut() async throws {
    var (fixture, _) = try await LookalikeFixture.lamps()
    try await fixture.add(
      .categories(family: "bought", limit: 3, transform: .presence),
      "SELECT n AS user_id, 'sofa' AS category, 1 AS amount FROM range(400) users(n) WHERE n % 4 = 0")
    let search = try await fixture.search(
      seed: "SELECT n AS user_id FROM range(400) users(n) WHERE n % 4 = 0", size: 900)
    let work = LookalikeWork(settings: fixture.warehouse.settings, search: search)
    let (census, features) = try await work.prepare()
    #expect(census.population == 4_000)
    #expect(census.seeds == 100)
    #expect(features.map(\.label) == ["ads", "age", "likes: tents", "likes: lamps"])
  }

  @Test func cancellationEndsTheJobAndLeavesNoMembers() async throws {
    let (fixture, search) = try await LookalikeFixture.lamps()
    let engine = try fixture.warehouse.engine
    let task = Task { () throws(EngineError) in
      try await engine.findLookalikes(search) { _ in withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: EngineError(.cancelled)) { try await task.value }
    #expect(!FileManager.default.fileExists(atPath: search.output.path))
  }
}
