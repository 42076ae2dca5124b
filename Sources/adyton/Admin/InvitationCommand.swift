import ArgumentParser
import Base
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin invitation`
struct InvitationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invitation",
    abstract: "Invitations of people to accounts.",
    discussion: "The server sends no mail: you hand out the links.",
    subcommands: [Create.self, List.self, Link.self, Revoke.self])

  /// The most invitations that a list shows.
  static let listLimit = 1000

  /// The invitation that a command is about.
  struct InvitationOption: ParsableArguments {
    @Option(name: .customLong("invitation"), help: ArgumentHelp("The id of the invitation.", valueName: "invitation"))
    var id: String
  }

  /// `adyton admin invitation create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Invite somebody to an account, and print the link: good once, for two weeks.",
      discussion: """
          adyton admin invitation create --account ENTITY1AA1AA11AAA1 --role viewer \\
            --name Ada --email ada@example.com
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var new: NewMemberOptions
    @OptionGroup var links: LinkOptions

    func run(in store: MetadataStore) async throws {
      let invitations = InvitationService(store: store)
      let invitation = try await invitations.create(
        InvitationDraft(emailAddress: new.member.email, userName: new.name, role: new.role),
        accountID: new.member.account, at: Date(), by: .operatorAtMachine)
      let token = try await invitations.makeLink(id: invitation.id, at: Date(), by: .operatorAtMachine)
      try options.print([("invitation", invitation.id), ("link", try links.url(token: token))])
    }
  }

  /// `adyton admin invitation list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List invitations that can still be accepted: id, account, role, end, e-mail address.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of one account; all if not given.")
    var account: String?

    func run(in store: MetadataStore) async throws {
      let found = try await InvitationService(store: store).pending(
        accountID: account, afterID: "", limit: InvitationCommand.listLimit, at: Date())
      let rows = found.map {
        [$0.id, $0.accountID, $0.role.rawValue, Timestamp.text(of: $0.expiresAt), $0.emailAddress]
      }
      try options.print(["invitation", "account", "role", "expiresAt", "emailAddress"], rows)
    }
  }

  /// `adyton admin invitation link`
  struct Link: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "link", abstract: "Print a new link for an invitation, also for one that was made over the API.",
      discussion: "Earlier links of the invitation are good no more. Only their hashes are kept.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var invitation: InvitationOption
    @OptionGroup var links: LinkOptions

    func run(in store: MetadataStore) async throws {
      let token = try await InvitationService(store: store).makeLink(
        id: invitation.id, at: Date(), by: .operatorAtMachine)
      try options.print([("link", try links.url(token: token))])
    }
  }

  /// `adyton admin invitation revoke`
  struct Revoke: AdminVerb {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Take an invitation back.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var invitation: InvitationOption

    func run(in store: MetadataStore) async throws {
      let revoked = try await InvitationService(store: store).revoke(
        id: invitation.id, accountID: nil, at: Date(), by: .operatorAtMachine)
      try options.print([("revoked", revoked.id)])
    }
  }
}
