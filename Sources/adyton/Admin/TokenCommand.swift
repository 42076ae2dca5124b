import ArgumentParser
import Foundation
import Login
import Metadata

/// `adyton admin token`
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "The tokens of clients and users.", subcommands: [Revoke.self])

  /// `adyton admin token revoke`
  struct Revoke: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "revoke",
      abstract: "Revoke the tokens of a client, of a user, or of one user with one client.",
      discussion: """
          adyton admin token revoke --client CLIENT --email ada@example.com

        Without --email, the refresh token that `adyton admin client create` has shown is among them. A client can ask \
        its users again.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of the client; all clients if not given.")
    var client: String?

    @Option(help: "The e-mail address of the user; all users if not given.")
    var email: String?

    func validate() throws {
      guard client != nil || email != nil else { throw ValidationError("Give --client, --email or both.") }
    }

    func run(in store: MetadataStore) async throws {
      var userID: String?
      if let email {
        guard let user = try await store.read({ try $0.user(emailAddress: email) }) else {
          throw LoginRefusal.unknownUser
        }
        userID = user.id
      }
      let count = try await LoginService(store: store).revokeTokens(clientID: client, userID: userID, at: Date())
      try options.print([("revokedRefreshTokens", String(count))])
    }
  }
}
