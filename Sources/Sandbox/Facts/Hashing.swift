/// Reproducible random numbers: they follow from the seed and from their purpose.
struct Hashing: Sendable {
  let seed: Int

  /// A 64-bit number, as a SQL expression. `purpose` keeps draws about the same thing independent.
  func bits(_ purpose: String, _ parts: String...) -> String {
    "hash(\(([String(seed), "'\(purpose)'"] + parts).joined(separator: ", ")))"
  }

  /// A number from 0 up to, not including, 1, as a SQL expression.
  func uniform(_ purpose: String, _ parts: String...) -> String {
    Self.uniform(of: "hash(\(([String(seed), "'\(purpose)'"] + parts).joined(separator: ", ")))")
  }

  /// The same from given bits: the upper 53 of them.
  static func uniform(of bits: String) -> String {
    "((\(bits) >> 11) * 1.1102230246251565e-16)"
  }

  /// A whole number from 0 up to, not including, `count`, from other bits of a number for each `shift`.
  static func pick(_ count: Int, from bits: String, shift: Int) -> String {
    "CAST((\(bits) >> \(shift)) % \(count) AS INTEGER)"
  }
}
