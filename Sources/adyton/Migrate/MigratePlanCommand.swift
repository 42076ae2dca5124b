import ArgumentParser
import Foundation
import Metadata
import Migration

/// `adyton migrate plan`
struct MigratePlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Find calls of the retired instance-level API, and print the calls that replace them.",
    discussion: """
        adyton migrate plan src/ session.har access.log --region EU --instance shop

      Reads HAR files, Postman collections, access logs, logs with a JSON object a line, and source code of any \
      language; a folder stands for all files in it. Values of headers, queries and bodies are never printed.

      Exit codes: 0 the plan was printed, whether or not there are calls; 2 the command line is wrong, or a file can't \
      be read (the plan of the others is printed).
      """)

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(help: "The kind of all files. (default: seen from their content)")
  var kind: PlanSettings.Kind?

  @Option(help: "The region of the new API: NA, EU or FE. (default: the one that the old URLs name)")
  var region: Region?

  @Option(name: .customLong("base-url"), help: "The base URL of the new API, where it is not Amazon's.")
  var baseURL: String?

  @Option(
    help: ArgumentHelp("The id of the instance of all calls that --host does not name.", valueName: "instance"))
  var instance: String?

  @Option(
    name: .customLong("host"),
    help: ArgumentHelp("The host of an old URL, and its instance; may be given again.", valueName: "host=instance"))
  var hosts: [HostArgument] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let instance, let problem = InstanceIDCheck.problem(with: instance) { throw ValidationError(problem) }
    if let baseURL, !baseURL.contains(#/^https?:\/\/[^\/?#]+\/?$/#) {
      throw ValidationError("--base-url must be a URL such as https://amc.example.com.")
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
      try Output.json(PlanDocument(reader, retired: retired))
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
    settings.instanceID = instance
    for argument in hosts { settings.instancesByHost[argument.host.name] = argument.instanceID }
    return settings
  }
}

/// `--host HOST=INSTANCE`
struct HostArgument: ExpressibleByArgument {
  let host: InstanceHost
  let instanceID: String

  /// Takes a whole URL for the host as well.
  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, InstanceIDCheck.problem(with: parts[1]) == nil else { return nil }
    let authority = parts[0].split(separator: "://").last?.split(separator: "/").first
    guard let host = authority.flatMap({ InstanceHost($0) }) else { return nil }
    self.host = host
    instanceID = parts[1]
  }
}

extension PlanSettings.Kind: ExpressibleByArgument {}
