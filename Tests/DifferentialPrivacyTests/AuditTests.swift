import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Each mechanism, played as a distinguishing game: the lower bound for its loss stays below the claim, and a mechanism
/// that is broken is found out.
@Suite struct AuditTests {
  private static let runs = 8_000

  private func loss(_ rho: Double, delta: Double = 0) -> PrivacyLoss {
    PrivacyLoss(ticks: Int64(rho * 0x1p40), deltaTicks: PrivacyLoss(selectionDelta: delta).deltaTicks)
  }

  /// Prints what was found, with its seed, and compares it with the claim.
  private func expectHolds(_ finding: AuditFinding, _ claimed: PrivacyLoss) {
    print("audit of \(finding)")
    #expect(finding.rhoBound(delta: claimed.selectionDelta) <= claimed.rho, "\(finding)")
    for delta in [1e-3, 1e-6] {
      let epsilon = claimed.epsilon(delta: delta)
      #expect(finding.epsilonBound(delta: delta + claimed.selectionDelta) <= epsilon, "\(finding)")
    }
  }

  private func expectIsFoundOut(_ finding: AuditFinding, _ claimed: PrivacyLoss) {
    print("audit of \(finding)")
    #expect(finding.rhoBound(delta: claimed.selectionDelta) > claimed.rho, "\(finding)")
  }

  /// A sum in which the person has 3 parts of the unit.
  private func sum(_ name: String, noise scale: GaussianScale) -> AuditFinding {
    let gaussian = DiscreteGaussian(scale)
    return DistinguishingGame(name, runs: Self.runs, seed: 41).play { side, seed in
      var digits = TestDigits(seed: seed)
      let sum = side == .with ? 1_003 : 1_000
      return Double(sum + Int(gaussian.sample(&digits)))
    }
  }

  @Test(arguments: [0.02, 0.5, 2]) func sumsKeepTheirClaim(rho: Double) throws {
    let claimed = loss(rho)
    let scale = try #require(GaussianScale(sensitivitySquared: 9, loss: claimed))
    let finding = sum("a sum at ρ \(rho)", noise: scale)
    expectHolds(finding, claimed)
    // Much of the loss is seen, so the bound could show an error.
    #expect(finding.rhoBound() > rho / 8, "\(finding)")
  }

  @Test func halfOfTheNoiseIsFoundOut() throws {
    let claimed = loss(0.5)
    // σ² of a quarter of the sensitivity's square, as if the clipping were forgotten.
    let scale = try #require(GaussianScale(sensitivitySquared: 9, loss: PrivacyLoss(ticks: 4 * claimed.ticks)))
    expectIsFoundOut(sum("a sum with half of the noise", noise: scale), claimed)
  }

  @Test func noNoiseIsFoundOut() {
    let finding = DistinguishingGame("a sum without noise", runs: 500, seed: 42).play { side, _ in
      side == .with ? 1_003 : 1_000
    }
    print("audit of \(finding)")
    #expect(finding.epsilonBound(delta: 1e-6) > 3 && finding.advantageBound > 0.9)
  }

  /// One user in k groups: the attacker looks at the sum of all their figures.
  @Test func figuresOfManyGroupsKeepTheirClaim() throws {
    let (claimed, groups) = (loss(0.5), 8)
    func play(_ name: String, _ scale: GaussianScale) -> AuditFinding {
      let gaussian = DiscreteGaussian(scale)
      return DistinguishingGame(name, runs: Self.runs / 4, seed: 43).play { side, seed in
        var digits = TestDigits(seed: seed)
        return (0..<groups).reduce(0.0) { sum, _ in sum + Double(gaussian.sample(&digits)) + (side == .with ? 1 : 0) }
      }
    }
    let right = try #require(GaussianScale(sensitivitySquared: UInt128(groups), loss: claimed))
    expectHolds(play("eight groups", right), claimed)
    let wrong = try #require(GaussianScale(sensitivitySquared: 1, loss: claimed))
    expectIsFoundOut(play("eight groups with the noise of one", wrong), claimed)
  }

