import Base

/// The shape of the names that clients give to workflows and schedules.
package enum NameShape {
  /// The largest number of characters of a name.
  package static let lengthLimit = 128
  package static let rule = "must have 1 to \(lengthLimit) letters, digits, periods, dashes and underscores."

  /// Whether `text` is one to 128 ASCII letters, digits, `.`, `-` and `_`, not only periods.
  ///
  /// Source: AMC's guide "Create a workflow". Names are parts of URLs and of files' paths, where `.` and `..` have
  /// another meaning.
  package static func accepts(_ text: String) -> Bool {
    (1...lengthLimit).contains(text.utf8.count) && text.contains { $0 != "." } && text.isOfLettersAndDigits(or: "-_.")
  }
}
