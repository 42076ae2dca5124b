import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// The samplers against their exact distributions.
@Suite struct SamplerTests {
  private static let seed = SeededGenerator.seed(standard: 12_012)
  private static let runs = 30_000

  /// How often each whole number from `-limit` to `limit` came; those beyond count at the ends.
  private func counts(limit: Int, _ sample: (inout TestDigits) -> Int) -> [Int] {
    var digits = TestDigits(seed: Self.seed)
    var counts = Array(repeating: 0, count: 2 * limit + 1)
    for _ in 0..<Self.runs { counts[min(max(sample(&digits), -limit), limit) + limit] += 1 }
    return counts
  }

  /// Probabilities in proportion to weights, for the numbers from `-limit` to `limit`, with what is beyond at the ends.
  private func probabilities(limit: Int, reach: Int, _ weight: (Double) -> Double) -> [Double] {
    var cells = Array(repeating: 0.0, count: 2 * limit + 1)
    for x in -reach...reach { cells[min(max(x, -limit), limit) + limit] += weight(Double(x)) }
    let total = cells.reduce(0, +)
    return cells.map { $0 / total }
  }

  @Test(arguments: [0, 1, 3, 5]) func laplaceNumbersFitTheirDistribution(scaleExponent: Int) {
    let scale = Double(1 << scaleExponent)
    let limit = 12 << scaleExponent
    let observed = counts(limit: limit) { digits in
      let (magnitude, isNegative) = digits.discreteLaplace(scaleExponent: scaleExponent)
      return isNegative ? -Int(magnitude) : Int(magnitude)
    }
    let expected = probabilities(limit: limit, reach: 100 << scaleExponent) { exp(-abs($0) / scale) }
    let fit = ChiSquare.probability(observed: observed, expected: expected)
    #expect(fit > 1e-4, "t = \(scale), seed \(Self.seed): p = \(fit)")
  }

  @Test(arguments: [("1", "10"), ("1", "4"), ("1", "2"), ("1", "1"), ("2", "1"), ("5", "3"), ("40", "7"), ("400", "1")])
  func gaussianNumbersFitTheirDistribution(numerator: String, denominator: String) throws {
    let scale = try GaussianScale.of(numerator, denominator)
    let gaussian = DiscreteGaussian(scale)
    let limit = Int(5 * scale.standardDeviation) + 1
    let observed = counts(limit: limit) { Int(gaussian.sample(&$0)) }
    let expected = probabilities(limit: limit, reach: 4 * limit) { exp(-$0 * $0 / (2 * scale.variance)) }
    let fit = ChiSquare.probability(observed: observed, expected: expected)
    #expect(fit > 1e-4, "σ² = \(numerator)/\(denominator), seed \(Self.seed): p = \(fit)")
  }

  /// Cells of a sixteenth of σ; the sum over each is the integral over it, to within e^-100.
  @Test(arguments: [20, 41, 60, 90, 118]) func largeGaussianNumbersFitTheirDistribution(bits: Int) throws {
    let scale = try GaussianScale.of("\(UInt128(1) << UInt128(bits) / 7 * 5)")
    let gaussian = DiscreteGaussian(scale)
    let cell = Int128(scale.standardDeviation / 16)
    let limit = 80
    var digits = TestDigits(seed: Self.seed)
    var observed = Array(repeating: 0, count: 2 * limit + 1)
    for _ in 0..<Self.runs {
      let x = gaussian.sample(&digits)
      // The cell i has the numbers from (i - 1/2) to (i + 1/2) of its size.
      let index = Int((Double(x) / Double(cell)).rounded())
      observed[min(max(index, -limit), limit) + limit] += 1
    }
    let edge = { (i: Int) in 0.5 * erfc(-(Double(i) - 0.5) * Double(cell) / scale.standardDeviation / 2.squareRoot()) }
    let expected = (-limit...limit).map { i in (i == limit ? 1 : edge(i + 1)) - (i == -limit ? 0 : edge(i)) }
    let fit = ChiSquare.probability(observed: observed, expected: expected)
    #expect(fit > 1e-4, "σ = \(scale.standardDeviation), seed \(Self.seed): p = \(fit)")
  }

  /// Arithmetic on 128 bits is the same algorithm on the same digits.
  @Test func shortAndLongNumbersGiveTheSameNoise() throws {
    for text in ["1", "3", "100", "1000000007", "99999999999", "1152921504606846976"] {
      for denominator in ["1", "3", "1024"] {
        let scale = try GaussianScale.of(text, denominator)
        let (short, long) = (DiscreteGaussian(scale), DiscreteGaussian(scale, usesShortNumbers: false))
        #expect(short.isShort && !long.isShort)
        var (left, right) = (TestDigits(seed: 5), TestDigits(seed: 5))
        for _ in 0..<200 { #expect(short.sample(&left) == long.sample(&right)) }
      }
    }
  }

  /// A test that can't fail shows nothing: noise of another scale does not fit.
  @Test func anotherScaleDoesNotFit() throws {
    let (right, wrong) = (try GaussianScale.of("100"), try GaussianScale.of("112"))
    let gaussian = DiscreteGaussian(wrong)
    let observed = counts(limit: 51) { Int(gaussian.sample(&$0)) }
    let expected = probabilities(limit: 51, reach: 200) { exp(-$0 * $0 / (2 * right.variance)) }
    #expect(ChiSquare.probability(observed: observed, expected: expected) < 1e-6)
  }
}