  /// The keyed noise as the engine adds it, with a seed for each run.
  @Test func keyedNoiseKeepsItsClaim() throws {
    let claimed = loss(0.5)
    let gaussian = DiscreteGaussian(try #require(GaussianScale(sensitivitySquared: 1, loss: claimed)))
    let finding = try DistinguishingGame("keyed noise", runs: Self.runs / 2, seed: 44).play { side, seed in
      let key = RandomKey(try testSeed(seed), for: .gaussian)
      return Double(gaussian.sample(key, place: Array("0:0:campaign".utf8))) + (side == .with ? 1 : 0)
    }
    expectHolds(finding, claimed)
  }

  /// A person alone in k groups: does any of them appear?
  @Test func selectionKeepsItsDelta() throws {
    let (claimed, groups) = (loss(0.5, delta: 0.02), 4)
    let scale = try #require(GaussianScale(sensitivitySquared: UInt128(groups), loss: claimed))
    let threshold = SelectionThreshold.least(groupsPerUser: groups, scale: scale, loss: claimed)
    let gaussian = DiscreteGaussian(scale)
    func play(_ name: String, threshold: Int64) -> AuditFinding {
      DistinguishingGame(name, runs: Self.runs, seed: 45).play { side, seed in
        guard side == .with else { return 0 }
        var digits = TestDigits(seed: seed)
        let shown = (0..<groups).filter { _ in 1 + gaussian.sample(&digits) >= Int128(threshold) }
        return Double(shown.count)
      }
    }
    let finding = play("selection", threshold: threshold)
    expectHolds(finding, claimed)
    #expect(finding.advantageBound <= 0.02, "\(finding)")
    let broken = play("selection with a threshold too low", threshold: threshold / 2)
    #expect(broken.advantageBound > 0.02, "\(broken)")
    #expect(broken.epsilonBound(delta: claimed.selectionDelta) > claimed.epsilon(delta: 1e-6), "\(broken)")
  }

  /// An audience of 1,999 people, with the victim or without.
  @Test func sizesKeepTheirClaim() throws {
    let claimed = loss(0.05)
    let game = DistinguishingGame("the size of an audience", runs: Self.runs / 2, seed: 49)
    let finding = try game.play { side, seed in
      let sizes = try #require(SizeNoise(seed: try testSeed(seed), loss: claimed))
      return Double(sizes.told(side == .with ? 2_000 : 1_999, as: "members"))
    }
    expectHolds(finding, claimed)
    #expect(abs(SizeNoise.standardError(claimed) - 10.0.squareRoot()) < 1e-6)
  }

  /// Half of the values are at each end, so that one more decides.
  @Test func percentilesKeepTheirClaim() throws {
    for (fraction, without, with) in [
      (0.5, [6, 0, 0, 0, 6], [7, 0, 0, 0, 6]), (0.5, [0, 0, 0], [1, 0, 0]), (0.9, [9, 0, 0, 1], [9, 0, 0, 2]),
    ] as [(Double, [Int64], [Int64])] {
      let claimed = loss(0.5)
      func play(_ name: String, _ scale: ExponentialScale) throws -> AuditFinding {
        let choice = try #require(PercentileChoice(fraction: fraction, scale: scale))
        return try DistinguishingGame(name, runs: Self.runs, seed: 46).play { side, seed in
          var digits = TestDigits(seed: seed)
          return Double(try #require(choice.sample(&digits, counts: side == .with ? with : without)))
        }
      }
      let scale = try #require(ExponentialScale(groupsPerUser: 1, loss: claimed))
      let finding = try play("percentile \(fraction)", scale)
      expectHolds(finding, claimed)
      // The exponential mechanism has no δ.
      #expect(finding.epsilonBound(delta: 0) <= scale.epsilon, "\(finding)")
    }
  }

  @Test func aPercentileWithTooMuchWeightIsFoundOut() throws {
    let claimed = loss(0.05)
    let scale = try #require(ExponentialScale(groupsPerUser: 1, loss: PrivacyLoss(ticks: 30 * claimed.ticks)))
    let choice = try #require(PercentileChoice(fraction: 0.5, scale: scale))
    let game = DistinguishingGame("a percentile with five times the ε", runs: Self.runs, seed: 47)
    let finding = try game.play { side, seed in
      var digits = TestDigits(seed: seed)
      return Double(try #require(choice.sample(&digits, counts: side == .with ? [7, 0, 0, 0, 6] : [6, 0, 0, 0, 6])))
    }
    expectIsFoundOut(finding, claimed)
  }

  /// The discrete Laplace variable by itself, whose ε at δ 0 is 1/t exactly.
  @Test func laplaceNumbersKeepTheirClaim() {
    for (exponent, claimed, holds) in [(2, 0.25, true), (1, 0.25, false)] {
      let game = DistinguishingGame("discrete Laplace of scale \(1 << exponent)", runs: 40_000, seed: 48)
      let finding = game.play { side, seed in
        var digits = TestDigits(seed: seed)
        let (magnitude, isNegative) = digits.discreteLaplace(scaleExponent: exponent)
        return (isNegative ? -Double(magnitude) : Double(magnitude)) + (side == .with ? 1 : 0)
      }
      print("audit of \(finding)")
      #expect((finding.epsilonBound(delta: 0) <= claimed) == holds, "\(finding)")
    }
  }
}
