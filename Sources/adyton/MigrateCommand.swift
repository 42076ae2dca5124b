import ArgumentParser
import Foundation
import Metadata
import Migration

/// `adyton migrate`: help for those who come from the retired instance-level API.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Find calls of the retired instance-level API, and correct bucket policies.",
    subcommands: [MigratePlanCommand.self, MigratePolicyCommand.self])
}

/// `adyton migrate plan`
struct MigratePlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Find calls of the retired instance-level API, and print what they become.",
    discussion: """
      Reads HAR files, Postman collections, access logs, logs with a JSON object a line, and source code of any language; \
      a folder stands for all files in it. Values of headers, queries and bodies are never printed.

      Exit codes: 0 the plan was printed, whether or not there are calls; 2 the command line is wrong, or a file can't be \
      read (the plan of the others is printed).
      """)

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(help: "What the files are: har, postman, log, jsonl or source. (default: seen from what is in them)")
  var kind: PlanSettings.Kind?

  @Option(help: "The region of the new API: NA, EU or FE. (default: as the old addresses tell)")
  var region: Region?

  @Option(name: .customLong("base-url"), help: "The base URL of the new API, where it is not Amazon's.")
  var baseURL: String?

  @Option(
    name: .customLong("instance"),
    help: ArgumentHelp(
      "The instance of all calls, or of those to one old address; may be given again.", valueName: "id|host=id"))
  var instances: [InstanceArgument] = []

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    guard instances.count(where: { $0.host == nil }) <= 1 else {
      throw ValidationError("Several instances need their hosts: --instance HOST=ID.")
    }
    if let baseURL, !baseURL.contains(#/^https?:\/\/[^\/?#]+\/?$/#) {
      throw ValidationError("--base-url takes an address such as https://amc.example.com.")
    }
  }

  func run() throws {
    let retired = try RetiredAPI.load()
    let line = ProgressLine()
    var reader = PlanReader(retired: retired, settings: settings) { file, fraction in
      line.show("reading \(file): \(Int(fraction * 100)) %")
    }
    for file in files { reader.read(file) }
    line.clear()
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      Output.line(String(decoding: try encoder.encode(PlanDocument(reader, retired: retired)), as: UTF8.self))
    } else {
      for text in PlanText(reader, retired: retired).lines { Output.line(text) }
    }
    if reader.files.contains(where: { $0.failure != nil }) { throw ExitCode(2) }
  }

  private var settings: PlanSettings {
    var settings = PlanSettings()
    settings.kind = kind
    settings.region = region
    settings.baseURL = baseURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    for instance in instances {
      if let host = instance.host {
        settings.instancesByHost[host.name] = instance.id
      } else {
        settings.instanceID = instance.id
      }
    }
    return settings
  }
}

/// `--instance ID` or `--instance HOST=ID`
struct InstanceArgument: ExpressibleByArgument {
  var host: InstanceHost?
  var id: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let id = parts.last, InstanceIDCheck.problem(with: id) == nil else { return nil }
    self.id = id
    guard parts.count == 2 else { return }
    let authority = parts[0].split(separator: "://").last?.split(separator: "/").first
    guard let host = authority.flatMap({ InstanceHost($0) }) else { return nil }
    self.host = host
  }
}

extension PlanSettings.Kind: ExpressibleByArgument {}
