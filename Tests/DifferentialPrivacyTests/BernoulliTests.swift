import BigInt
import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Events with exact probabilities.
@Suite struct BernoulliTests {
  /// Whether the share of events fits a probability, by the exact bounds for one test in a million.
  private func expectShare(
    of probability: Double, runs: Int = 40_000, _ name: String, _ event: (inout TestDigits) -> Bool
  ) {
    let seed = SeededGenerator.seed(standard: 20_201)
    var digits = TestDigits(seed: seed)
    let count = EventCount(hits: (0..<runs).count { _ in event(&digits) }, runs: runs)
    #expect(count.lowerBound(risk: 1e-6) <= probability, "\(name), seed \(seed)")
    #expect(count.upperBound(risk: 1e-6) >= probability, "\(name), seed \(seed)")
  }

  @Test func fractionsAreProbabilities() {
    for (numerator, denominator) in [(0, 1), (1, 1), (1, 2), (1, 3), (2, 3), (999, 1_000), (1, 100)]
      as [(UInt64, UInt64)]
    {
      expectShare(of: Double(numerator) / Double(denominator), "\(numerator)/\(denominator)") { digits in
        digits.bernoulli(numerator, over: denominator)
      }
    }
  }

  /// A random number below 1 is compared with the fraction digit by digit: 1/3 is 0.555…, of digits that are a third of
  /// 2^32.
  @Test func digitsAreComparedUntilTheyDiffer() {
    let third: UInt32 = 0x5555_5555
    for (given, expected) in [
      ([third - 1], true), ([third + 1], false), ([third, third, 0], true), ([third, third, .max], false),
    ] as [([UInt32], Bool)] {
      var digits = GivenDigits(given)
      #expect(digits.bernoulli(1 as UInt64, over: 3) == expected)
      #expect(digits.usedCount == given.count)
    }
    // 1/2 ends after one digit, and a number that begins as it does is not below it.
    for (given, expected) in [(0x7FFF_FFFF, true), (0x8000_0000, false)] as [(UInt32, Bool)] {
      var digits = GivenDigits([given])
      #expect(digits.bernoulli(1 as UInt64, over: 2) == expected)
    }
  }

  @Test func exponentialsAreProbabilities() {
    for (numerator, denominator) in [(0, 1), (1, 10), (1, 2), (9, 10), (1, 1), (3, 2), (2, 1), (7, 2)]
      as [(UInt64, UInt64)]
    {
      expectShare(of: exp(-Double(numerator) / Double(denominator)), "exp(-\(numerator)/\(denominator))") { digits in
        digits.bernoulliExponential(numerator, over: denominator)
      }
    }
    expectShare(of: exp(-1), "1/e") { $0.unitExponential() }
  }

  @Test func shortAndLongNumbersGiveTheSame() {
    var generator = SeededGenerator(seed: 7)
    for seed in 0..<2_000 as Range<UInt64> {
      let denominator = UInt128(generator.next() >> UInt64.random(in: 0...40, using: &generator)) << 20 + 1
      let numerator = UInt128(generator.next()) % (denominator * 3)
      var (short, long) = (TestDigits(seed: seed), TestDigits(seed: seed))
      let answers = (
        short.bernoulliExponential(numerator, over: denominator),
        long.bernoulliExponential(BigUInt(numerator), over: BigUInt(denominator))
      )
      #expect(answers.0 == answers.1)
      #expect(short.digit() == long.digit(), "they used the same digits")
    }
  }

  @Test func numbersBelowALimitAreEquallyLikely() {
    for limit in [1, 2, 3, 7, 10, 64, 100] {
      var digits = TestDigits(seed: 3)
      var counts = Array(repeating: 0, count: limit)
      for _ in 0..<20_000 { counts[digits.number(below: limit)] += 1 }
      let fit = ChiSquare.probability(observed: counts, expected: counts.map { _ in 1 / Double(limit) })
      #expect(fit > 1e-4, "\(limit)")
    }
    var digits = TestDigits(seed: 3)
    #expect((0..<1_000).allSatisfy { _ in digits.bits(40) < 1 << 40 })
    #expect((0..<100).contains { _ in digits.bits(64) > 1 << 63 })
  }
}
