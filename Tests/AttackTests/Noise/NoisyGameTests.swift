import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing

/// Every attack of the suite as a distinguishing game in noise mode: the attacker knows both worlds, sees one answer,
/// and says which world it is from. What they can win is bounded by the loss of the query.
///
/// The games share a session and the names in it, so that one is played after the other.
@Suite(.hangLimit, .serialized) struct NoisyGameTests {
  /// The answers in each world. The first ones choose what to look at, the others are counted.
  private static let runs = 80
  private static let choosing = 20
  private static let seed: UInt64 = 8_101

  /// Worlds differ in what one person did: a person is removed, and one is added. Two steps of one person cost four
  /// times the ρ of one (Bun and Steinke 2016, proposition 1.9).
  private static let steps = 4.0

  struct Outcome: Sendable {
    var attack: Attack
    var isRefused: Bool
    var finding: AuditFinding?
    var cost = PrivacyLoss.zero
  }

  @Test func noAttackWinsMoreThanTheLossAllows() async throws {
    let worlds = try await Worlds.shared
    let attacks = try AttackTests.attacks.get().filter { !$0.isUnspeakable }
    var outcomes: [Outcome] = []
    for attack in attacks { outcomes.append(try await Self.play(attack, worlds)) }
    for outcome in outcomes { Self.expectWithinLoss(outcome) }
    print(
      "seed \(SeededGenerator.seed(standard: Self.seed)): \(outcomes.count) attacks played in noise mode,",
      "\(outcomes.count(where: \.isRefused)) of them refused")
    #expect(outcomes.count >= 350)
    #expect(outcomes.count { !$0.isRefused } >= 150)
  }

  /// The gain of the attacker is within the loss that the queries cost.
  static func expectWithinLoss(_ outcome: Outcome) {
    guard let finding = outcome.finding else { return }
    expect(finding, within: PrivacyLoss(ticks: Int64(steps) * outcome.cost.ticks, deltaTicks: outcome.cost.deltaTicks))
  }

  static func expect(_ finding: AuditFinding, within loss: PrivacyLoss) {
    #expect(finding.rhoBound(delta: 2 * loss.selectionDelta) <= loss.rho, "\(finding)")
    let epsilon = PrivacyLoss(ticks: loss.ticks).epsilon(delta: 1e-6)
    #expect(finding.epsilonBound(delta: 1e-6) <= epsilon, "\(finding)")
    #expect(finding.advantageBound <= AuditFinding.greatestAdvantage(epsilon: epsilon, delta: 2e-6), "\(finding)")
  }

  /// The measures of each run, with the weighted sum of the answers where the attack has weights.
  private static func beliefs(_ attack: Attack, _ runs: [[String: Double]]) -> [[String: Double]] {
    guard let weights = attack.weights else { return runs }
    return runs.map { features in
      let belief = weights.enumerated().reduce(0.0) { $0 + $1.element * (features["\($1.offset) last"] ?? 0) }
      return features.merging(["belief": belief]) { $1 }
    }
  }

  /// The measures of both sides; nil where no query of the attack runs.
  private static func both(
    _ answers: [Side: [[String: Double]]]
  ) -> (without: [[String: Double]], with: [[String: Double]])? {
    guard let without = answers[.without], let with = answers[.with] else { return nil }
    return (without, with)
  }

  /// Who knows the noise learns much from many attacks: the same game finds that out.
  @Test func knownNoiseHidesNothing() async throws {
    let worlds = try await Worlds.shared
    let attacks = try AttackTests.attacks.get().filter { ["averages", "joins", "conditions"].contains($0.family) }
    var foundOut = 0
    for attack in attacks {
      let outcome = try await Self.play(attack, worlds, knowsTheNoise: true)
      guard let finding = outcome.finding else { continue }
      if finding.rhoBound() > Self.steps * outcome.cost.rho { foundOut += 1 }
    }
    #expect(foundOut >= 10, "\(foundOut) of \(attacks.count)")
  }

  /// - Parameters:
  ///   - runs: The answers in each world; the first `choosing` of them choose what to look at.
  ///   - parameters: What a query may cost.
  ///   - knowsTheNoise: Whether all runs have the same seed, so that the attacker knows the noise.
  ///   - world: The world in which a question of the attack is asked, by its number; the one without the secret and the
  ///     one with it by default.
  static func play(
    _ attack: Attack, _ worlds: Worlds, runs: Int = Self.runs, choosing: Int = Self.choosing,
    parameters: NoiseParameters = NoisyDoor.parameters, knowsTheNoise: Bool = false,
    in world: ((Side, Int) -> World)? = nil
  ) async throws -> Outcome {
    var cost = PrivacyLoss.zero
    var answers: [Side: [[String: Double]]] = [:]
    for (index, question) in attack.questions.enumerated() {
      guard case .ready(let query) = await NoisyDoor.compile(question, parameters: parameters) else { continue }
      cost += query.noise?.cost ?? .zero
      for side in Side.allCases {
        let own = world?(side, index) ?? worlds[side == .with ? attack.secret : nil]
        let door = NoisyDoor(worlds: worlds, world: own)
        var generator = SeededGenerator(seed: SeededGenerator.seed(standard: seed) &+ (side == .with ? 1 : 0))
        for _ in 0..<index * runs { _ = generator.next() }
        let seeds = try (0..<runs).map { _ in try NoisyDoor.seed(generator.next()) }
        let asked = knowsTheNoise ? [try NoisyDoor.seed(0)] : seeds
        let features = try await door.answers(to: query, seeds: asked).map(AnswerFeatures.of)
        let told = knowsTheNoise ? seeds.map { _ in features[0] } : features
        let earlier = answers[side] ?? told.map { _ in [:] }
        answers[side] = zip(earlier, told).map { left, right in
          left.merging(Dictionary(uniqueKeysWithValues: right.map { ("\(index) \($0)", $1) })) { $1 }
        }
      }
    }
    for side in Side.allCases { answers[side] = answers[side].map { beliefs(attack, $0) } }
    guard let (without, with) = both(answers) else { return Outcome(attack: attack, isRefused: true) }
    let feature = AnswerFeatures.best(Array(without[..<choosing]), Array(with[..<choosing]))
    let game = DistinguishingGame("\(attack.testDescription) by \(feature)", runs: runs, seed: seed)
    let finding = game.finding(
      without: without.map { $0[feature] ?? 0 }, with: with.map { $0[feature] ?? 0 }, choosing: choosing)
    return Outcome(attack: attack, isRefused: false, finding: finding, cost: cost)
  }
}
