/// An error of the project. Its code stays the same, and the error that led to it is kept.
///
/// A log shows `logDescription`: only codes and numbers.
package protocol CodedError: Error {
  /// `String`, or an enumeration of strings.
  associatedtype Code

  /// The stable name of the failure, such as `metadata_corrupted`.
  var code: Code { get }
  /// The code as text, which tests, clients and operators rely on.
  var stableCode: String { get }
  /// Numbers and names of the project's own that tell more, such as a result code of SQLite or the status of a
  /// response. Never a value, a path, a token, an identifier, or the text of another error. None by default.
  var detail: String? { get }
  /// The error that led to this one, if any. None by default.
  var underlying: (any Error)? { get }
}

extension CodedError {
  package var detail: String? { nil }
  package var underlying: (any Error)? { nil }
}

extension CodedError where Code == String {
  package var stableCode: String { code }
}

extension CodedError where Code: RawRepresentable, Code.RawValue == String {
  package var stableCode: String { code.rawValue }
}
