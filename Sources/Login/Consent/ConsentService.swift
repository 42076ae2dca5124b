package import Base
package import Metadata

package import struct Foundation.Date

/// The consent page of Login with Amazon: it checks requests, shows the user what is asked for, and makes the code.
package struct ConsentService: Sendable {
  /// The largest number of characters of `state`.
  package static let stateLengthLimit = 2048
  /// The largest number of accounts that the page lists.
  package static let listedAccountLimit = 20

  private let store: MetadataStore
  private let secrets: any SecretGenerator

  package init(store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.store = store
    self.secrets = secrets
  }

  // MARK: What is asked for

  /// Checks a request in the order of RFC 6749: first whether there is a URL to which the user can be sent back.
  ///
  /// - Throws: `AuthorizationRefusal`.
  package func request(_ parameters: AuthorizationParameters) async throws -> AuthorizationRequest {
    let target = try await returnURL(parameters)
    let state = parameters.single("state")
    func refuse(_ code: AuthorizationRefusal.Code, _ reason: String) -> AuthorizationRefusal {
      .redirect(code: code, reason: reason, to: target.url, state: state)
    }
    for name in ["response_type", "scope", "state", "code_challenge", "code_challenge_method"]
    where parameters.isRepeated(name) {
      throw refuse(.invalidRequest, "The parameter \(name) is there more than once.")
    }
    if let state, state.utf8.count > Self.stateLengthLimit {
      throw AuthorizationRefusal.redirect(
        code: .invalidRequest, reason: "The parameter state is too long.", to: target.url, state: nil)
    }
    guard let type = parameters.single("response_type") else {
      throw refuse(.invalidRequest, "The parameter response_type is missing.")
    }
    guard type == "code" else { throw refuse(.unsupportedResponseType, "The only response type is code.") }
    guard let scope = parameters.single("scope"), let scopes = Scopes(requested: scope) else {
      throw refuse(.invalidScope, "The scopes are advertising::campaign_management and advertising::audiences.")
    }
    guard scopes.common(with: target.client.approvedScopes) == scopes else {
      throw refuse(.invalidScope, "The operator has not approved these scopes for the application.")
    }
    var request = AuthorizationRequest(clientID: target.client.id, redirectURI: target.url.text, scopes: scopes)
    request.state = state
    let method = parameters.single("code_challenge_method")
    if let value = parameters.single("code_challenge") {
      guard let challenge = CodeChallenge(value: value, method: method) else {
        throw refuse(.invalidRequest, "The code_challenge must be 43 to 128 characters, its method S256 or plain.")
      }
      request.challenge = challenge
    } else if method != nil {
      throw refuse(.invalidRequest, "The parameter code_challenge is missing.")
    }
    return request
  }

  /// The client and its return URL, which must be one of the client's URLs, letter by letter.
  private func returnURL(_ parameters: AuthorizationParameters) async throws -> (client: ClientRecord, url: ReturnURL) {
    guard let clientID = parameters.single("client_id"), clientID.utf8.count <= LoginService.tokenLengthLimit else {
      throw AuthorizationRefusal.page(reason: "The parameter client_id is missing, or there more than once.")
    }
    let known = try await store.read { snapshot in
      (try snapshot.find(ClientRecord.self, id: clientID), try snapshot.returnURLs(clientID: clientID))
    }
    guard let client = known.0, client.deletedAt == nil else {
      throw AuthorizationRefusal.page(reason: "There is no such application.")
    }
    guard let text = parameters.single("redirect_uri"), known.1.contains(text), let url = ReturnURL(text: text) else {
      throw AuthorizationRefusal.page(reason: "The redirect_uri is not one of the application's allowed return URLs.")
    }
    return (client, url)
  }

  // MARK: Who is asked

  /// The application, as the page shows it.
  package struct Application: Sendable, Hashable {
    package var name: String
    package var company: String?
  }

  package func application(of request: AuthorizationRequest) async throws -> Application {
    let client = try await store.read { try $0.find(ClientRecord.self, id: request.clientID) }
    guard let client, client.deletedAt == nil else {
      throw AuthorizationRefusal.page(reason: "There is no such application.")
    }
    return Application(name: client.name, company: client.company)
  }

  /// The signed-in user, as the page shows them.
  package struct Signatory: Sendable, Hashable {
    package var name: String
    package var emailAddress: String
    /// Names of accounts with the user's role in each, at most `listedAccountLimit`.
    package var accounts: [Membership]
    package var hasAcceptedTerms: Bool

    package struct Membership: Sendable, Hashable {
      package var accountName: String
      package var role: Role
      package var onboarding: Onboarding
    }

    /// The state of an account's onboarding.
    package enum Onboarding: Sendable, Hashable {
      case completed
      /// The user's consent completes it.
      case awaitsUser
      /// Somebody else has to complete it.
      case awaitsCreator
    }
  }

  /// The user and their accounts in the region.
  ///
  /// - Throws: `LoginRefusal.wrongCredentials` if the user no longer exists.
  package func signatory(userID: String, region: Region) async throws -> Signatory {
    try await store.read { snapshot in
      guard let user = try snapshot.find(UserRecord.self, id: userID) else { throw LoginRefusal.wrongCredentials }
      let memberships = try snapshot.memberships(userID: userID).prefix(Self.listedAccountLimit)
      return Signatory(
        name: user.name, emailAddress: user.emailAddress,
        accounts: try memberships.compactMap { membership in
          try snapshot.find(AccountRecord.self, id: membership.accountID).map {
            .init(accountName: $0.name, role: membership.role, onboarding: $0.onboarding(for: userID))
          }
        },
        hasAcceptedTerms: try snapshot.hasAcceptedTerms(
          userID: userID, region: region, version: UserTerms.version))
    }
  }

  // MARK: The answer

  /// The form that a permission came with.
  package struct Form: Sendable, Hashable {
    /// A secret that no other form has.
    package var id: String
    /// The time from which it is refused because of its age.
    package var expiresAt: Date

    package init(id: String, expiresAt: Date) {
      (self.id, self.expiresAt) = (id, expiresAt)
    }
  }

  /// Lets the application in, and completes the onboarding of the accounts that wait for the user.
  ///
  /// - Parameters:
  ///   - form: The form, which lets an application in once.
  ///   - excluded: The ids of marketplaces whose accounts belong to another region.
  /// - Returns: A code that the application can exchange for tokens once, within five minutes.
  /// - Throws: `LoginRefusal.usedForm`, `LoginRefusal.termsNotAccepted`, `AuthorizationRefusal` if the client has
  ///   changed meanwhile, `LoginRefusal.wrongCredentials` if the user no longer exists.
  package func allow(
    _ request: AuthorizationRequest, form: Form, userID: String, acceptsTerms: Bool, region: Region,
    outside excluded: Set<String> = [], at now: Date
  ) async throws -> String {
    let code = secrets.secret()
    try await store.write { transaction in
      guard let user = try transaction.find(UserRecord.self, id: userID) else { throw LoginRefusal.wrongCredentials }
      let client = try transaction.find(ClientRecord.self, id: request.clientID)
      guard let client, client.deletedAt == nil,
        request.scopes.common(with: client.approvedScopes) == request.scopes,
        try transaction.returnURLs(clientID: request.clientID).contains(request.redirectURI)
      else { throw AuthorizationRefusal.page(reason: "The application's settings have changed meanwhile.") }
      if try !transaction.hasAcceptedTerms(userID: userID, region: region, version: UserTerms.version) {
        guard acceptsTerms else { throw LoginRefusal.termsNotAccepted }
        try transaction.acceptTerms(of: user, region: region, at: now)
      }
      guard try transaction.useConsentForm(hash: SecretHash.of(form.id), expiresAt: form.expiresAt, at: now) else {
        throw LoginRefusal.usedForm
      }
      try transaction.completeOnboarding(by: userID, outside: excluded, at: now)
      var record = AuthorizationCodeRecord(
        hash: SecretHash.of(code), clientID: request.clientID, userID: userID, redirectURI: request.redirectURI,
        scopes: request.scopes, expiresAt: now.addingTimeInterval(Double(LoginService.codeLifetimeSeconds)))
      record.codeChallenge = request.challenge?.value
      record.codeChallengeMethod = request.challenge?.method.rawValue
      try transaction.insert(record)
      try transaction.audit(
        .allowClient, of: request.clientID, accountID: nil, by: .user(id: userID), at: now,
        details: ["scopes": request.scopes.text])
    }
    return code
  }
}
