import Base
import ArgumentParser
import CleanRoom
import Foundation
import Metadata

/// `adyton admin account`
struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "AMC accounts, which instances and users belong to.",
    subcommands: [Create.self, List.self])

  /// `adyton admin account create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make an account with a profile, and nothing in it.",
      discussion: """
          adyton admin account create --name "Our brand" --marketplace A1PA6795UKMFR9
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The name of the account.")
    var name: String

    @Option(help: "The id of the account; a new one if not given.")
    var id: String?

    @Option(help: "The id of the account's marketplace.")
    var marketplace = InstanceSetup.defaultMarketplaceID

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
      let account = AccountRecord(
        id: id ?? "ENTITY\(identifiers.number(digits: 13))", name: name, marketplaceID: marketplace,
        createdAt: Date())
      let profileID = identifiers.number(digits: 16)
      try await InstanceService(store: store).create(account, profileID: profileID)
      try options.print([("account", account.id), ("marketplace", account.marketplaceID), ("profile", profileID)])
    }
  }

  /// `adyton admin account list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all accounts: id, marketplace, number of instances, name.")

    @OptionGroup var options: AdminOptions

    func run(in store: MetadataStore) async throws {
      let rows = try await store.read { snapshot in
        try snapshot.allAccounts().map { account in
          let count = try snapshot.instanceCount(accountID: account.id)
          return [account.id, account.marketplaceID, String(count), account.name]
        }
      }
      try options.print(["account", "marketplace", "instances", "name"], rows)
    }
  }
}
