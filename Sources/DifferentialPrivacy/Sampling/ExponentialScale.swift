import BigInt

/// The ε of one choice by the exponential mechanism: an exact fraction n / 2^40.
public struct ExponentialScale: Hashable, Codable, Sendable {
  /// ε as a multiple of 2^-40.
  let ticks: UInt64

  /// The ε for which the choices in at most k groups lose at most ρ together: the greatest with k (r ε)²/8 ≤ ρ.
  ///
  /// nil where that is 0.
  ///
  /// - Parameters:
  ///   - groupsPerUser: k: the maximum number of groups in which a user has values.
  ///   - valuesPerUser: r: the maximum number of values that a user has in one group.
  ///   - loss: The loss of the column.
  public init?(groupsPerUser: Int, valuesPerUser: Int = 1, loss: PrivacyLoss) {
    precondition(groupsPerUser > 0 && valuesPerUser > 0)
    // (n / 2^40)² <= 8 * ticks / 2^40 / (k r²).
    let square = (BigUInt(loss.ticks) << 43) / (BigUInt(groupsPerUser) * BigUInt(valuesPerUser).power(2))
    let root = square.squareRoot()
    guard root > 0 else { return nil }
    ticks = UInt64(root)
  }

  /// The scale of `numerator` and `denominator`, decimal texts of whole numbers, rounded down; nil where they are none,
  /// or ε is not positive or above 2^20.
  public init?(numerator: String, denominator: String) {
    guard let (numerator, denominator) = DecimalFraction.parse(numerator, denominator),
      case let quotient = (numerator << 40) / denominator, quotient > 0, quotient.bitWidth <= 60
    else { return nil }
    ticks = UInt64(quotient)
  }

  /// The numerator of ε as decimal text.
  public var numerator: String { String(ticks) }
  /// The denominator of ε as decimal text.
  public var denominator: String { String(UInt64(1) << 40) }
  /// ε, as the next `Double`.
  public var epsilon: Double { Double(ticks) * 0x1p-40 }
}
