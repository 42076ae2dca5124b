/// What becomes of a value of a customer file when it is made ready for upload.
public enum IdentifierOutcome: Sendable, Hashable {
  /// There is no value.
  case empty
  /// It was brought into its standard form; this is the hash of that.
  case hashed(String)
  /// It was a hash already; this is it in small letters.
  case alreadyHashed(String)
  /// Its kind is not hashed; this is the value without blanks around it.
  case plain(String)
  /// It has no standard form.
  case problem(IdentifierProblem)

  /// What becomes of a value of that kind. The country is a two-letter code; nil where it is not known.
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
