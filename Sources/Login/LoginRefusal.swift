import Base

/// The reason why something about users, clients, invitations or their links is refused. Messages are safe to show.
///
/// Each refusal is declared once. It is caught by its name, as in `catch LoginRefusal.unknownLink`.
package struct LoginRefusal: CodedError, Sendable, Hashable {
  /// The remedy that a person has.
  package enum Kind: Sendable, Hashable {
    case invalid
    case forbidden
    case notFound
    /// A form was filled in wrongly.
    case unfitForm
    /// To try again after a time.
    case later(seconds: Int?)
  }

  /// The stable code.
  package let code: String
  package let kind: Kind
  /// One sentence that describes the problem.
  package let message: String

  private init(_ code: String, _ kind: Kind, _ message: String) {
    (self.code, self.kind, self.message) = (code, kind, message)
  }

  package static func ~= (pattern: LoginRefusal, error: any Error) -> Bool {
    error as? LoginRefusal == pattern
  }

  // MARK: Clients

  package static let unknownClient = LoginRefusal("unknown_client", .notFound, "There is no such client.")
  package static let companyTaken = LoginRefusal(
    "company_taken", .invalid, "The company has a client already: one is what a company has.")
  /// A URL to which users can't be sent back.
  package static let unfitReturnURL = LoginRefusal(
    "unfit_return_url", .invalid,
    "A return URL is https://…, or http:// on this machine itself, without a fragment, a user and spaces.")
  package static let tooManyReturnURLs = LoginRefusal(
    "too_many_return_urls", .invalid, "A client has at most \(LoginService.returnURLLimit) return URLs.")

  // MARK: Users and invitations

  package static let unfitEmailAddress = LoginRefusal(
    "unfit_email_address", .invalid, "The e-mail address is none.")
  package static let unfitName = LoginRefusal(
    "unfit_name", .invalid, "The name must have 1 to \(PersonName.lengthLimit) characters.")
  package static let unknownAccount = LoginRefusal("unknown_account", .notFound, "There is no such account.")
  package static let unknownUser = LoginRefusal("unknown_user", .notFound, "There is no such user.")
  package static let notAMember = LoginRefusal(
    "not_a_member", .notFound, "The user is not a member of that account.")
  /// An account keeps at least one admin among its users.
  package static let lastAdmin = LoginRefusal(
    "last_admin", .invalid, "This is the account's last admin. Make somebody else one first.")
  /// The account is in use, so nobody has to complete it.
  package static let accountIsOnboarded = LoginRefusal(
    "account_is_onboarded", .invalid, "The account's onboarding is completed already.")
  /// The account has no invitation with the id.
  package static let unknownInvitation = LoginRefusal(
    "unknown_invitation", .notFound, "There is no such invitation to the account.")
  package static let notPending = LoginRefusal(
    "invitation_not_pending", .invalid, "The invitation has been accepted or revoked.")

  // MARK: One-time links

  /// The link was used, revoked or replaced, has expired, or never existed. The error does not say which.
  package static let unknownLink = LoginRefusal(
    "unknown_link", .notFound, "This link has been used or is no longer good. Ask for a new one.")
  package static let termsNotAccepted = LoginRefusal(
    "user_terms_not_accepted", .unfitForm, "Read the terms and accept them.")
  /// The password is too short or too long.
  package static let unfitPassword = LoginRefusal(
    "unfit_password", .unfitForm,
    "A password has \(SignIn.passwordLength.lowerBound) to \(SignIn.passwordLength.upperBound) characters.")
  package static let passwordsDiffer = LoginRefusal(
    "passwords_differ", .unfitForm, "The two passwords are not the same.")

  // MARK: Signing in

  /// A form with which an application was let in already.
  package static let usedForm = LoginRefusal("used_form", .forbidden, "This form has been used. Start again.")

  /// The user does not exist, or the password is wrong. The error does not say which.
  package static let wrongCredentials = LoginRefusal(
    "wrong_credentials", .forbidden, "The e-mail address or the password is wrong.")
  /// Too many passwords are waiting to be checked.
  package static let busy = LoginRefusal(
    "sign_in_busy", .later(seconds: nil), "Too many people sign in at this moment. Try again.")

  package static func tooManyTries(retryAfterSeconds seconds: Int) -> LoginRefusal {
    LoginRefusal(
      "too_many_tries", .later(seconds: seconds), "Too many tries. Try again in \((seconds + 59) / 60) minutes.")
  }
}
