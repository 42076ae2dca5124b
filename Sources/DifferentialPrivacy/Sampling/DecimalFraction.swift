import BigInt

/// A fraction as an engine's statement has it: two decimal texts of whole numbers.
enum DecimalFraction {
  /// The most digits of a number. Those of scales have at most 40.
  private static let digitsMax = 100

  /// nil where the texts are no whole numbers or too long, or the denominator is 0.
  static func parse(_ numerator: String, _ denominator: String) -> (numerator: BigUInt, denominator: BigUInt)? {
    guard numerator.utf8.count <= digitsMax, denominator.utf8.count <= digitsMax,
      let numerator = BigUInt(numerator), let denominator = BigUInt(denominator), denominator > 0
    else { return nil }
    return (numerator, denominator)
  }
}
