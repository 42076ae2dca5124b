import ArgumentParser
import Base
import Foundation
import ObjectStorage
import Warehouse

/// `adyton identity`: the people that advertisers' records are matched with.
struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Manage identity graphs: the people behind identifiers.",
    discussion: """
        adyton identity load --marketplace ATVPDKIKX0DER people.csv more.parquet

      Standard instances match the records that advertisers bring with the graph of their account's marketplace. \
      Sandboxes have graphs of their own, which `adyton sandbox` makes.
      """,
    subcommands: [IdentityLoadCommand.self, IdentityShowCommand.self, IdentityDeleteCommand.self])
}

/// The identity graph that a command is about.
struct IdentityOptions: ParsableArguments {
  @Option(help: "The id of the marketplace, such as ATVPDKIKX0DER.")
  var marketplace: String

  @OptionGroup var folder: FolderOptions

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func validate() throws {
    guard IdentifierShape.accepts(marketplace) else {
      throw ValidationError(
        "A marketplace's id is 1 to \(IdentifierShape.lengthLimit) letters, digits, `-` and `_`.")
    }
  }

  var scope: IdentityScope { .marketplace(marketplace) }

  func store(in folder: DataFolder) async throws -> IdentityStore {
    IdentityStore(storage: try await storage.open(in: folder, of: try folder.openMetadata()))
  }
}

/// `adyton identity load`
struct IdentityLoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load people into a marketplace's identity graph, all of them or nothing.",
    discussion: """
        adyton identity load --marketplace ATVPDKIKX0DER people.csv more.parquet

      FILE is Parquet, CSV with a header, or JSON lines; CSV and JSON lines may be compressed (.gz). Text is UTF-8 \
      unless --encoding says another. Its columns, \
      letter case aside: user_id, the user's id in the signals; user_id_type (adUserId, sisDeviceId or adBrowserId; a \
      device where only a MAID is known, else a person, if not given); country_code; email, phone, first_name, \
      last_name, address, city, state and zip, each normalised and hashed with SHA-256; maid, liveramp and experian, \
      as they are. A user can have several rows.

      Only keyed digests of the identifiers are kept. Identifiers that several users share match nobody. A file with \
      an identifier that is not hashed, or with anything else that does not fit, is refused with file, line and \
      column, and nothing of the load stays. Exit codes: 0 loaded, 1 refused, 2 the command line is wrong.
      """)

  @OptionGroup var options: IdentityOptions

  @Argument(help: "The files to load.", completion: .file())
  var files: [String]

  @Option(help: "The format of all files: csv, jsonl or parquet. (default: by each file's name)")
  var format: LoadFormat?

  @OptionGroup var text: EncodingOption

  @Flag(help: "Replace everyone in the graph instead of adding to them.")
  var replace = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one file to load.") }
  }

  func run() async throws {
    let folder = try options.folder.open()
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let loader = IdentityLoader(store: try await options.store(in: folder), settings: folder.engineSettings)
      let manifest = try await loader.load(
        files.map { LoadFile(url: URL(filePath: $0), displayName: $0, format: format, encoding: text.encoding) },
        into: options.scope,
        mode: replace ? .replace : .append
      ) { line.show($0.text) }
      line.clear()
      Output.line("\(options.marketplace): \(manifest.userText)")
    }
  }
}

/// `adyton identity show`
struct IdentityShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the size of a marketplace's identity graph, and the links by rule.",
    discussion: "Links that several users share are ambiguous: they match nobody.")

  @OptionGroup var options: IdentityOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let manifest = try await CommandFailure.refusing {
      try await options.store(in: options.folder.open()).manifest(options.scope)
    }
    let report = IdentityReport(marketplace: options.marketplace, manifest)
    guard json else { return Output.line(report.text) }
    try Output.json(report)
  }
}

/// `adyton identity delete`
struct IdentityDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Remove a marketplace's identity graph: from then on nobody is known.",
    discussion: "Records that were resolved before keep their users.")

  @OptionGroup var options: IdentityOptions

  func run() async throws {
    try await CommandFailure.refusing {
      let store = try await options.store(in: options.folder.open())
      let removed = try await removedText(store)
      try await store.delete(options.scope)
      Output.line("\(options.marketplace): removed \(removed)")
    }
  }
}

extension IdentityDeleteCommand {
  /// The graph that goes, in words. One that an earlier release made can't be read, but it can go.
  private func removedText(_ store: IdentityStore) async throws(StorageError) -> String {
    do throws(StorageError) {
      return try await store.manifest(options.scope).userText
    } catch {
      if error.damage != nil { return "a damaged graph" }
      guard error.code == .outdated else { throw error }
      return "the graph of an earlier release"
    }
  }
}

/// The output of `adyton identity show`.
private struct IdentityReport: Encodable {
  struct Rule: Encodable {
    let rule: String
    let linkCount: Int
    let ambiguousCount: Int
  }

  let marketplace: String
  let userCount: Int
  let rules: [Rule]

  init(marketplace: String, _ manifest: IdentityManifest) {
    self.marketplace = marketplace
    userCount = manifest.userCount
    rules = manifest.links.map {
      Rule(rule: $0.rule.rawValue, linkCount: $0.linkCount, ambiguousCount: $0.ambiguousCount)
    }
  }

  var text: String {
    let total = "\(marketplace): \(userCount.formatted()) users"
    let lines = rules.map { rule in
      let name = rule.rule.padding(toLength: 10, withPad: " ", startingAt: 0)
      return "  \(name)\(rule.linkCount.formatted()) links, \(rule.ambiguousCount.formatted()) ambiguous"
    }
    return ([total] + lines).joined(separator: "\n")
  }
}

extension IdentityManifest {
  fileprivate var userText: String { userCount == 1 ? "1 user" : "\(userCount.formatted()) users" }
}

extension IdentityLoader.Progress {
  fileprivate var text: String {
    switch self {
    case .checking(let file, let count, let fraction): "checking file \(file) of \(count): \(Int(fraction * 100)) %"
    case .converting(let file, let count, let fraction): "converting file \(file) of \(count): \(Int(fraction * 100)) %"
    case .writing(let file, let count): "writing \(file) of \(count)"
    }
  }
}
