import ArgumentParser
import Base
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin account`
struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "AMC accounts, which instances and users belong to.",
    subcommands: [Create.self, Update.self, List.self])

  /// `adyton admin account create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make an account with a profile, and nothing in it.",
      discussion: """
          adyton admin account create --name "Our brand" --marketplace A1PA6795UKMFR9
          adyton admin account create --name "Our brand" --creator ada@example.com --creator-name Ada

        An account with a creator can be used when its creator has signed in on the consent page of an application, has
        accepted the terms and has let the application in. Nobody else can do that. Without --creator, an account can be
        used at once.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The name of the account.")
    var name: String

    @Option(help: "The id of the account; a new one if not given.")
    var id: String?

    @Option(help: "The id of the account's marketplace.")
    var marketplace = InstanceSetup.defaultMarketplaceID

    @OptionGroup var creator: CreatorOptions
    @OptionGroup var links: LinkOptions

    func validate() throws {
      if let id, !IdentifierShape.accepts(id) {
        throw ValidationError("An account's id is 1 to \(IdentifierShape.lengthLimit) letters, digits, `-` and `_`.")
      }
      guard IdentifierShape.accepts(marketplace) else {
        throw ValidationError(
          "A marketplace's id is letters and digits, such as \(InstanceSetup.defaultMarketplaceID).")
      }
      try NameCheck.validate(name)
    }

    func run(in store: MetadataStore) async throws {
      if let id, try await store.read({ try $0.find(AccountRecord.self, id: id) }) != nil {
        throw CommandFailure.refused("There is an account `\(id)` already.")
      }
      let identifiers = RandomIdentifierGenerator()
      var account = AccountRecord(
        id: id ?? "ENTITY\(identifiers.number(digits: 13))", name: name, marketplaceID: marketplace,
        createdAt: Date())
      if creator.emailAddress != nil { account.onboardedAt = nil }
      let profileID = identifiers.number(digits: 16)
      try await InstanceService(store: store).create(account, profileID: profileID)
      var fields = [("account", account.id), ("marketplace", account.marketplaceID), ("profile", profileID)]
      if let emailAddress = creator.emailAddress {
        fields += try await creator.set(emailAddress, of: account.id, links, in: store)
      }
      try options.print(fields)
    }
  }

  /// `adyton admin account update`
  struct Update: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "update", abstract: "Name another creator of an account that still waits for its creator.",
      discussion: """
          adyton admin account update --account ENTITY1AA1AA11AAA1 --creator ada@example.com
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of the account.")
    var account: String

    @OptionGroup var creator: CreatorOptions
    @OptionGroup var links: LinkOptions

    func run(in store: MetadataStore) async throws {
      guard let emailAddress = creator.emailAddress else {
        throw ValidationError("There is nothing to change: give --creator.")
      }
      let fields = try await creator.set(emailAddress, of: account, links, in: store)
      try options.print([("account", account)] + fields)
    }
  }

  /// `adyton admin account list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List all accounts: id, marketplace, number of instances, name, onboarding, creator's e-mail address.")

    @OptionGroup var options: AdminOptions

    func run(in store: MetadataStore) async throws {
      let rows = try await store.read { snapshot in
        try snapshot.allAccounts().map { account in
          let count = try snapshot.instanceCount(accountID: account.id)
          let creator = try account.creatorID.flatMap { try snapshot.find(UserRecord.self, id: $0) }
          return [
            account.id, account.marketplaceID, String(count), account.name,
            account.isOnboarded ? "COMPLETED" : "PENDING", creator?.emailAddress ?? "",
          ]
        }
      }
      try options.print(["account", "marketplace", "instances", "name", "onboarding", "creator"], rows)
    }
  }
}

/// The user for whom an account is made.
struct CreatorOptions: ParsableArguments {
  @Option(
    name: .customLong("creator"),
    help: "The e-mail address of the user who completes the account's onboarding, and becomes an admin of it.")
  var emailAddress: String?

  @Option(name: .customLong("creator-name"), help: "The creator's name, for a new user; the address if not given.")
  var name: String?

  func validate() throws {
    if let emailAddress, !EmailAddress.accepts(emailAddress) {
      throw ValidationError("The creator is named by an e-mail address.")
    }
    if let name, !PersonName.accepts(name) { throw ValidationError("This can't be a person's name.") }
  }

  /// Makes the user the account's creator. Returns what to print of it: somebody who has no password yet gets a link.
  func set(
    _ emailAddress: String, of accountID: String, _ links: LinkOptions, in store: MetadataStore
  ) async throws -> [(String, String)] {
    let users = UserService(store: store)
    let user = try await users.setCreator(
      emailAddress: emailAddress, name: name ?? emailAddress, accountID: accountID, at: Date())
    var fields = [("creator", user.emailAddress), ("onboarding", "PENDING")]
    if user.passwordHash == nil {
      fields.append(
        ("link", try links.url(token: try await users.makePasswordLink(emailAddress: emailAddress, at: Date()))))
    }
    return fields
  }
}
