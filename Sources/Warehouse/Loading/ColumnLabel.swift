/// How error texts name the columns of a file. In a file without a header, what is taken for names are values, and
/// values never reach an error text.
package enum ColumnLabel {
  /// The longest name that is shown, in characters.
  static let lengthLimit = 128
  /// The text in place of a name that may be a value.
  static let unnamed = "(not a column's name)"
  private static let hashLength = 64

  /// The name, or `unnamed` where it is a value rather: an address, a number, a hash, or no text at all.
  package static func shown(_ name: String) -> String {
    let isName =
      name.count <= lengthLimit && name.contains(where: \.isLetter) && !name.contains("@")
      && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    let isHash = name.count >= hashLength && name.allSatisfy(\.isHexDigit)
    return isName && !isHash ? name : unnamed
  }

  /// The problem where none of a file's columns is known: names that were read can all be values then.
  static func noneKnown(of file: LoadFile, among known: String) -> LoadProblem {
    LoadProblem(
      .malformedFile,
      "None of the file's columns is \(known). Its first line must hold their names, separated as was said.",
      file: file.displayName)
  }
}
