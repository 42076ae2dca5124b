import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata

extension Role: ExpressibleByArgument {}

/// `adyton admin user`
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "People who sign in, and what they are to accounts.",
    subcommands: [Add.self, List.self, SetRole.self, Remove.self, ResetPassword.self, RevokeTokens.self])

  /// `adyton admin user add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make somebody a member of an account, without an invitation.",
      discussion: "Prints a link for whoever has no password yet: good once, within a day.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var links: LinkOptions
    @OptionGroup var member: MemberOptions

    @Option(help: "What the person is called.")
    var name: String

    @Option(help: "admin or viewer.")
    var role: Role

    func run() async throws {
      try await options.withLogin { store in
        let users = UserService(store: store)
        let user = try await users.add(
          emailAddress: member.email, name: name, accountID: member.account, role: role, at: Date())
        var fields = [("user", user.id), ("account", member.account), ("role", role.rawValue)]
        if user.passwordHash == nil {
          fields.append(
            ("link", links.url(token: try await users.makePasswordLink(emailAddress: member.email, at: Date()))))
        }
        try printFields(fields, json: options.json)
      }
    }
  }

  /// `adyton admin user list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all users: id, e-mail address, name, and account=role for each account.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      try await options.withLogin { store in
        let rows = try await UserService(store: store).users().map { details in
          [
            details.user.id, details.user.emailAddress, details.user.name,
            details.memberships.map { "\($0.accountID)=\($0.role.rawValue)" }.joined(separator: " "),
          ]
        }
        try printRows(["user", "emailAddress", "name", "accounts"], rows, json: options.json)
      }
    }
  }

  /// `adyton admin user set-role`
  struct SetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-role", abstract: "Change what a member is to an account, from the next request on.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var member: MemberOptions

    @Option(help: "admin or viewer.")
    var role: Role

    func run() async throws {
      try await options.withLogin { store in
        try await UserService(store: store).setRole(
          role, emailAddress: member.email, accountID: member.account, at: Date())
        try printFields([("account", member.account), ("role", role.rawValue)], json: options.json)
      }
    }
  }

  /// `adyton admin user remove`
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take a member out of an account, from the next request on.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var member: MemberOptions

    func run() async throws {
      try await options.withLogin { store in
        try await UserService(store: store).remove(
          emailAddress: member.email, accountID: member.account, at: Date())
        try printFields([("removedFrom", member.account)], json: options.json)
      }
    }
  }

  /// `adyton admin user reset-password`
  struct ResetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reset-password", abstract: "Print a link to choose a new password: good once, within a day.",
      discussion: "The present password is good until then. With the new one, all of the user's tokens are revoked.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var links: LinkOptions

    @Option(help: "The user's e-mail address.")
    var email: String

    func run() async throws {
      try await options.withLogin { store in
        let token = try await UserService(store: store).makePasswordLink(emailAddress: email, at: Date())
        try printFields([("link", links.url(token: token))], json: options.json)
      }
    }
  }

  /// `adyton admin user revoke-tokens`
  struct RevokeTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke-tokens", abstract: "Take back all that a user has let applications do.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The user's e-mail address.")
    var email: String

    func run() async throws {
      try await options.withLogin { store in
        guard let user = try await store.read({ try $0.user(emailAddress: email) }) else {
          throw UserError.unknownUser
        }
        let count = try await LoginService(store: store).revokeTokens(clientID: nil, userID: user.id, at: Date())
        try printFields([("revokedRefreshTokens", String(count))], json: options.json)
      }
    }
  }
}
