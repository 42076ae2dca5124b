package import Metadata

package import struct Foundation.Date

/// Signs users in by e-mail address and password.
package struct SignIn: Sendable {
  /// The possible lengths of a password, in characters.
  package static let passwordLength = 12...256

  let store: MetadataStore
  let passwords: PasswordHasher
  private let limiter: SignInLimiter

  package init(store: MetadataStore, passwords: PasswordHasher, limits: SignInLimits = SignInLimits()) {
    self.store = store
    self.passwords = passwords
    limiter = SignInLimiter(limits)
  }

  /// The user of the address, if the password is theirs. For unknown users the same work is done, and counted.
  ///
  /// - Parameter address: The network that the try comes from: an IPv4 address, or the first 64 bits of an IPv6 one;
  ///   nil if there is none.
  /// - Throws: `LoginRefusal`.
  package func signIn(
    emailAddress: String, password: String, from address: String?, at now: Date
  ) async throws -> UserRecord {
    try limiter.begin(emailAddress: emailAddress, address: address, at: now)
    let isPossible = EmailAddress.accepts(emailAddress) && password.utf8.count <= Self.passwordLength.upperBound * 4
    let user = isPossible ? try await store.read { try $0.user(emailAddress: emailAddress) } : nil
    let matches = try await passwords.matches(isPossible ? password : "", user?.passwordHash)
    guard let user, matches else { throw LoginRefusal.wrongCredentials }
    limiter.succeed(emailAddress: emailAddress)
    return user
  }
}

/// E-mail addresses as forms accept them.
package enum EmailAddress {
  /// The largest number of characters of an address (RFC 5321).
  package static let lengthLimit = 254

  /// Whether the text can be an address: something before and behind one @, and no spaces or control characters.
  package static func accepts(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return text.utf8.count <= lengthLimit && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7F }
  }
}

/// Names of people as they may be shown.
package enum PersonName {
  /// The largest number of characters of a name.
  package static let lengthLimit = 200

  package static func accepts(_ text: String) -> Bool {
    (1...lengthLimit).contains(text.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}
