import ArgumentParser
import Foundation
import Login
import Metadata

/// `adyton admin secret`
struct SecretCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "The secrets of clients.", subcommands: [Rotate.self])

  /// `adyton admin secret rotate`
  struct Rotate: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "rotate", abstract: "Give a client a new secret, and show it, once.",
      discussion: """
          adyton admin secret rotate --client CLIENT --overlap-hours 24
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var client: ClientOption

    @Option(help: "The hours for which the present secret lives on, up to 720.")
    var overlapHours = 0.0

    func validate() throws {
      guard (0...LoginService.secretOverlapLimitSeconds / 3600).contains(overlapHours) else {
        throw ValidationError("--overlap-hours must be from 0 to 720.")
      }
    }

    func run(in store: MetadataStore) async throws {
      let secret = try await LoginService(store: store).rotateSecret(
        clientID: client.id, overlapSeconds: overlapHours * 3600, at: Date())
      try options.print([("clientId", client.id), ("clientSecret", secret)])
    }
  }
}
