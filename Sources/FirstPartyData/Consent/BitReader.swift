/// Reads the fields of a consent string: bits written as base64url, six bits in a character.
///
/// Source: IAB Tech Lab, "Consent string and vendor list formats v2" and "Global Privacy Platform: Core".
struct BitReader {
  private let sextets: [UInt8]
  private var position = 0

  /// A reader of the text; nil if a character is not base64url. Padding at the end is ignored.
  init?(_ text: Substring.UTF8View) {
    var sextets: [UInt8] = []
    sextets.reserveCapacity(text.count)
    var isPadded = false
    for character in text {
      if character == UInt8(ascii: "=") {
        isPadded = true
        continue
      }
      guard !isPadded, let value = Self.value(of: character) else { return nil }
      sextets.append(value)
    }
    self.sextets = sextets
  }

  /// The next bits as an unsigned number, at most 62 of them; nil if fewer are left.
  mutating func number(_ count: Int) -> Int? {
    guard position + count <= sextets.count * 6 else { return nil }
    var value = 0
    var missing = count
    while missing > 0 {
      let offset = position % 6
      let taken = min(6 - offset, missing)
      let chunk = (Int(sextets[position / 6]) >> (6 - offset - taken)) & ((1 << taken) - 1)
      value = value << taken | chunk
      position += taken
      missing -= taken
    }
    return value
  }

  /// The next bit.
  mutating func flag() -> Bool? {
    number(1).map { $0 == 1 }
  }

  /// Skips bits; nil if fewer are left.
  mutating func skip(_ count: Int) -> Void? {
    guard position + count <= sextets.count * 6 else { return nil }
    position += count
    return ()
  }

  /// The next number in Fibonacci coding: sums of Fibonacci numbers, lowest first, ended by two ones in a row. At least
  /// 1.
  mutating func fibonacciNumber() -> Int? {
    var sum = 0
    var (current, next) = (1, 2)
    var wasOne = false
    for _ in 0..<Self.fibonacciBitLimit {
      guard let isOne = flag() else { return nil }
      if isOne && wasOne { return sum }
      if isOne { sum += current }
      wasOne = isOne
      (current, next) = (next, current + next)
    }
    return nil
  }

  /// The largest number of bits of a number in Fibonacci coding: enough for every section id, and no sum overflows.
  private static let fibonacciBitLimit = 40

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
