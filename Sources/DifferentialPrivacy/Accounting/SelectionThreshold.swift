import BigInt

/// The number of users from which on a group whose keys come from data appears.
///
/// See `docs/differential-privacy/selection.md` for the proof.
public enum SelectionThreshold {
  /// The least threshold τ that is safe: τ - 1 is the least t for which k times the probability that the noise is at
  /// least t is at most δ. Probabilities are rounded up.
  ///
  /// - Parameters:
  ///   - groupsPerUser: k: the maximum number of groups in which a user counts. Positive.
  ///   - scale: The scale of the noise on the number of users.
  ///   - loss: The loss of the selection, of which δ counts here. Its δ is positive.
  public static func least(groupsPerUser: Int, scale: GaussianScale, loss: PrivacyLoss) -> Int64 {
    precondition(groupsPerUser > 0 && loss.deltaTicks > 0)
    let tail = GaussianTail(scale)
    // k * P <= δ, as k * sum * 2^60 <= δ' * total, all in whole numbers.
    let total = tail.total * BigInt(loss.deltaTicks)
    let index = tail.leastIndex { sum in BigInt(groupsPerUser) * sum << 60 <= total }
    return 1 + Int64(clamping: BigInt(index) * tail.width)
  }
}

/// Upper bounds for the probabilities that a discrete Gaussian is large.
///
/// P[X >= t] is the sum of exp(-j²/(2σ²)) over j >= t, divided by that over all j. Both are sums over runs of `width`
/// numbers, of which each is bounded by its greatest or its least term. Up to σ = 128 the width is 1, and the sums are
/// exact but for rounding; beyond, the thresholds become larger by less than one part in 100.
struct GaussianTail {
  /// The numbers in a run.
  let width: BigInt
  /// A lower bound of the sum over all numbers, as a multiple of 2^-192.
  let total: BigInt
  /// Upper bounds of the sums over j >= i * `width`, as multiples of 2^-192.
  private let tails: [BigInt]

  /// Runs for each σ.
  private static let runsPerDeviation = 128
  /// Sums go to this many σ, beyond which all is below e^-162.
  private static let deviations = 18

  init(_ scale: GaussianScale) {
    let variance = (
      numerator: BigInt(scale.significand) << max(scale.exponent, 0), denominator: BigInt(1) << max(-scale.exponent, 0)
    )
    let deviation = (variance.numerator.dividedUp(by: variance.denominator)).magnitude.squareRoot() + 1
    width = BigInt(deviation).dividedUp(by: BigInt(Self.runsPerDeviation))
    let count = Int(BigInt(deviation * BigUInt(Self.deviations)).dividedUp(by: width)) + 1
    let terms = Self.terms(count: count, width: width, variance: variance)

    // Each run after an edge is at most its first term times the width; each run before one at least its last.
    total = terms.dropFirst().reduce(BigInt(1) << Bracket.fractionBits) { [width] in $0 + 2 * width * $1.lower }
    // Beyond the last edge T, terms fall faster than the powers of exp(-T/σ²), whose sum is at most 1 + σ²/T.
    let last = terms[count].upper
    let edge = width * BigInt(count)
    var tail = last + (last * variance.numerator).dividedUp(by: variance.denominator * edge)
    var tails = [tail]
    for term in terms[..<count].reversed() {
      tail += width * term.upper
      tails.append(tail)
    }
    self.tails = tails.reversed()
  }

  /// The least index whose sum is small enough; every further one then is as well.
  func leastIndex(where isSmallEnough: (_ sum: BigInt) -> Bool) -> Int {
    tails.firstIndex(where: isSmallEnough) ?? tails.count
  }

  /// exp(-(i w)²/(2σ²)) for i from 0 to `count`, each from the one before: their quotients fall by a fixed factor.
  private static func terms(
    count: Int, width: BigInt, variance: (numerator: BigInt, denominator: BigInt)
  ) -> [Bracket] {
    let square = Bracket(width * width * variance.denominator, over: 2 * variance.numerator)
    var quotient = square.exponentialOfNegation
    let factor = (square + square).exponentialOfNegation
    var terms = [Bracket.one]
    for _ in 0..<count {
      terms.append(terms[terms.count - 1] * quotient)
      quotient = quotient * factor
    }
    return terms
  }
}
