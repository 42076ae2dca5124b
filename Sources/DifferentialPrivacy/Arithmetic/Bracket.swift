import BigInt

/// A real number, known to lie between two bounds.
///
/// Every operation rounds outwards: if the arguments contain the true numbers, the result contains the true result. The
/// bounds are whole multiples of 2^-192, so that no operation depends on floating point.
///
///     let third = Bracket(1, over: 3)
///     third.exponentialOfNegation.upper      // not below e^(-1/3)
struct Bracket: Equatable {
  /// The bounds are multiples of 2^-192.
  static let fractionBits = 192
  static let one = Bracket(1, over: 1)

  /// A number that is not above the true one, as a multiple of 2^-192.
  let lower: BigInt
  /// A number that is not below the true one, as a multiple of 2^-192.
  let upper: BigInt

  /// The numbers from `lower` to `upper`, both as multiples of 2^-192.
  init(lower: BigInt, upper: BigInt) {
    precondition(lower <= upper)
    self.lower = lower
    self.upper = upper
  }

  /// A fraction of whole numbers; the denominator is positive.
  init(_ numerator: BigInt, over denominator: BigInt) {
    let scaled = numerator << Self.fractionBits
    self.init(lower: scaled.dividedDown(by: denominator), upper: scaled.dividedUp(by: denominator))
  }

  /// Exactly the number that a `Double` stands for, up to 2^-192; it is finite and below 2^800.
  init(_ value: Double) {
    precondition(value.magnitude < 0x1p800)
    let scaled = value * 0x1p192  // exact: a power of two, without overflow
    self.init(lower: BigInt(scaled.rounded(.down)), upper: BigInt(scaled.rounded(.up)))
  }

  static prefix func - (value: Bracket) -> Bracket {
    Bracket(lower: -value.upper, upper: -value.lower)
  }

  static func + (left: Bracket, right: Bracket) -> Bracket {
    Bracket(lower: left.lower + right.lower, upper: left.upper + right.upper)
  }

  static func - (left: Bracket, right: Bracket) -> Bracket { left + -right }

  static func * (left: Bracket, right: Bracket) -> Bracket {
    guard left.lower < 0 || right.lower < 0 else {
      return Bracket(
        lower: (left.lower * right.lower).halvedDown(fractionBits),
        upper: (left.upper * right.upper).halvedUp(fractionBits))
    }
    let products = [
      left.lower * right.lower, left.lower * right.upper, left.upper * right.lower, left.upper * right.upper,
    ]
    return Bracket(
      lower: products.reduce(products[0], min).halvedDown(fractionBits),
      upper: products.reduce(products[0], max).halvedUp(fractionBits))
  }

  /// The quotient; the divisor is positive.
  static func / (left: Bracket, right: Int) -> Bracket {
    Bracket(lower: left.lower.dividedDown(by: BigInt(right)), upper: left.upper.dividedUp(by: BigInt(right)))
  }

  /// The quotient; the divisor is surely positive.
  static func / (left: Bracket, right: Bracket) -> Bracket {
    precondition(right.lower > 0)
    let (lower, upper) = (left.lower << fractionBits, left.upper << fractionBits)
    return Bracket(
      lower: min(lower.dividedDown(by: right.lower), lower.dividedDown(by: right.upper)),
      upper: max(upper.dividedUp(by: right.lower), upper.dividedUp(by: right.upper)))
  }

  /// The greatest `Double` that is not above the lower bound.
  var lowerDouble: Double {
    var value = Double(lower)
    // The conversion may have rounded up.
    while BigInt(value) > lower { value = value.nextDown.rounded(.down) }
    return value * 0x1p-192
  }

  /// The least `Double` that is not below the upper bound.
  var upperDouble: Double {
    var value = Double(upper)
    // The conversion may have rounded down.
    while BigInt(value) < upper { value = value.nextUp.rounded(.up) }
    return value * 0x1p-192
  }
}

extension BigInt {
  /// The quotient, rounded towards minus infinity; the divisor is positive.
  func dividedDown(by divisor: BigInt) -> BigInt {
    precondition(divisor > 0)
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The quotient, rounded towards plus infinity; the divisor is positive.
  func dividedUp(by divisor: BigInt) -> BigInt { -(-self).dividedDown(by: divisor) }

  /// The quotient of 2^`count`, rounded towards minus infinity; with a negative count, the exact product.
  func halvedDown(_ count: Int) -> BigInt {
    // The library's own shift rounds towards zero where numbers are negative.
    self >= 0 ? self >> count : -(-self).halvedUp(count)
  }

  /// The quotient of 2^`count`, rounded towards plus infinity; with a negative count, the exact product.
  func halvedUp(_ count: Int) -> BigInt {
    guard self > 0 else { return -(-self).halvedDown(count) }
    let quotient = self >> count
    return quotient << count == self ? quotient : quotient + 1
  }
}
