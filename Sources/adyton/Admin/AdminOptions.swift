import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// The options of every command of `adyton admin`.
struct AdminOptions: ParsableArguments {
  @OptionGroup var folder: FolderOptions

  @Flag(help: "Print JSON.")
  var json = false

  /// Runs `work` on the store of the folder. Refusals of the services end the command with their texts.
  func withStore(_ work: (MetadataStore) async throws -> Void) async throws {
    let store = try folder.open().openMetadata()
    defer { try? store.close() }
    do {
      try await work(store)
    } catch {
      guard let text = AdminRefusal.text(of: error) else { throw error }
      throw CommandFailure.refused(text)
    }
  }

  /// Prints names and values, as JSON where that is asked for; otherwise the text, unless it is nil.
  func print(_ fields: [(name: String, value: String)], text: String? = nil) throws {
    if let text, !json { return Output.line(text) }
    try Output.fields(fields, asJSON: json)
  }

  /// Prints rows, as JSON where that is asked for.
  func print(_ names: [String], _ rows: [[String]]) throws {
    try Output.rows(names, rows, asJSON: json)
  }
}

/// A command of `adyton admin`: it works on the records of the data folder.
protocol AdminVerb: AsyncParsableCommand {
  var options: AdminOptions { get }

  func run(in store: MetadataStore) async throws
}

extension AdminVerb {
  func run() async throws {
    try await options.withStore { try await run(in: $0) }
  }
}

/// The services of the clean room as an operator uses them: no server runs their jobs here.
enum AdminServices {
  static func instances(_ store: MetadataStore) -> InstanceAdministration {
    InstanceAdministration(store: store, clock: SystemClock(), identifiers: RandomIdentifierGenerator())
  }

  static func advertisers(_ store: MetadataStore) -> AdvertiserUpdateService {
    AdvertiserUpdateService(
      store: store, clock: SystemClock(), identifiers: RandomIdentifierGenerator(), wakeRunner: {})
  }
}

/// The rules for names that an operator gives.
enum NameCheck {
  static func validate(_ name: String) throws {
    guard (1...200).contains(name.count) else { throw ValidationError("A name has 1 to 200 characters.") }
  }
}
