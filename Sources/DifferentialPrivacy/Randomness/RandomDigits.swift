/// A source of random digits, each from 0 to 2^32 - 1, all equally likely and independent of each other.
public protocol RandomDigits {
  mutating func digit() -> UInt32
}

extension RandomDigits {
  /// A number below 2^`bitCount`, all equally likely; at most 64 bits.
  mutating func bits(_ bitCount: Int) -> UInt64 {
    guard bitCount > 0 else { return 0 }
    var number = UInt64(digit())
    if bitCount > 32 { number |= UInt64(digit()) << 32 }
    return number & (.max >> UInt64(64 - bitCount))
  }

  /// A number below `limit`, all equally likely: numbers of as many bits are drawn until one is below it.
  mutating func number(below limit: Int) -> Int {
    precondition(limit > 0)
    let bitCount = Int.bitWidth - (limit - 1).leadingZeroBitCount
    while true {
      let number = bits(bitCount)
      if number < UInt64(limit) { return Int(number) }
    }
  }
}
