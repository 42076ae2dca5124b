import Foundation
import TestSupport
import Testing

/// The statistics of the audits against known values.
@Suite struct AuditToolTests {
  /// Published exact intervals at 95 % (R's `binom.test`).
  @Test(arguments: [
    (0, 10, 0.0, 0.3084971), (5, 10, 0.187086, 0.812914), (1, 100, 0.0002531, 0.0544594), (90, 100, 0.823777, 0.950995),
    (10, 10, 0.6915029, 1.0),
  ])
  func boundsAreThoseOfClopperAndPearson(hits: Int, runs: Int, lower: Double, upper: Double) {
    let count = EventCount(hits: hits, runs: runs)
    #expect(abs(count.lowerBound(risk: 0.025) - lower) < 2e-6)
    #expect(abs(count.upperBound(risk: 0.025) - upper) < 2e-6)
  }

  /// Values of chi-square tables: the counts are made so that the statistic is known.
  @Test func probabilitiesAreThoseOfTheTables() {
    // 3.841 at one degree of freedom is 5 %; here (8/√…)²: 50 ± 9.8 of 100 is 3.8416.
    let close = ChiSquare.probability(observed: [598, 402], expected: [0.5, 0.5])
    #expect(close < 1e-8)
    let fair = ChiSquare.probability(observed: [531, 469], expected: [0.5, 0.5])
    #expect(abs(fair - 0.04991) < 1e-4)
    let four = ChiSquare.probability(observed: [30, 20, 20, 10, 20], expected: [0.2, 0.2, 0.2, 0.2, 0.2])
    #expect(abs(four - 0.040428) < 1e-5)
    #expect(ChiSquare.probability([50, 50], [50, 50]) == 1)
    #expect(abs(ChiSquare.probability([531, 469], [469, 531]) - 0.005560) < 1e-5)
  }

  /// Games whose loss is known: randomised response with ε = ln 3.
  @Test func theBoundOfAKnownMechanismIsCloseToItsLoss() {
    let game = DistinguishingGame("randomised response", runs: 40_000, seed: 51)
    let finding = game.play { side, seed in
      var generator = SeededGenerator(seed: seed)
      let tellsTheTruth = Double.random(in: 0..<1, using: &generator) < 0.75
      return (side == .with) == tellsTheTruth ? 1 : 0
    }
    let epsilon = finding.epsilonBound(delta: 0)
    #expect(epsilon <= log(3) && epsilon > 0.9 * log(3), "\(finding)")
    #expect(finding.advantageBound <= 0.5 && finding.advantageBound > 0.45, "\(finding)")
    // ρ of randomised response is at least that of relative entropy, and at most ε²/2.
    #expect(finding.rhoBound() > 0.45 && finding.rhoBound() <= log(3) * log(3) / 2, "\(finding)")
    #expect(abs(AuditFinding.greatestAdvantage(epsilon: log(3), delta: 0) - 0.5) < 1e-12)
  }

  @Test func equalWorldsShowNothing() {
    let game = DistinguishingGame("equal worlds", runs: 4_000, seed: 52)
    let finding = game.play { _, seed in
      var generator = SeededGenerator(seed: seed)
      return Double(Int.random(in: 0..<20, using: &generator))
    }
    #expect(finding.epsilonBound(delta: 0) < 0.05 && finding.rhoBound() < 0.001 && finding.advantageBound < 0.03)
  }
}
