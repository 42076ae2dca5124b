import Base
import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin invitation`
struct InvitationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invitation",
    abstract: "Invitations of people to accounts. The server sends no mail: you hand out the links.",
    subcommands: [Create.self, List.self, Link.self, Revoke.self])

  /// The most invitations that a list shows.
  static let listLimit = 1000

  /// `adyton admin invitation create`
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Invite somebody to an account, and print the link: good once, for two weeks.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var links: LinkOptions
    @OptionGroup var member: MemberOptions

    @Option(help: "What the person is called.")
    var name: String

    @Option(help: "admin or viewer.")
    var role: Role

    func run() async throws {
      try await options.withLogin { store in
        let invitations = InvitationService(store: store)
        let invitation = try await invitations.create(
          InvitationDraft(emailAddress: member.email, userName: name, role: role), accountID: member.account,
          at: Date(), by: .operatorAtMachine)
        let token = try await invitations.makeLink(id: invitation.id, at: Date(), by: .operatorAtMachine)
        try printFields([("invitation", invitation.id), ("link", links.url(token: token))], json: options.json)
      }
    }
  }

  /// `adyton admin invitation list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List what can still be accepted: id, account, role, end, e-mail address.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of one account; all if not given.")
    var account: String?

    func run() async throws {
      try await options.withLogin { store in
        let found = try await InvitationService(store: store).pending(
          accountID: account, afterID: "", limit: InvitationCommand.listLimit, at: Date())
        let rows = found.map {
          [$0.id, $0.accountID, $0.role.rawValue, Timestamp.text(of: $0.expiresAt), $0.emailAddress]
        }
        try printRows(["invitation", "account", "role", "expiresAt", "emailAddress"], rows, json: options.json)
      }
    }
  }

  /// `adyton admin invitation link`
  struct Link: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "link", abstract: "Print a new link for an invitation, also for one that was made over the API.",
      discussion: "Earlier links of the invitation are good no more. Only their hashes are kept.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var links: LinkOptions

    @Argument(help: "The invitation's id.")
    var id: String

    func run() async throws {
      try await options.withLogin { store in
        let token = try await InvitationService(store: store).makeLink(id: id, at: Date(), by: .operatorAtMachine)
        try printFields([("link", links.url(token: token))], json: options.json)
      }
    }
  }

  /// `adyton admin invitation revoke`
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Take an invitation back.")

    @OptionGroup var options: AdminOptions

    @Argument(help: "The invitation's id.")
    var id: String

    func run() async throws {
      try await options.withLogin { store in
        let revoked = try await InvitationService(store: store).revoke(
          id: id, accountID: nil, at: Date(), by: .operatorAtMachine)
        try printFields([("revoked", revoked.id)], json: options.json)
      }
    }
  }
}
