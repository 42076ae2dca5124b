import AdvertiserData
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Logging
import Measurement
import Metadata
import Migration

/// `adyton import`
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import workflows, schedules and data sets that were exported from the retired instance-level API.",
    discussion: """
        adyton import export/ --instance shop --dry-run

      Takes the responses of the old API to GET as they were: single ones or lists, a JSON document a file or a JSON \
      object a line; a folder stands for the .json, .jsonl and .ndjson files in it. Workflows are compiled before they \
      are saved. Data sets arrive as legacy: their names are kept, and queries that use them are refused with advice. \
      Importing the same again changes nothing.

      Exit codes: 0 everything is there now; 1 something could not be imported, or is there with another content; 2 \
      the command line is wrong, or a file can't be read.
      """)

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "file"), completion: .file())
  var files: [String]

  @OptionGroup var instance: InstanceOption
  @OptionGroup var folder: FolderOptions

  @Flag(name: .customLong("dry-run"), help: "Check everything, and write nothing.")
  var dryRun = false

  @Flag(help: "Replace workflows and schedules of the same id.")
  var replace = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup(title: "Storage") var storage: StorageOptions

  func run() async throws {
    var reader = ExportReader()
    for file in files { reader.read(file) }
    let folder = try folder.open()
    let store = try folder.openMetadata()
    guard let record = try await Provisioning(store: store).instance(id: instance.id) else {
      throw CommandFailure.refused(
        "There is no instance `\(instance.id)`. `adyton admin instance list` shows those that there are.")
    }
    let line = ProgressLine()
    let report = try await Importer(
      try await services(in: folder, store), into: record, replaces: replace, isDryRun: dryRun
    ).run(reader.items, problems: reader.problems) { done, count in line.show("importing: \(done) of \(count)") }
    line.clear()
    try print(report)
    try store.close()
    if report.problems.contains(where: \.isFailure) { throw ExitCode(2) }
    if !report.isWhole { throw ExitCode(1) }
  }

  private func services(in folder: DataFolder, _ store: MetadataStore) async throws -> Importer.Services {
    let clock = SystemClock()
    let queries = try QueryServices.make(
      store: store, objects: try await storage.open(in: folder, of: store),
      settings: engine.settings(in: folder.spillFolder), fileLimits: engine.fileLimits,
      logger: Logger(label: "adyton"), clock: clock)
    return Importer.Services(
      store: store, workflows: WorkflowService(store: store, queries: queries, clock: clock),
      schedules: ScheduleService(store: store, clock: clock),
      dataSets: DataSetService(store: store, rows: NoDataSetStorage(), clock: clock), clock: clock)
  }

  // MARK: Output

  private func print(_ report: ImportReport) throws {
    guard !json else { return try Output.json(report) }
    for problem in report.problems {
      CommandFailure.print("\(problem.place): \(problem.code.rawValue): \(problem.text)")
    }
    for item in report.items { printItem(item) }
    for kind in ExportedItem.Kind.allCases {
      guard let counts = report.counts[kind.rawValue] else { continue }
      let parts = ImportReport.Outcome.allCases.compactMap { outcome in
        counts[outcome.rawValue].map { "\($0) \(outcome.rawValue)" }
      }
      Output.line(
        "\(kind.rawValue)s: \(parts.joined(separator: ", "))\(dryRun ? " (dry run: nothing was written)" : "")")
    }
    if report.items.isEmpty { Output.line("Nothing to import was found.") }
  }

  private func printItem(_ item: ImportReport.Item) {
    let name = "\(item.kind.rawValue) \(item.id ?? "without an id") (\(item.place))"
    if item.outcome != .unchanged { Output.line("\(name): \(item.outcome.rawValue)") }
    if item.diagnostics.isEmpty, let code = item.code { Output.line("  \(code): \(item.text ?? "")") }
    for found in item.diagnostics {
      Output.line("  sqlQuery:\(found.line):\(found.column): \(found.code): \(found.text)")
    }
    if !item.leftOut.isEmpty, item.kind != .dataSet, item.outcome != .unchanged {
      Output.line("  left out: \(item.leftOut.joined(separator: ", "))")
    }
  }
}
