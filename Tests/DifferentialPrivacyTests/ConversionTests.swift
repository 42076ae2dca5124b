import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Losses, their sums, and what they mean as (ε, δ).
@Suite struct ConversionTests {
  @Test func lossesAddExactly() {
    var sum = PrivacyLoss.zero
    for _ in 0..<1_000 { sum += PrivacyLoss(ticks: 3, deltaTicks: 5) }
    #expect(sum == PrivacyLoss(ticks: 3_000, deltaTicks: 5_000))
    #expect(PrivacyLoss(ticks: 1 << 40).rho == 1)
    #expect(PrivacyLoss(selectionDelta: 0.25).selectionDelta == 0.25)
    #expect(PrivacyLoss(selectionDelta: 1e-9).selectionDelta <= 1e-9)
    #expect(PrivacyLoss(ticks: -1, deltaTicks: -1) == .zero)
  }

  @Test func sumsBeyondTheGreatestNumberExceedEveryBudget() {
    let most = PrivacyLoss(ticks: .max, deltaTicks: .max)
    #expect(most + most == most)
    #expect(!(most + most).isWithin(PrivacyLoss(ticks: .max - 1, deltaTicks: .max)))
  }

  @Test func budgetsHoldInBothParts() {
    let budget = PrivacyLoss(ticks: 10, deltaTicks: 20)
    #expect(PrivacyLoss(ticks: 10, deltaTicks: 20).isWithin(budget))
    #expect(!PrivacyLoss(ticks: 11, deltaTicks: 0).isWithin(budget))
    #expect(!PrivacyLoss(ticks: 0, deltaTicks: 21).isWithin(budget))
    #expect(budget.remaining(after: PrivacyLoss(ticks: 4, deltaTicks: 30)) == PrivacyLoss(ticks: 6))
  }

  @Test func partsTogetherAreWithinTheWhole() {
    let whole = PrivacyLoss(ticks: 1_000_003, deltaTicks: 77)
    for parts in 1...20 {
      let sum = (0..<parts).reduce(PrivacyLoss.zero) { sum, _ in sum + whole.divided(into: parts) }
      #expect(sum.isWithin(whole))
      #expect(sum.ticks > whole.ticks - Int64(parts))
    }
  }

  /// ε to 15 digits, from proposition 12 of Canonne, Kamath and Steinke (2020), minimised over the order with 50 digits
  /// (mpmath).
  @Test(arguments: [
    (0.5, 1e-06, 5.22153444453017),
    (0.1, 1e-05, 1.91423883199783),
    (1.0, 1e-08, 8.97721843355715),
    (0.0172, 1e-08, 0.999837635709837),
    (4.6342, 5e-07, 19.9997948198176),
    (0.0001, 1e-09, 0.0743627928416379),
    (10.0, 1e-10, 39.22775724781),
  ])
  func conversionIsThatOfTheFormula(rho: Double, delta: Double, expected: Double) {
    let loss = PrivacyLoss(ticks: Int64(rho * 0x1p40))
    let epsilon = loss.epsilon(delta: delta)
    #expect(epsilon >= expected * (1 - 1e-14) && epsilon <= expected * (1 + 1e-9), "\(epsilon)")
  }

  /// The simple conversion ε = ρ + 2√(ρ ln(1/δ)) of Bun and Steinke (2016, proposition 1.3) is never better.
  @Test func conversionIsBetterThanTheSimpleOne() {
    for exponent in stride(from: -30.0, through: 4, by: 2.3) {
      for delta in [1e-3, 1e-6, 1e-8, 1e-12] {
        let loss = PrivacyLoss(ticks: Int64(pow(2, exponent + 40)))
        let simple = loss.rho + 2 * (loss.rho * log(1 / delta)).squareRoot()
        let epsilon = loss.epsilon(delta: delta)
        #expect(epsilon <= simple, "ρ \(loss.rho), δ \(delta)")
      }
    }
  }

  @Test func whatIsAllowedGuaranteesTheEpsilon() {
    for epsilon in [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 20, 50] {
      for delta in [1e-4, 1e-6, 5e-7, 1e-8, 1e-10] {
        let loss = PrivacyLoss.allowed(epsilon: epsilon, delta: delta)
        #expect(loss.epsilon(delta: delta) <= epsilon, "ε \(epsilon), δ \(delta)")
        // It is the greatest: a hundred-millionth more no longer guarantees it.
        let more = PrivacyLoss(ticks: loss.ticks + 1 + loss.ticks / 100_000_000)
        #expect(more.epsilon(delta: delta) > epsilon, "ε \(epsilon), δ \(delta)")
      }
    }
  }

  @Test func lessDeltaOrMoreLossIsMoreEpsilon() {
    let losses = [1 << 20, 1 << 30, 1 << 36, 1 << 40, 1 << 42].map { PrivacyLoss(ticks: $0) }
    for (less, more) in zip(losses, losses.dropFirst()) {
      #expect(less.epsilon(delta: 1e-8) < more.epsilon(delta: 1e-8))
    }
    #expect(losses[2].epsilon(delta: 1e-8) > losses[2].epsilon(delta: 1e-6))
    #expect(PrivacyLoss.zero.epsilon(delta: 1e-8) == 0)
  }

  /// The discrete Gaussian itself, exactly: the smallest δ for which it is (ε, δ)-private is below that of the
  /// conversion, and by no more than a factor of ten.
  @Test func theConversionCoversTheExactLossOfTheDiscreteGaussian() throws {
    for (variance, epsilon) in [("4", 1.0), ("25", 1), ("100", 0.5), ("9", 2)] {
      let scale = try GaussianScale.of(variance)
      let (sigma2, reach) = (scale.variance, Int(40 * scale.standardDeviation))
      let total = (-reach...reach).reduce(0.0) { $0 + exp(-Double($1 * $1) / (2 * sigma2)) }
      let exact = (-reach...reach).reduce(0.0) { sum, x in
        let (p, q) = (exp(-Double(x * x) / (2 * sigma2)), exp(-Double((x + 1) * (x + 1)) / (2 * sigma2)))
        return sum + max(0, p - exp(epsilon) * q) / total
      }
      let claimed = PrivacyLoss(ticks: Int64((0x1p40 / (2 * sigma2)).rounded(.up)))
      // The δ of the claim at this ε: the ε of the claim at the exact δ is not below it.
      #expect(claimed.epsilon(delta: exact) >= epsilon, "σ² = \(variance)")
      #expect(claimed.epsilon(delta: min(10 * exact, 0.9)) <= epsilon, "σ² = \(variance)")
    }
  }

  @Test func lossesAreStoredAsWholeNumbers() throws {
    let loss = PrivacyLoss(ticks: 123, deltaTicks: 456)
    let data = try JSONEncoder().encode(loss)
    #expect(try JSONDecoder().decode(PrivacyLoss.self, from: data) == loss)
    #expect(try JSONSerialization.jsonObject(with: data) as? [String: Int] == ["ticks": 123, "deltaTicks": 456])
  }
}
