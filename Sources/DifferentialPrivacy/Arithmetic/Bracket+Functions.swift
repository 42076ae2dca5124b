import BigInt

extension Bracket {
  /// The greatest argument whose exponential is computed: below e^-400, numbers are smaller than the bounds can show.
  private static let greatestExponent = BigInt(400) << fractionBits

  /// e to the power of minus this number, which is not negative.
  var exponentialOfNegation: Bracket {
    precondition(lower >= 0)
    let upperResult = Self.exponential(min(lower, Self.greatestExponent))
    let unit = BigInt(1) << (2 * Self.fractionBits)
    let high = unit.dividedUp(by: upperResult.lower)
    guard upper <= Self.greatestExponent else { return Bracket(lower: 0, upper: high) }
    return Bracket(lower: unit.dividedDown(by: Self.exponential(upper).upper), upper: high)
  }

  /// The natural logarithm of this number, which is surely positive.
  var logarithm: Bracket {
    precondition(lower > 0)
    return Bracket(lower: Self.logarithm(lower).lower, upper: Self.logarithm(upper).upper)
  }

  /// e to the power of a number that is not negative: the power series of a part of it, squared again and again.
  private static func exponential(_ argument: BigInt) -> Bracket {
    // The part is below 1/4, so each term is less than a quarter of the one before.
    let halvings = max(0, argument.bitWidth - fractionBits + 2)
    let part = Bracket(lower: argument.halvedDown(halvings), upper: argument.halvedUp(halvings))
    var (sum, term, index) = (one, one, 0)
    while term.upper > 1 {
      index += 1
      term = term * part / index
      sum = sum + term
    }
    // What is left out is less than a third of the last term.
    sum = Bracket(lower: sum.lower, upper: sum.upper + term.upper)
    for _ in 0..<halvings { sum = sum * sum }
    return sum
  }

  /// The logarithm of a positive multiple of 2^-192: 2^k times a number from 1 to 2.
  private static func logarithm(_ argument: BigInt) -> Bracket {
    let exponent = argument.magnitude.bitWidth - 1 - fractionBits
    // Shifts by a negative count go the other way, and are exact.
    let scaled = Bracket(lower: argument.halvedDown(exponent), upper: argument.halvedUp(exponent))
    let rest = twiceInverseHyperbolicTangent((scaled - one) / (scaled + one))
    return rest + Bracket(BigInt(exponent), over: 1) * logarithmOfTwo
  }

  private static let logarithmOfTwo = twiceInverseHyperbolicTangent(Bracket(1, over: 3))

  /// 2 artanh(z) = 2 (z + z^3/3 + z^5/5 + …) of a number from 0 to a little more than 1/3; it is ln((1 + z)/(1 - z)).
  private static func twiceInverseHyperbolicTangent(_ argument: Bracket) -> Bracket {
    precondition(argument.upper * 2 < BigInt(1) << fractionBits)
    let square = argument * argument
    var (sum, power, index) = (argument, argument, 1)
    while power.upper > 1 {
      index += 2
      power = power * square
      sum = sum + power / index
    }
    // What is left out is less than the last power, as each is less than a quarter of the one before.
    sum = Bracket(lower: sum.lower, upper: sum.upper + power.upper)
    return sum + sum
  }
}
