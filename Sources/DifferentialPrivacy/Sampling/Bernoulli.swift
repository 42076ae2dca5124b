import BigInt

/// Exact events: each happens with exactly the probability that it names, as no number is ever rounded.
///
/// The functions work on any type of whole numbers that does not overflow: on 128 bits where the numbers are small, on
/// `BigUInt` where they are not. They ask for the same digits and give the same answer in both.
///
/// After algorithm 1 of Canonne, Kamath and Steinke (2020); see `docs/differential-privacy/samplers.md` for the proofs.
extension RandomDigits {
  /// True with the probability `numerator` / `denominator`; always where that is 1 or more.
  ///
  /// Compares a random number between 0 and 1 with the fraction, digit by digit, until they differ.
  ///
  /// - Precondition: 2^32 times the denominator is a number of the type.
  mutating func bernoulli<Number: UnsignedInteger>(_ numerator: Number, over denominator: Number) -> Bool {
    var rest = numerator
    guard rest < denominator else { return true }
    while rest > 0 {
      let (fractionDigit, next) = (rest << 32).quotientAndRemainder(dividingBy: denominator)
      let randomDigit = Number(digit())
      if randomDigit != fractionDigit { return randomDigit < fractionDigit }
      rest = next
    }
    return false
  }

  /// True with the probability exp(-`numerator` / `denominator`).
  ///
  /// - Precondition: 2^44 times the denominator is a number of the type.
  mutating func bernoulliExponential<Number: UnsignedInteger>(
    _ numerator: Number, over denominator: Number
  ) -> Bool {
    var rest = numerator
    // exp(-x) is exp(-1) for each whole part of x, times the exponential of what is left.
    while rest >= denominator {
      guard unitExponential() else { return false }
      rest -= denominator
    }
    return exponentialBelowOne(rest, over: denominator)
  }

  /// True with the probability 1/e.
  mutating func unitExponential() -> Bool { exponentialBelowOne(1 as UInt64, over: 1) }

  /// True with the probability exp(-x) for x from 0 to 1: the number of the first event that does not happen is odd,
  /// where event k happens with the probability x/k.
  private mutating func exponentialBelowOne<Number: UnsignedInteger>(
    _ numerator: Number, over denominator: Number
  ) -> Bool {
    var index: Number = 1
    while bernoulli(numerator, over: denominator * index) {
      index += 1
      // Reached with a probability below 1/4096!. It stops here because larger numbers might not fit the type.
      precondition(index < 4_096)
    }
    return index & 1 == 1
  }
}
