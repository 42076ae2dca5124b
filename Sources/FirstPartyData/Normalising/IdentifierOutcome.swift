/// The result of preparing a value of a customer file for upload.
public enum IdentifierOutcome: Sendable, Hashable {
  /// There is no value.
  case empty
  /// The value has a standard form; this is its hash.
  case hashed(String)
  /// The value was a hash already; this is it in small letters.
  case alreadyHashed(String)
  /// Values of this kind are not hashed; this is the value without blanks around it.
  case plain(String)
  /// The value has no standard form.
  case problem(IdentifierProblem)

  /// The outcome for a value of the kind.
  ///
  /// - Parameter countryCode: A two-letter code; nil if the country is unknown.
  public init(of value: String, kind: IdentifierKind, countryCode: String?) {
    let trimmed = StandardIdentifier.trimmed(value)
    if trimmed.isEmpty {
      self = .empty
    } else if kind.isHashed, HashedIdentifier.isSHA256(trimmed) {
      self = .alreadyHashed(trimmed.lowercased())
    } else {
      do throws(IdentifierProblem) {
        let text = try StandardIdentifier.text(of: value, kind: kind, countryCode: countryCode)
        self = kind.isHashed ? .hashed(HashedIdentifier.sha256(of: text)) : .plain(text)
      } catch {
        self = .problem(error)
      }
    }
  }
}
