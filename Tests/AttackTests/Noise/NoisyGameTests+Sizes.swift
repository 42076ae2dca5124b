import Dialects
import DifferentialPrivacy
import Privacy
import TestSupport
import Testing

@testable import Warehouse

/// Numbers of people that the clean room tells outside of reports, as games: sizes of audiences and whether they reach
/// a minimum, seeds of lookalikes, matches of uploads.
///
/// The engine counts once in each world. What a client sees follows from the number by the functions that the services
/// use, with the noise of another seed in each run; `NoisyRoomTests` shows that a whole clean room tells the same.
extension NoisyGameTests {
  private static let sizeRuns = 1_500

  /// The losses of a size: the usual one, with which hardly anything is seen, and one so large that much is.
  private static let sizeLosses = [
    PrivacyLoss.allowed(epsilon: 0.1, delta: 1e-8), PrivacyLoss(ticks: 1 << 39),
  ]

  /// Plays a game in which each side sees what `tell` makes of its own facts.
  private static func play<Facts>(
    _ name: String, without: Facts, with: Facts, loss: PrivacyLoss, runs: Int = sizeRuns,
    _ tell: (_ facts: Facts, _ noise: SizeNoise) -> Double
  ) throws -> AuditFinding {
    try DistinguishingGame(name, runs: runs, seed: 8_201).play { side, seed in
      let noise = try #require(SizeNoise(seed: try NoisyDoor.seed(seed), loss: loss))
      return tell(side == .with ? with : without, noise)
    }
  }

  // MARK: Audiences

  /// The users that an audience query finds in a world, for each seed of the noise within it; nil for a failed run.
  private static func memberCounts(
    _ query: QueryCompiler.Compiled, _ worlds: Worlds, _ world: World, seeds: [NoiseSeed]
  ) async throws -> [Int?] {
    try await NoisyDoor(worlds: worlds, world: world).answers(to: query, seeds: seeds).map { answer in
      guard case .rows(let lines, _) = answer else { return nil }
      return lines.count - 1
    }
  }

  /// The number that a client sees of an audience: its size in steps, or that it failed.
  private static func visible(_ count: Int?, minimum: Int, _ noise: SizeNoise) -> Double {
    guard let count else { return -2 }
    let told = noise.told(count, as: "members")
    return told < minimum ? -1 : Double(told / 100 * 100)
  }

  /// Uploaded people, and the victim if the victim saw the campaign: does the audience reach its minimum?
  private static let oracle = """
    SELECT user_id FROM list WHERE mark = 'others' AND CAST(SUBSTRING(person, 8) AS INTEGER) <= 100
    UNION SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo'
    """

  @Test func noAudienceTellsMoreThanItsCost() async throws {
    let worlds = try await Worlds.shared
    let minimum = AttackRoom.settings.minimumAudienceSize
    var played = 0
    for attack in RoomAttackTests.audiences + [(.seen, "whether the victim saw the campaign", Self.oracle)] {
      guard case .ready(let query) = await NoisyDoor.compile(Question(sql: attack.query), for: .audience(.display))
      else { continue }
      // Noise within the query decides who is a member: there is another audience in each run.
      let inner = query.noise?.cost ?? .zero
      let runs = inner == .zero ? Self.sizeRuns : 120
      let seeds = try (0..<(inner == .zero ? 1 : runs)).map { try NoisyDoor.seed(UInt64($0) + 1) }
      let without = try await Self.memberCounts(query, worlds, worlds[nil], seeds: seeds)
      let with = try await Self.memberCounts(query, worlds, worlds[attack.secret], seeds: seeds)
      for loss in Self.sizeLosses {
        var turn = 0
        let finding = try Self.play(
          "an audience: \(attack.learns)", without: without, with: with, loss: loss, runs: runs
        ) { counts, noise in
          defer { turn += 1 }
          return Self.visible(counts[turn / 2 % counts.count], minimum: minimum, noise)
        }
        // A row of the victim is another one, or gone: two steps at most.
        let whole = inner + loss
        Self.expect(finding, within: PrivacyLoss(ticks: 4 * whole.ticks, deltaTicks: whole.deltaTicks))
      }
      played += 1
    }
    #expect(played >= 8)
  }

  /// With much less noise than by default, the oracle works, as far as its cost allows: the game is not blind.
  @Test func anAudienceAtItsMinimumIsAnOracleAtItsPrice() async throws {
    let worlds = try await Worlds.shared
    guard case .ready(let query) = await NoisyDoor.compile(Question(sql: Self.oracle), for: .audience(.display)) else {
      Issue.record("The query is refused.")
      return
    }
    let seed = [try NoisyDoor.seed(1)]
    let without = try await Self.memberCounts(query, worlds, worlds[.seen], seeds: seed)
    let with = try await Self.memberCounts(query, worlds, worlds[nil], seeds: seed)
    let difference = (with[0] ?? 0) - (without[0] ?? 0)
    #expect(difference == 1)
    let loss = PrivacyLoss(ticks: 1 << 39)
    let finding = try Self.play("an audience at its minimum", without: without, with: with, loss: loss) {
      counts, noise in
      Self.visible(counts[0], minimum: with[0] ?? 0, noise)
    }
    print("audit of \(finding)")
    #expect(finding.rhoBound() <= loss.rho && finding.rhoBound() > 0.05, "\(finding)")
  }

  // MARK: Lookalikes and uploads

  /// A seed of 499 people and the victim. Its size and that of the audience are two sizes, and cost as much.
  @Test func aSeedAtItsMinimumTellsNoMoreThanTwoSizes() throws {
    let sizing = LookalikeSizing(
      fullSizes: [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000], index: 1, scale: nil, minimumSize: 100)
    for loss in Self.sizeLosses {
      let finding = try Self.play(
        "a seed at its minimum", without: (seed: 499, population: 3_006), with: (seed: 500, population: 3_007),
        loss: loss
      ) { facts, noise in
        let seed = noise.told(facts.seed, as: "seed")
        guard seed >= 500 else { return -1 }
        return Double(sizing.told(population: facts.population, seedSize: seed, with: noise) / 100 * 100)
      }
      print("audit of \(finding)")
      Self.expect(finding, within: loss + loss)
      if loss.rho > 0.1 { #expect(finding.rhoBound() > 0.05, "\(finding)") }
    }
  }

  /// An upload of one address, a hundred times: whether the person is known.
  @Test(arguments: [1, 100]) func anUploadOfOnePersonTellsNoMoreThanASize(inStepsOf step: Int) throws {
    func metrics(isKnown: Bool) -> UploadMetrics {
      UploadMetrics(
        inputRowCount: 100, outputRowCount: 100, matchedRowCount: isKnown ? 100 : 0, matchedPersonCount: isKnown ? 1 : 0
      )
    }
    for loss in Self.sizeLosses {
      let finding = try Self.play(
        "an upload of one person", without: metrics(isKnown: false), with: metrics(isKnown: true), loss: loss
      ) { metrics, noise in
        Double(metrics.told(with: noise, inStepsOf: step).matchedRowCount)
      }
      print("audit of \(finding)")
      Self.expect(finding, within: loss)
      if loss.rho > 0.1, step == 1 { #expect(finding.rhoBound() > 0.05, "\(finding)") }
    }
  }
}
