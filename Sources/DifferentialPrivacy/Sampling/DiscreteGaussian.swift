import BigInt
public import Foundation

/// Noise: a whole number x with a probability in proportion to exp(-x²/(2σ²)), exactly.
///
///     let noise = DiscreteGaussian(scale)
///     let figure = sum + noise.sample(RandomKey(seed, for: .gaussian), place: place)
///
/// Algorithm 3 of Canonne, Kamath and Steinke (2020): a discrete Laplace variable y of scale t, taken with the
/// probability exp(-(|y| - σ²/t)²/(2σ²)), again and again until one is taken. Any t > 0 gives the distribution; t is
/// the greatest power of two that is at most √2 σ, so that all numbers are short. The proof is in
/// `docs/differential-privacy/samplers.md`.
public struct DiscreteGaussian: Sendable {
  /// t is 2^a.
  private let a: Int
  /// |y| - σ²/t and (|y| - σ²/t)²/(2σ²) in whole numbers: 2^`shift` |y| - `center`, and its square over `denominator`.
  private let shift: Int
  private let center: BigUInt
  private let denominator: BigUInt
  /// `center` and `denominator` where they are small enough for 128 bits.
  private let short: (center: UInt128, denominator: UInt128)?

  public init(_ scale: GaussianScale) { self.init(scale, usesShortNumbers: true) }

  /// - Parameter usesShortNumbers: Whether numbers of 128 bits are used where they are enough, which is faster and
  ///   gives the same noise.
  init(_ scale: GaussianScale, usesShortNumbers: Bool) {
    let (m, e) = (BigUInt(scale.significand), scale.exponent)
    // The greatest a with 2^(2a) <= 2σ² = m * 2^(e + 1), or 0: m has b bits, so that floor(log2(2σ²)) = b + e.
    a = max(0, (scale.significand.bitWidth - scale.significand.leadingZeroBitCount + e) / 2)
    // With 2^c, the greatest power in both |y| * 2^a and m * 2^e: (|y| * 2^(a-c) - m * 2^(e-c))² / (m * 2^(1+e+2a-2c)).
    let c = min(a, e)
    shift = a - c
    center = m << (e - c)
    denominator = m << (1 + e + 2 * a - 2 * c)
    let isShort =
      usesShortNumbers && denominator.bitWidth <= Self.shortDenominatorBits && shift < Self.shortBits
      && center.bitWidth < Self.shortBits
    short = isShort ? (UInt128(center), UInt128(denominator)) : nil
  }

  /// Whether numbers of 128 bits are used.
  var isShort: Bool { short != nil }

  /// 2^44 times such a denominator fits into 128 bits.
  private static let shortDenominatorBits = 84
  /// The square of a number of so many bits fits into 128 bits.
  private static let shortBits = 64

  /// The noise of a place: always the same for the same seed and place.
  public func sample(_ key: RandomKey, place: some DataProtocol) -> Int128 {
    var digits = KeyedDigits(key, place: place)
    return sample(&digits)
  }

  /// A number from random digits.
  public func sample(_ digits: inout some RandomDigits) -> Int128 {
    while true {
      let (magnitude, isNegative) = digits.discreteLaplace(scaleExponent: a)
      if takes(magnitude, &digits) { return isNegative ? -Int128(magnitude) : Int128(magnitude) }
    }
  }

  private func takes(_ magnitude: UInt128, _ digits: inout some RandomDigits) -> Bool {
    if let short, magnitude.bitWidth - magnitude.leadingZeroBitCount + shift < Self.shortBits {
      let shifted = magnitude << UInt128(shift)
      let distance = shifted > short.center ? shifted - short.center : short.center - shifted
      return digits.bernoulliExponential(distance * distance, over: short.denominator)
    }
    let shifted = BigUInt(magnitude) << shift
    let distance = shifted > center ? shifted - center : center - shifted
    return digits.bernoulliExponential(distance * distance, over: denominator)
  }
}
