/// The shape of every identifier that a client can name.
package enum IdentifierShape {
  /// The maximum number of characters of an identifier.
  package static let lengthLimit = 64

  /// Whether `text` is one to 64 ASCII letters, digits, `-` and `_`. Any other text cannot name anything.
  package static func accepts(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= lengthLimit
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
