import ArgumentParser
import Foundation
import Login
import Metadata

/// `adyton admin user`
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "People who sign in, and their roles in accounts.",
    subcommands: [Add.self, List.self, Update.self, Remove.self])

  /// `adyton admin user add`
  struct Add: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make somebody a member of an account, without an invitation.",
      discussion: """
          adyton admin user add --account ENTITY1AA1AA11AAA1 --role admin \\
            --name Ada --email ada@example.com

        Prints a link for somebody who has no password yet: good once, within a day.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var new: NewMemberOptions
    @OptionGroup var links: LinkOptions

    func run(in store: MetadataStore) async throws {
      let users = UserService(store: store)
      let member = new.member
      let user = try await users.add(
        emailAddress: member.email, name: new.name, accountID: member.account, role: new.role, at: Date())
      var fields = [("user", user.id), ("account", member.account), ("role", new.role.rawValue)]
      if user.passwordHash == nil {
        let token = try await users.makePasswordLink(emailAddress: member.email, at: Date())
        fields.append(("link", try links.url(token: token)))
      }
      try options.print(fields)
    }
  }

  /// `adyton admin user list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all users: id, e-mail address, name, and account=role for each account.")

    @OptionGroup var options: AdminOptions

    func run(in store: MetadataStore) async throws {
      let rows = try await UserService(store: store).users().map { details in
        [
          details.user.id, details.user.emailAddress, details.user.name,
          details.memberships.map { "\($0.accountID)=\($0.role.rawValue)" }.joined(separator: " "),
        ]
      }
      try options.print(["user", "emailAddress", "name", "accounts"], rows)
    }
  }

  /// `adyton admin user update`
  struct Update: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "update", abstract: "Change the role of a member of an account, from the next request on.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var member: MemberOptions

    @Option(help: "The role of the person in the account.")
    var role: Role

    func run(in store: MetadataStore) async throws {
      try await UserService(store: store).setRole(
        role, emailAddress: member.email, accountID: member.account, at: Date())
      try options.print([("account", member.account), ("role", role.rawValue)])
    }
  }

  /// `adyton admin user remove`
  struct Remove: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take a member out of an account, from the next request on.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var member: MemberOptions

    func run(in store: MetadataStore) async throws {
      try await UserService(store: store).remove(
        emailAddress: member.email, accountID: member.account, at: Date())
      try options.print([("removedFrom", member.account)])
    }
  }
}
