import ArgumentParser
import CleanRoom
import Foundation
import Metadata

/// `adyton admin`: everything that an operator manages, from the machine itself.
struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin",
    abstract: "Manage accounts, instances, advertisers, clients and what they may do.",
    discussion: "What is done here is in the audit log: `adyton admin audit`.",
    subcommands: [
      AccountCommand.self, InstanceCommand.self, AdvertiserCommand.self, FeatureCommand.self, BudgetCommand.self,
      ClientCommand.self, UserCommand.self, InvitationCommand.self, AcceptTerms.self, RegisterLegacy.self,
      AddDestination.self, ListDestinations.self, RemoveDestination.self, ConnectAudience.self, DisconnectAudience.self,
      AuditCommand.self,
    ] + AdminShortcuts.all)
}

/// What most commands of `adyton admin` have.
struct AdminOptions: ParsableArguments {
  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Flag(help: "Print JSON.")
  var json = false

  /// Runs `work` on the store of the folder; what the clean room refuses ends the command with its text.
  func withStore(_ work: (MetadataStore) async throws -> Void) async throws {
    let store = try DataFolder(path: data).openMetadata()
    defer { try? store.close() }
    do {
      try await work(store)
    } catch CleanRoomError.unknownInstance {
      throw CommandFailure.refused(
        "There is no instance of that id. `adyton admin instance list` shows those that there are.")
    } catch CleanRoomError.accountForbidden {
      throw CommandFailure.refused(
        "There is no account of that id. `adyton admin account list` shows those that there are.")
    } catch let error as CleanRoomError {
      throw CommandFailure.refused(error.message)
    }
  }
}

/// Prints names and values, one a line, or as one JSON object.
func printFields(_ fields: [(String, String)], json: Bool) throws {
  guard json else {
    let width = fields.map(\.0.count).max() ?? 0
    for (name, value) in fields { print("\(name.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(value)") }
    return
  }
  try printJSON(Dictionary(uniqueKeysWithValues: fields))
}

/// Prints lines of fields with tabs between them, or as a JSON array of objects.
func printRows(_ names: [String], _ rows: [[String]], json: Bool) throws {
  guard json else {
    for row in rows { print(row.joined(separator: "\t")) }
    return
  }
  try printJSON(rows.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) })
}

func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
