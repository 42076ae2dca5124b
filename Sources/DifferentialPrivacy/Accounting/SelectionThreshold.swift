import BigInt
import Foundation

/// The number of users from which on a group whose keys come from data appears.
///
/// The proof is in `docs/differential-privacy/selection.md`.
public enum SelectionThreshold {
  /// σ² counts as at least this.
  private static let leastVariance = 0.0625
  private static let leastScale = GaussianScale(BigUInt(1), over: BigUInt(16))

  /// The least threshold τ that is safe: τ - 1 is the least t for which k times the probability that the noise is at
  /// least t is at most δ. A group appears if its users and the noise are at least τ together.
  ///
  /// Probabilities are rounded up. Beyond σ = 128, so is the threshold, by less than one part in 100.
  ///
  /// - Parameters:
  ///   - groupsPerUser: k: the maximum number of groups in which a user counts. Positive.
  ///   - scale: The scale of the noise on the number of users.
  ///   - loss: The loss of the selection, of which δ counts here. Its δ is positive.
  public static func least(groupsPerUser: Int, scale: GaussianScale, loss: PrivacyLoss) -> Int64 {
    precondition(groupsPerUser > 0 && loss.deltaTicks > 0)
    // Large noise is rarer the smaller σ is, so that a threshold for more noise is safe for less. Below, terms would be
    // too small for the digits of a bracket.
    let scale = scale.variance < leastVariance ? leastScale ?? scale : scale
    // k * P <= δ, as k * sum * 2^60 <= δ' * total in whole numbers.
    let total = GaussianSum.lowerBound(scale) * BigInt(loss.deltaTicks)
    func isRare(_ tail: GaussianTail) -> Bool { BigInt(groupsPerUser) * tail.sum << 60 <= total }

    // Far enough out that what lies beyond hardly counts, so the first tail is nearly always rare.
    var deviations = (2 * log(Double(groupsPerUser) / loss.selectionDelta) + 40).squareRoot()
    var tail = GaussianTail(scale, deviations: deviations)
    while !isRare(tail) {
      deviations *= 2
      tail = GaussianTail(scale, deviations: deviations)
    }
    var least = tail.start
    while let wider = tail.wider, isRare(wider) {
      tail = wider
      least = wider.start
    }
    return 1 + Int64(clamping: least)
  }
}

/// The sum of exp(-j²/(2σ²)) over all whole numbers j.
enum GaussianSum {
  /// A lower bound, as a multiple of 2^-192: the greater of its greatest terms, and √(2π) σ. That is the integral; by
  /// Poisson's summation formula the sum is larger.
  static func lowerBound(_ scale: GaussianScale) -> BigInt {
    let (numerator, denominator) = scale.fraction
    let terms = (1...3).reduce(Bracket.one) { sum, j in
      let term = Bracket(BigInt(j * j) * denominator, over: 2 * numerator).exponentialOfNegation
      return sum + term + term
    }
    let twicePi = BigInt(6_283_185_307_179_586)  // rounded down
    let square = (twicePi * numerator << (2 * Bracket.fractionBits)).dividedDown(
      by: BigInt(1_000_000_000_000_000) * denominator)
    return max(terms.lower, BigInt(square.magnitude.squareRoot()))
  }
}

/// An upper bound for the sum of exp(-j²/(2σ²)) over j >= `start`, and the way to those that begin earlier.
///
/// The sum goes over runs of `width` numbers, of which none is above the first. Up to σ = 128 the width is 1, and the
/// sum is exact except for rounding.
private struct GaussianTail {
  /// The first number of the sum.
  var start: BigInt { index * width }
  /// The bound, as a multiple of 2^-192.
  private(set) var sum: BigInt

  private let width: BigInt
  private var index: BigInt
  /// exp(-start²/(2σ²)).
  private var term: Bracket
  /// The quotient of the term before `term`, one run earlier, and `term`.
  private var quotient: Bracket
  /// The quotient of `quotient` one run earlier, and `quotient`: the same everywhere.
  private let factor: Bracket

  private static let runsPerDeviation = 128

  /// The tail that begins about so many σ from 0.
  init(_ scale: GaussianScale, deviations: Double) {
    let (numerator, denominator) = scale.fraction
    width = BigInt((scale.standardDeviation / Double(Self.runsPerDeviation)).rounded(.up))
    index = BigInt((deviations * scale.standardDeviation / Double(width)).rounded(.up)) + 1
    let (index, width) = (index, width)
    /// exp(-n w²/(2σ²)).
    func power(_ n: BigInt) -> Bracket {
      Bracket(n * width * width * denominator, over: 2 * numerator).exponentialOfNegation
    }
    term = power(index * index)
    quotient = .one / power(2 * index - 1)
    factor = power(2)
    // Each further term is at most exp(-start/σ²) times the one before, and 1/(1 - exp(-x)) is at most 1 + 1/x.
    sum = term.upper + (term.upper * numerator).dividedUp(by: denominator * index * width)
  }

  /// The tail that begins one run earlier; nil at 0.
  var wider: GaussianTail? {
    guard index > 0 else { return nil }
    var wider = self
    wider.index -= 1
    wider.term = term * quotient
    wider.quotient = quotient * factor
    wider.sum += width * wider.term.upper
    return wider
  }
}
