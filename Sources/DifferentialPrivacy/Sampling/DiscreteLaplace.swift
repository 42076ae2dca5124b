extension RandomDigits {
  /// A whole number x with a probability in proportion to exp(-|x|/t), where t is 2^`scaleExponent`: a discrete Laplace
  /// variable (algorithm 2 of Canonne, Kamath and Steinke 2020).
  ///
  /// - Parameter scaleExponent: From 0 to 60.
  mutating func discreteLaplace(scaleExponent: Int) -> (magnitude: UInt128, isNegative: Bool) {
    let scale = UInt128(1) << UInt128(scaleExponent)
    while true {
      let offset = UInt128(bits(scaleExponent))
      guard bernoulliExponential(offset, over: scale) else { continue }
      var wholes: UInt128 = 0
      while unitExponential() { wholes += 1 }
      let magnitude = offset + wholes * scale
      let isNegative = bits(1) == 1
      // 0 would come twice as often, as 0 and as -0.
      if magnitude == 0 && isNegative { continue }
      return (magnitude, isNegative)
    }
  }
}
