import BigInt
import Foundation

extension PrivacyLoss {
  /// The greatest ρ whose mechanisms are all (ε, δ)-differentially private, rounded down; without selections.
  ///
  /// - Parameters:
  ///   - epsilon: Positive and finite.
  ///   - delta: Between 0 and 1, both excluded. It is the δ of the conversion; that of selections is added to it.
  public static func allowed(epsilon: Double, delta: Double) -> PrivacyLoss {
    let conversion = ConcentratedConversion(delta: delta)
    return PrivacyLoss(ticks: conversion.ticks(epsilon: epsilon))
  }

  /// The ε for which mechanisms of this loss are (ε, δ + δ')-differentially private, rounded up; δ' is that of the
  /// selections, δ that of the conversion, between 0 and 1, both excluded.
  public func epsilon(delta: Double) -> Double {
    ticks == 0 ? 0 : ConcentratedConversion(delta: delta).epsilon(ticks: ticks)
  }
}

/// The conversion of ρ-zCDP into (ε, δ)-differential privacy, after proposition 12 of Canonne, Kamath and Steinke
/// (2020): for every order α > 1, δ = exp((α-1)(αρ-ε)) / (α-1) * (1-1/α)^α.
///
/// Every order gives a true statement, and the best one is wanted. So the order is found in floating point, and what is
/// claimed for it is computed once more with bounds that surely hold.
struct ConcentratedConversion {
  private let delta: Double

  init(delta: Double) {
    precondition(delta > 0 && delta < 1)
    self.delta = delta
  }

  /// The least ε for a ρ of so many steps, rounded up.
  func epsilon(ticks: Int64) -> Double {
    let rho = Double(ticks) * PrivacyLoss.tick
    let order = bestOrder { order in order * rho + Self.offset(order, delta) }
    let exactRho = Bracket(BigInt(ticks), over: BigInt(1) << 40)
    let epsilon = Bracket(order) * exactRho + offset(order)
    return max(epsilon.upperDouble, 0)
  }

  /// The greatest ρ for an ε, in steps, rounded down.
  func ticks(epsilon: Double) -> Int64 {
    precondition(epsilon > 0 && epsilon.isFinite)
    let order = bestOrder { order in (Self.offset(order, delta) - epsilon) / order }
    let rho = (Bracket(epsilon) - offset(order)) / Bracket(order)
    let ticks = rho.lower.dividedDown(by: BigInt(1) << (Bracket.fractionBits - 40))
    return Int64(clamping: max(ticks, 0))
  }

  /// ε less αρ: (ln(1/δ) - ln α) / (α-1) + ln(1-1/α).
  private static func offset(_ order: Double, _ delta: Double) -> Double {
    (-log(delta) - log(order)) / (order - 1) + log1p(-1 / order)
  }

  private func offset(_ order: Double) -> Bracket {
    let alpha = Bracket(order)
    let lessOne = alpha - .one
    return -(Bracket(delta).logarithm + alpha.logarithm) / lessOne + (lessOne.logarithm - alpha.logarithm)
  }

  /// The order at which a function with one valley is least, about: golden-section search over ln(α-1).
  private func bestOrder(_ value: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    func order(_ exponent: Double) -> Double { 1 + exp(exponent) }
    var (low, high) = (-30.0, 60.0)
    for _ in 0..<100 {
      let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
      if value(order(left)) <= value(order(right)) { high = right } else { low = left }
    }
    return order((low + high) / 2)
  }
}
