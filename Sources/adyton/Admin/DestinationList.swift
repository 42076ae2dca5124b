import Activation
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

extension DestinationCommand {
  /// `adyton admin destination list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List destinations, and the audiences that were exported to each of them.",
      discussion: """
        A line of a destination has its id, instance, URL and name. The lines below it are its audiences, with the \
        state of the last export, its time and the problem of one that failed.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of one instance; all if not given.")
    var instance: String?

    func run(in store: MetadataStore) async throws {
      let destinations = try await DestinationService(store: store).destinations(instanceID: instance)
        .map(Destination.init)
      if options.json { return try Output.json(destinations) }
      for destination in destinations { destination.lines.forEach(Output.line) }
    }
  }

  /// A destination as it is printed.
  private struct Destination: Encodable {
    let destination: String
    let instance: String
    let url: String
    let name: String
    let audiences: [Export]

    init(_ summary: DestinationService.Summary) {
      let record = summary.destination
      destination = record.id
      instance = record.instanceID
      url = "s3://\(record.bucket)\(record.prefix.isEmpty ? "" : "/\(record.prefix)")"
      name = record.name
      audiences = summary.exports.map(Export.init)
    }

    var lines: [String] {
      [[destination, instance, url, name].joined(separator: "\t")] + audiences.map(\.line)
    }
  }

  /// The last export of an audience, as it is printed.
  private struct Export: Encodable {
    let audience: String
    let state: String
    let exportedAt: String?
    let problem: String?

    init(_ record: AudienceExportRecord) {
      audience = record.audienceID
      state = Self.state(of: record)
      exportedAt = record.exportedAt.map { Timestamp.text(of: $0) }
      problem = record.problem
    }

    private static func state(of record: AudienceExportRecord) -> String {
      if record.problem != nil { return "failed" }
      if record.membersPrefix != nil { return record.isConnected ? "exported" : "leaving" }
      return record.isConnected ? "waiting" : "disconnected"
    }

    var line: String { "  " + [audience, state, exportedAt ?? "-", problem ?? ""].joined(separator: "\t") }
  }
}
