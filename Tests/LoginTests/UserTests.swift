import CleanRoom
import Foundation
@testable import Login
import Metadata
import ServerTestSupport
import Testing

/// Users, their roles, invitations and passwords.
@Suite struct UserTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let users: UserService
  private let invitations: InvitationService
  private let signIn: SignIn
  private let links: LinkService
  private static let cost = PasswordHasher.Cost(rounds: 16, blockSize: 1, parallelism: 1)
  private static let password = "correct horse battery"

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    users = UserService(store: store)
    invitations = InvitationService(store: store)
    signIn = SignIn(store: store, passwords: PasswordHasher(cost: Self.cost))
    links = LinkService(store: store, signIn: signIn)
    let account = AccountRecord(id: "A", name: "A", marketplaceID: "ATVPDKIKX0DER", createdAt: Fixtures.now)
    try await store.write { try $0.insert(account) }
  }

  private func form(_ password: String = password, again: String? = nil, terms: Bool = true) -> LinkService.Form {
    LinkService.Form(password: password, repeatedPassword: again ?? password, acceptsTerms: terms)
  }

  private func follow(_ token: String, _ form: LinkService.Form, at time: Date = Fixtures.now) async throws {
    try await links.follow(token: token, form, region: .europe, from: nil, at: time)
  }

  private func add(_ emailAddress: String, _ role: Role) async throws -> UserRecord {
    try await users.add(emailAddress: emailAddress, name: "Ada", accountID: "A", role: role, at: Fixtures.now)
  }

  private func invite(_ emailAddress: String, _ role: Role) async throws -> (id: String, token: String) {
    let invitation = try await invitations.create(
      InvitationDraft(emailAddress: emailAddress, userName: "Ada", role: role), accountID: "A", at: Fixtures.now,
      by: .operatorAtMachine)
    let token = try await invitations.makeLink(id: invitation.id, at: Fixtures.now, by: .operatorAtMachine)
    return (invitation.id, token)
  }

  // MARK: Roles

  @Test func theLastAdminCannotBeRemoved() async throws {
    _ = try await add("ada@example.com", .admin)
    await #expect(throws: LoginRefusal.lastAdmin) {
      try await users.remove(emailAddress: "ada@example.com", accountID: "A", at: Fixtures.now)
    }
    await #expect(throws: LoginRefusal.lastAdmin) {
      try await users.setRole(.viewer, emailAddress: "ada@example.com", accountID: "A", at: Fixtures.now)
    }
    await #expect(throws: LoginRefusal.lastAdmin) { _ = try await add("ADA@example.com", .viewer) }
    _ = try await add("bob@example.com", .admin)
    try await users.setRole(.viewer, emailAddress: "ada@example.com", accountID: "A", at: Fixtures.now)
    try await users.remove(emailAddress: "ada@example.com", accountID: "A", at: Fixtures.now)
    await #expect(throws: LoginRefusal.notAMember) {
      try await users.remove(emailAddress: "ada@example.com", accountID: "A", at: Fixtures.now)
    }
  }

  @Test func addressesAreUniqueIgnoringCase() async throws {
    let first = try await add("ada@example.com", .admin)
    #expect(try await add("Ada@Example.com", .admin).id == first.id)
    #expect(try await users.users().count == 1)
    for address in ["", "ada", "@example.com", "ada@", "a b@example.com", "a@b@c", "a\n@example.com"] {
      await #expect(throws: LoginRefusal.unfitEmailAddress, "\(address)") { _ = try await add(address, .admin) }
    }
  }

  // MARK: Invitations

  @Test func acceptingAnInvitationMakesAMember() async throws {
    let (id, token) = try await invite("ada@example.com", .viewer)
    await #expect(throws: LoginRefusal.termsNotAccepted) { try await follow(token, form(terms: false)) }
    await #expect(throws: LoginRefusal.unfitPassword) { try await follow(token, form("short")) }
    await #expect(throws: LoginRefusal.passwordsDiffer) { try await follow(token, form(again: "another long one")) }
    try await follow(token, form())
    let user = try await signIn.signIn(
      emailAddress: "ADA@example.com", password: Self.password, from: nil, at: Fixtures.now)
    let (role, hasAccepted, hasAcceptedElsewhere) = try await store.read { snapshot in
      (
        try snapshot.role(userID: user.id, accountID: "A"),
        try snapshot.hasAcceptedTerms(userID: user.id, region: .europe, version: UserTerms.version),
        try snapshot.hasAcceptedTerms(userID: user.id, region: .farEast, version: UserTerms.version)
      )
    }
    #expect(role == .viewer)
    #expect(hasAccepted)
    #expect(!hasAcceptedElsewhere)
    #expect(try await invitations.invitation(id: id, accountID: "A").state == .redeemed)
    await #expect(throws: LoginRefusal.unknownLink) { try await follow(token, form()) }
  }

  @Test func revokingAnInvitationEndsItsLink() async throws {
    let (id, first) = try await invite("ada@example.com", .viewer)
    let second = try await invitations.makeLink(id: id, at: Fixtures.now, by: .operatorAtMachine)
    await #expect(throws: LoginRefusal.unknownLink) { try await follow(first, form()) }
    let end = Fixtures.now.addingTimeInterval(InvitationService.lifetimeSeconds)
    await #expect(throws: LoginRefusal.unknownLink) { try await follow(second, form(), at: end) }
    _ = try await invitations.resend(id: id, accountID: "A", at: end, by: .operatorAtMachine)
    let third = try await invitations.makeLink(id: id, at: end, by: .operatorAtMachine)
    _ = try await invitations.revoke(id: id, accountID: "A", at: end, by: .operatorAtMachine)
    await #expect(throws: LoginRefusal.unknownLink) { try await follow(third, form(), at: end) }
    await #expect(throws: LoginRefusal.notPending) {
      try await invitations.resend(id: id, accountID: "A", at: end, by: .operatorAtMachine)
    }
    await #expect(throws: LoginRefusal.unknownInvitation) {
      try await invitations.invitation(id: id, accountID: "B")
    }
  }

  /// A person who gets hold of an invitation must not become an existing user.
  @Test func anInvitationNeedsThePasswordOfAnExistingUser() async throws {
    _ = try await add("ada@example.com", .viewer)
    let link = try await users.makePasswordLink(emailAddress: "ada@example.com", at: Fixtures.now)
    try await follow(link, form())
    let (_, token) = try await invite("ada@example.com", .admin)
    #expect(try await links.target(token: token, region: .europe, at: Fixtures.now).asksForPresentPassword)
    await #expect(throws: LoginRefusal.wrongCredentials) { try await follow(token, form("a new long password")) }
    try await follow(token, form())
    let user = try await signIn.signIn(
      emailAddress: "ada@example.com", password: Self.password, from: nil, at: Fixtures.now)
    #expect(try await store.read { try $0.role(userID: user.id, accountID: "A") } == .admin)
  }

  @Test func anInvitationNeverLowersARole() async throws {
    _ = try await add("ada@example.com", .admin)
    let (_, token) = try await invite("ada@example.com", .viewer)
    try await follow(token, form())
    let user = try #require(try await store.read { try $0.user(emailAddress: "ada@example.com") })
    #expect(try await store.read { try $0.role(userID: user.id, accountID: "A") } == .admin)
  }

  // MARK: Passwords

  @Test func aNewPasswordRevokesOldTokens() async throws {
    let user = try await add("ada@example.com", .admin)
    try await follow(try await users.makePasswordLink(emailAddress: user.emailAddress, at: Fixtures.now), form())
    let link = try await users.makePasswordLink(emailAddress: user.emailAddress, at: Fixtures.now)
    let late = Fixtures.now.addingTimeInterval(UserService.passwordLinkLifetimeSeconds)
    await #expect(throws: LoginRefusal.unknownLink) { try await follow(link, form("another long one"), at: late) }
    try await follow(link, form("another long one"))
    await #expect(throws: LoginRefusal.wrongCredentials) {
      try await signIn.signIn(
        emailAddress: user.emailAddress, password: Self.password, from: nil, at: Fixtures.now)
    }
    _ = try await signIn.signIn(
      emailAddress: user.emailAddress, password: "another long one", from: nil, at: Fixtures.now)
  }

  @Test func passwordHashesContainSaltAndCost() async throws {
    let hasher = PasswordHasher(cost: Self.cost)
    let first = try await hasher.hash(Self.password)
    let second = try await hasher.hash(Self.password)
    #expect(first != second)
    #expect(String(decoding: first, as: UTF8.self).hasPrefix("scrypt$16$1$1$"))
    // A hasher of another cost reads the one that is in the hash.
    let other = PasswordHasher(cost: .init(rounds: 32, blockSize: 1, parallelism: 1))
    #expect(try await other.matches(Self.password, first))
    #expect(try await !other.matches(Self.password + " ", first))
    #expect(try await !other.matches(Self.password, nil))
    #expect(try await !other.matches(Self.password, Data("scrypt$x".utf8)))
  }

  @Test func triesAreLimitedForKnownAndUnknownUsers() async throws {
    let user = try await add("ada@example.com", .admin)
    try await follow(try await users.makePasswordLink(emailAddress: user.emailAddress, at: Fixtures.now), form())
    for address in [user.emailAddress, "nobody@example.com"] {
      for _ in 0..<SignInLimits().triesPerUser {
        await #expect(throws: LoginRefusal.wrongCredentials) {
          try await signIn.signIn(emailAddress: address, password: "wrong", from: nil, at: Fixtures.now)
        }
      }
      await #expect(throws: LoginRefusal.tooManyTries(retryAfterSeconds: 900)) {
        try await signIn.signIn(emailAddress: address, password: Self.password, from: nil, at: Fixtures.now)
      }
    }
    _ = try await signIn.signIn(
      emailAddress: user.emailAddress, password: Self.password, from: nil,
      at: Fixtures.now.addingTimeInterval(SignInLimits().windowSeconds))
  }

  @Test func triesAreLimitedByNetworkAddress() async throws {
    let limiter = SignInLimiter()
    for number in 0..<SignInLimits().triesPerNetwork {
      try limiter.begin(emailAddress: "\(number)@example.com", address: "192.0.2.1", at: Fixtures.now)
    }
    #expect(throws: LoginRefusal.tooManyTries(retryAfterSeconds: 900)) {
      try limiter.begin(emailAddress: "new@example.com", address: "192.0.2.1", at: Fixtures.now)
    }
    try limiter.begin(emailAddress: "new@example.com", address: "192.0.2.2", at: Fixtures.now)
  }

  @Test func storedFilesContainNoTokenOrPassword() async throws {
    let (_, token) = try await invite("ada@example.com", .viewer)
    try await follow(token, form())
    let link = try await users.makePasswordLink(emailAddress: "ada@example.com", at: Fixtures.now)
    try store.close()
    var hasBytes = false
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Data(contentsOf: URL(filePath: folder.file(file)))
      hasBytes = hasBytes || bytes.firstRange(of: Data("ada@example.com".utf8)) != nil
      for secret in [token, link, Self.password] { #expect(bytes.firstRange(of: Data(secret.utf8)) == nil) }
    }
    #expect(hasBytes)
  }
}
