import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Thresholds for groups whose keys come from data.
@Suite struct SelectionTests {
  /// P[X >= t] of the discrete Gaussian, summed term by term.
  private func tail(from t: Int, _ variance: Double) -> Double {
    let reach = Int(40 * variance.squareRoot()) + 40
    let weight = { (x: Int) in exp(-Double(x) * Double(x) / (2 * variance)) }
    let total = (-reach...reach).reduce(0.0) { $0 + weight($1) }
    // The smallest first, so that they are not lost.
    return stride(from: reach, through: t, by: -1).reduce(0.0) { $0 + weight($1) } / total
  }

  /// σ² in thousandths.
  @Test(arguments: [90, 250, 1_000, 2_500, 9_000, 36_760, 294_100, 4_000_000])
  func theThresholdIsTheLeastThatIsRareEnough(thousandths: Int) throws {
    let scale = try GaussianScale.of("\(thousandths)", "1000")
    for (groups, delta) in [(1, 1e-9), (8, 1e-9), (1_000, 1e-9), (8, 1e-3), (1, 0.04), (3, 1e-15)] {
      let loss = PrivacyLoss(selectionDelta: delta)
      let threshold = SelectionThreshold.least(groupsPerUser: groups, scale: scale, loss: loss)
      let t = Int(threshold) - 1
      #expect(Double(groups) * tail(from: t, scale.variance) <= loss.selectionDelta * (1 + 1e-9), "\(groups) \(delta)")
      if t > 0 {
        let before = Double(groups) * tail(from: t - 1, scale.variance)
        #expect(
          before > loss.selectionDelta * (1 - 1e-9), "σ² \(scale.variance), k \(groups), δ \(delta): \(t) is not least")
      }
    }
  }

  /// Beyond σ = 128, the bound is close to the normal distribution, whose tails are known.
  @Test(arguments: [18, 24, 40, 80, 110]) func wideNoiseHasTheThresholdOfTheNormalDistribution(bits: Int) throws {
    let scale = try GaussianScale.of("\(UInt128(1) << UInt128(bits))")
    for (groups, delta, quantile) in [(1, 1e-9, 5.997807015), (8, 1e-9, 6.332519), (1, 1e-3, 3.090232306)] {
      let loss = PrivacyLoss(selectionDelta: delta)
      let threshold = SelectionThreshold.least(groupsPerUser: groups, scale: scale, loss: loss)
      let deviations = Double(threshold - 1) / scale.standardDeviation
      #expect(deviations >= quantile - 1e-6 && deviations < quantile * 1.01, "\(deviations)")
    }
  }

  @Test func thresholdsGrowWithGroupsAndNoise() throws {
    let loss = PrivacyLoss(selectionDelta: 1e-9)
    let scales = try ["1", "10", "100", "1000"].map { try GaussianScale.of($0) }
    for (less, more) in zip(scales, scales.dropFirst()) {
      let threshold = SelectionThreshold.least(groupsPerUser: 8, scale: less, loss: loss)
      #expect(threshold < SelectionThreshold.least(groupsPerUser: 8, scale: more, loss: loss))
      #expect(threshold >= SelectionThreshold.least(groupsPerUser: 1, scale: less, loss: loss))
    }
  }

  @Test func scalesAreRoundedUp() throws {
    for (sensitivity, ticks) in [(1, 3), (8, 1_234_567), (7, 1 << 40), (1 << 45, 999_999_999_999)] as [(UInt128, Int64)]
    {
      let loss = PrivacyLoss(ticks: ticks)
      let scale = try #require(GaussianScale(sensitivitySquared: sensitivity, loss: loss))
      // σ² = Δ²/(2ρ), exactly: numerator * 2 * ticks >= Δ² * denominator * 2^40.
      let (numerator, denominator) = scale.fraction
      let (left, right) = (numerator * 2 * .init(ticks), .init(sensitivity) * denominator << 40)
      #expect(left >= right)
      #expect(left - right < right >> 38 + 1)
      #expect(GaussianScale(numerator: scale.numerator, denominator: scale.denominator) == scale)
    }
    #expect(GaussianScale(sensitivitySquared: 1, loss: .zero) == nil)
    #expect(GaussianScale(sensitivitySquared: 1 << 100, loss: PrivacyLoss(ticks: 1)) == nil)
    for (numerator, denominator) in [
      ("0", "1"), ("1", "0"), ("-1", "1"), ("x", "1"), ("1", ""), ("1" + String(repeating: "0", count: 40), "1"),
    ] {
      #expect(GaussianScale(numerator: numerator, denominator: denominator) == nil)
    }
  }

  @Test func scalesAreStoredExactly() throws {
    let scale = try GaussianScale.of("1000000007", "3")
    #expect(try JSONDecoder().decode(GaussianScale.self, from: JSONEncoder().encode(scale)) == scale)
    #expect(scale.standardDeviation == scale.variance.squareRoot())
    #expect(abs(scale.variance - 1_000_000_007.0 / 3) < 0.01)
  }
}
