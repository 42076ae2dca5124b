extension String {
  /// The text behind its length. Texts in this form can be joined: no two lists of them give the same bytes.
  ///
  ///     ["a", "bc"].map(\.lengthPrefixed).joined()  // "1:a2:bc"
  public var lengthPrefixed: String { "\(utf8.count):\(self)" }
}
