import ArgumentParser
import CleanRoom
import Metadata

/// `adyton admin storage`
struct StorageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage", abstract: "What the metadata store knows of its objects.", subcommands: [Reset.self])

  /// `adyton admin storage reset`
  struct Reset: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "reset", abstract: "Let a server begin without the objects that it had.",
      discussion: """
        For objects that are gone for good, or were moved away on purpose: tables and data sets are then empty, where \
        they would be damaged otherwise. `adyton restore` brings objects back instead. Stop the server before.
        """)

    @OptionGroup var options: AdminOptions

    @Flag(help: "Really forget them. Without this, nothing is changed.")
    var yes = false

    func run(in store: MetadataStore) async throws {
      guard yes else { throw CommandFailure.refused("Say --yes to go ahead without the objects.") }
      try await StorePairing.forget(store)
      try options.print([("forgotten", "objects")], text: "The server begins without objects.")
    }
  }
}
