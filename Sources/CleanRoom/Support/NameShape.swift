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
    guard !text.isEmpty, text.utf8.count <= lengthLimit, text.contains(where: { $0 != "." }) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }
}
