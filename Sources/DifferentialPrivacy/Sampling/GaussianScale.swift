import BigInt

/// The variance parameter σ² of a discrete Gaussian: an exact fraction m * 2^e with m below 2^40.
///
///     let scale = GaussianScale(sensitivitySquared: 8, loss: loss)
///     "adyton_noise(seed, place, '\(scale.numerator)', '\(scale.denominator)')"
///
/// Where σ² would need more digits it is rounded up, by less than one part in 2^38: more noise than asked, never less.
public struct GaussianScale: Hashable, Codable, Sendable {
  /// m: odd, or 0 bits are in the exponent; from 1 to 2^40 - 1.
  let significand: UInt64
  /// e: σ² is m * 2^e.
  let exponent: Int

  static let significandBits = 40
  /// σ² is below 2^120, so that noise fits into 128 bits.
  static let greatestBits = 120

  /// The scale for which adding noise to whole numbers loses at most ρ: σ² = Δ²/(2ρ).
  ///
  /// - Parameters:
  ///   - sensitivitySquared: Δ², the greatest sum of squares by which one person changes all figures of the column
  ///     together: k * c² for at most k groups with a part of at most c in each. Positive.
  ///   - loss: The loss of the column. nil where its ρ is 0, or so small that σ² would reach 2^120.
  public init?(sensitivitySquared: UInt128, loss: PrivacyLoss) {
    guard loss.ticks > 0, sensitivitySquared > 0 else { return nil }
    // ρ is ticks / 2^40.
    self.init(BigUInt(sensitivitySquared) << 39, over: BigUInt(loss.ticks))
  }

  /// The scale of `numerator` and `denominator`, the decimal texts of whole numbers; nil where they are none, or σ² is
  /// not positive or at least 2^120.
  public init?(numerator: String, denominator: String) {
    guard let (numerator, denominator) = DecimalFraction.parse(numerator, denominator) else { return nil }
    self.init(numerator, over: denominator)
  }

  init?(_ numerator: BigUInt, over denominator: BigUInt) {
    guard numerator > 0 else { return nil }
    var exponent = numerator.bitWidth - denominator.bitWidth - Self.significandBits + 1
    // The quotient is at least 2^38 and below 2^40.
    let dividend = numerator << max(-exponent, 0)
    let divisor = denominator << max(exponent, 0)
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    var significand = UInt64(quotient) + (remainder > 0 ? 1 : 0)
    exponent += significand.trailingZeroBitCount
    significand >>= UInt64(significand.trailingZeroBitCount)
    let bits = significand.bitWidth - significand.leadingZeroBitCount + exponent
    guard bits <= Self.greatestBits, exponent >= -Self.greatestBits else { return nil }
    self.significand = significand
    self.exponent = exponent
  }

  /// σ² as a fraction of whole numbers.
  var fraction: (numerator: BigInt, denominator: BigInt) {
    (BigInt(significand) << max(exponent, 0), BigInt(1) << max(-exponent, 0))
  }
  /// The numerator of σ² as decimal text.
  public var numerator: String { String(fraction.numerator) }
  /// The denominator of σ² as decimal text.
  public var denominator: String { String(fraction.denominator) }

  /// σ², as the next `Double`.
  public var variance: Double { Double(sign: .plus, exponent: exponent, significand: Double(significand)) }

  /// σ: the standard deviation of the noise. That of the discrete Gaussian is at most σ, and the same for all σ
  /// above 2 (Canonne, Kamath and Steinke 2020, corollary 9).
  public var standardDeviation: Double { variance.squareRoot() }
}
