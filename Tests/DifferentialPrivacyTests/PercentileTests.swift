import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// The choice of the cell in which a percentile lies.
@Suite struct PercentileTests {
  private static let fractions = [0, 0.05, 0.25, 0.5, 0.9, 0.999, 1]

  private func choice(_ fraction: Double, epsilonTicks: UInt64 = 1 << 40) throws -> PercentileChoice {
    let scale = try #require(
      ExponentialScale(numerator: "\(epsilonTicks)", denominator: "\(UInt64(1) << 40)"))
    return try #require(PercentileChoice(fraction: fraction, scale: scale))
  }

  /// Random counts of few cells.
  private func randomCounts(_ generator: inout SeededGenerator) -> [Int64] {
    (0..<Int.random(in: 1...6, using: &generator)).map { _ in Int64.random(in: 0...9, using: &generator) }
  }

  @Test func aMissIsTheNumberOfValuesOnTheWrongSide() throws {
    var generator = SeededGenerator(seed: 21)
    for fraction in Self.fractions {
      let choice = try choice(fraction)
      for _ in 0..<200 {
        let counts = randomCounts(&generator)
        let total = Double(counts.reduce(0, +))
        for (index, miss) in choice.misses(of: counts).enumerated() {
          let before = Double(counts[..<index].reduce(0, +))
          let upTo = before + Double(counts[index])
          // The percentile is value number p * total: between the values before the cell and those up to it.
          let expected = max(0, before - fraction * total, fraction * total - upTo)
          #expect(abs(Double(miss) / 1e6 - expected) < 1e-9, "\(fraction) \(counts) \(index)")
        }
      }
    }
  }

  /// The sensitivity that the proof claims, for every cell that one more value can be in.
  @Test func oneValueChangesAMissByNoMoreThanTheSensitivity() throws {
    var generator = SeededGenerator(seed: 22)
    for fraction in Self.fractions {
      let choice = try choice(fraction)
      let sensitivity = Int128((max(fraction, 1 - fraction) * 1e6).rounded())
      var greatest: Int128 = 0
      for _ in 0..<200 {
        let counts = randomCounts(&generator)
        let misses = choice.misses(of: counts)
        for cell in counts.indices {
          var more = counts
          more[cell] += 1
          for (before, after) in zip(misses, choice.misses(of: more)) {
            #expect(abs(before - after) <= sensitivity)
            greatest = max(greatest, abs(before - after))
          }
        }
      }
      #expect(greatest == sensitivity, "a lower sensitivity would not do: \(fraction)")
    }
  }

  @Test func cellsComeAsOftenAsTheExponentialMechanismSays() throws {
    let seed = SeededGenerator.seed(standard: 2_323)
    for (fraction, counts) in [
      (0.5, [0, 3, 5, 2, 0, 0, 1]), (0.9, [10, 0, 1, 1]), (0.5, [0, 0, 0]), (0.25, [1]), (0, [2, 2]),
      (1, [3, 0, 2, 0]),
    ] as [(Double, [Int64])] {
      for ticks in [1 << 40, 1 << 38, 3 << 40] as [UInt64] {
        let choice = try choice(fraction, epsilonTicks: ticks)
        var digits = TestDigits(seed: seed)
        var observed = counts.map { _ in 0 }
        for _ in 0..<8_000 { observed[try #require(choice.sample(&digits, counts: counts))] += 1 }
        let epsilon = Double(ticks) / 0x1p40
        let weights = choice.misses(of: counts).map { miss in
          exp(-epsilon * Double(miss) / 1e6 / (2 * max(fraction, 1 - fraction)))
        }
        let total = weights.reduce(0, +)
        let fit = ChiSquare.probability(observed: observed, expected: weights.map { $0 / total })
        #expect(fit > 1e-4, "p = \(fraction), \(counts), ε = \(epsilon), seed \(seed)")
      }
    }
  }

  @Test func theMedianOfManyIsFound() throws {
    // 100,000 values in 1,024 cells, most of them in the middle.
    let counts = (0..<1_024).map { Int64(200 * exp(-pow(Double($0 - 400) / 60, 2))) }
    let choice = try choice(0.5, epsilonTicks: 1 << 37)
    let key = RandomKey(try testSeed(9), for: .exponential)
    for place in 0..<20 {
      let index = try #require(choice.sample(key, place: Array("\(place)".utf8), counts: counts))
      #expect(abs(index - 400) <= 2)
      #expect(choice.sample(key, place: Array("\(place)".utf8), counts: counts) == index)
    }
  }

  @Test func senselessArgumentsHaveNoAnswer() throws {
    var digits = TestDigits(seed: 1)
    #expect(try choice(0.5).sample(&digits, counts: []) == nil)
    #expect(try choice(0.5).sample(&digits, counts: [1, -1]) == nil)
    let scale = try #require(ExponentialScale(numerator: "1", denominator: "2"))
    for fraction in [-0.1, 1.1, .nan, .infinity] { #expect(PercentileChoice(fraction: fraction, scale: scale) == nil) }
    for (numerator, denominator) in [("0", "1"), ("1", "0"), ("x", "1"), ("1", "9999999999999999999999"), ("1e3", "1")]
    {
      #expect(ExponentialScale(numerator: numerator, denominator: denominator) == nil)
    }
  }

  /// k choices of r values each lose k (r ε)²/8, which is at most ρ, and not less by more than rounding.
  @Test func epsilonUsesTheLossAndNoMore() throws {
    for (groups, values, ticks) in [(1, 1, 1 << 30), (8, 1, 1 << 33), (3, 5, 123_456_789), (1_000, 2, 1 << 40)] {
      let loss = PrivacyLoss(ticks: Int64(ticks))
      let scale = try #require(ExponentialScale(groupsPerUser: groups, valuesPerUser: values, loss: loss))
      let spent = Double(groups) * pow(Double(values) * scale.epsilon, 2) / 8
      #expect(spent <= loss.rho * (1 + 1e-15) && spent > loss.rho * 0.999, "\(groups) \(values) \(ticks)")
      #expect(ExponentialScale(numerator: scale.numerator, denominator: scale.denominator) == scale)
    }
    #expect(ExponentialScale(groupsPerUser: 1, loss: .zero) == nil)
  }
}
