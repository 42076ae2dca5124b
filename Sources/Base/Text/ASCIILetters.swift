extension UInt8 {
  /// Whether this is a digit of ASCII.
  @inlinable package var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// Whether this is a lowercase letter or a digit of ASCII.
  @inlinable package var isASCIILowercaseLetterOrDigit: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || isASCIIDigit
  }

  /// Whether this is a letter or a digit of ASCII.
  @inlinable package var isASCIILetterOrDigit: Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) || isASCIILowercaseLetterOrDigit
  }
}

extension StringProtocol {
  /// Whether all characters are letters and digits of ASCII, or among `others`, which are of ASCII too.
  package func isOfLettersAndDigits(or others: String) -> Bool {
    utf8.allSatisfy { $0.isASCIILetterOrDigit || others.utf8.contains($0) }
  }
}
