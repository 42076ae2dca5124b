/// The shape of every identifier that a client can name.
package enum IdentifierShape {
  /// The maximum number of characters of an identifier.
  package static let lengthLimit = 64

  /// Whether `text` is one to 64 ASCII letters, digits, `-` and `_`. Any other text cannot name anything.
  package static func accepts(_ text: String) -> Bool {
    (1...lengthLimit).contains(text.utf8.count) && text.isOfLettersAndDigits(or: "-_")
  }
}
