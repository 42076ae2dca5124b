import AdsAPI
import ArgumentParser
import Base
import Foundation
import Metadata

/// `adyton admin key`
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "The server's own keys.",
    discussion: """
      `downloads` signs the URLs of results, `pages` seals the tokens that continue a list, `forms` the forms of the \
      sign-in pages. The secrets of clients are rotated with `adyton admin secret rotate`.
      """,
    subcommands: [List.self, Rotate.self])

  /// `adyton admin key list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the keys: when each was made, and until when replaced ones count.")

    @OptionGroup var options: AdminOptions

    func run(in store: MetadataStore) async throws {
      let rows = try await ServerKeyService(store: store).summaries().map { key in
        [
          key.name.rawValue, Timestamp.text(of: key.createdAt),
          key.retiredValidUntil.map(Timestamp.text(of:)).joined(separator: " "),
        ]
      }
      try options.print(["key", "createdAt", "replacedValidUntil"], rows)
    }
  }

  /// `adyton admin key rotate`
  struct Rotate: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "rotate", abstract: "Put new keys in place of the present ones.",
      discussion: """
          adyton admin key rotate
          adyton admin key rotate --key downloads --revoke

        A running server uses the new keys within ten seconds. The old ones are good for checking until everything \
        that they signed has run out: ten minutes for URLs and forms, a day for lists. With --revoke they end at once, \
        and so does all that they signed: for a key that somebody has got hold of.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The key to rotate; can be given several times. All if not given.")
    var key: [ServerKeyRecord.Name] = []

    @Flag(help: "End what the old keys signed at once.")
    var revoke = false

    func run(in store: MetadataStore) async throws {
      let names = key.isEmpty ? ServerKeyRecord.Name.allCases : key
      try await ServerKeyService(store: store).rotate(names, revokes: revoke)
      let text = names.map(\.rawValue).joined(separator: ", ")
      try options.print([("rotated", text), ("revoked", String(revoke))], text: "rotated: \(text)")
    }
  }
}

extension ServerKeyRecord.Name: ExpressibleByArgument {}
