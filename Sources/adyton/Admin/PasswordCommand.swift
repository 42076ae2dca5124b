import ArgumentParser
import Foundation
import Login
import Metadata

/// `adyton admin password`
struct PasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "The passwords of users.", subcommands: [Reset.self])

  /// `adyton admin password reset`
  struct Reset: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "reset", abstract: "Print a link to choose a new password: good once, within a day.",
      discussion: """
        The present password is good until then. With the new one, all of the user's tokens are revoked.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var links: LinkOptions

    @Option(help: "The e-mail address of the user.")
    var email: String

    func run(in store: MetadataStore) async throws {
      let token = try await UserService(store: store).makePasswordLink(emailAddress: email, at: Date())
      try options.print([("link", try links.url(token: token))])
    }
  }
}
