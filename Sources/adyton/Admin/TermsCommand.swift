import AdvertiserData
import ArgumentParser
import Base
import CleanRoom
import Login
import Metadata

/// `adyton admin terms`
struct TermsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms", abstract: "The terms of bringing data.", subcommands: [Accept.self])

  /// `adyton admin terms accept`
  struct Accept: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "accept",
      abstract: "Accept the terms of bringing data for a client.",
      discussion: """
        Without it, uploads and advertiser audiences of the client are refused. Clients can accept them as well, with \
        GET and PATCH /amc/audiences/connections/terms.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var client: ClientOption

    func run(in store: MetadataStore) async throws {
      guard try await TermsService(store: store, clock: SystemClock()).accept(clientID: client.id) else {
        throw LoginRefusal.unknownClient
      }
      try options.print([("hasAccepted", "true")])
    }
  }
}
