public import ArgumentParser
import Foundation
import Metadata
import ObjectStorage
public import Warehouse

/// `adyton load`: files become signals of an instance.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load files as signals of an instance, all of them or nothing.",
    discussion: """
        adyton load conversions orders.csv.gz more.parquet --instance shop

      TABLE is a data source that holds signals, such as dsp_impressions or conversions, or one of user_preferences \
      and sensitive_asins. FILE is Parquet, CSV with a header, or JSON lines; CSV and JSON lines may be compressed \
      (.gz). Text is UTF-8 unless --encoding says another.

      Columns are matched by name, letter case aside. A column that no file has is NULL, but for user_id and the event \
      time, which are needed; date, day, hour and local times are derived from the event time. User ids are replaced \
      by keys of the instance and are not stored.

      A file with an unknown column, or with a value that does not fit its column, is refused with file, line and \
      column, and nothing of the load stays. Exit codes: 0 loaded, 1 refused, 2 the command line is wrong.
      """)

  @Argument(help: "The data source to load into.")
  var table: String

  @Argument(help: "The files to load.", completion: .file())
  var files: [String]

  @OptionGroup var instance: InstanceOption
  @OptionGroup var folder: FolderOptions

  @Option(help: "The format of all files: csv, jsonl or parquet. (default: by each file's name)")
  var format: LoadFormat?

  @OptionGroup var text: EncodingOption

  @OptionGroup(title: "Storage") var storage: StorageOptions

  @Flag(help: "Replace all rows of the table instead of adding to them.")
  var replace = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one file to load.") }
  }

  func run() async throws {
    let source = try CommandTables.source(named: table)
    let folder = try folder.open()
    let metadata = try folder.openMetadata()
    try await checkInstance(in: metadata)
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let loader = SignalLoader(
        store: SignalStore(storage: try await storage.open(in: folder, of: metadata)), settings: folder.engineSettings)
      let summary = try await loader.load(
        files.map { LoadFile(url: URL(filePath: $0), displayName: $0, format: format, encoding: text.encoding) },
        into: source,
        instanceID: instance.id, mode: replace ? .replace : .append
      ) { line.show($0.text) }
      line.clear()
      summary.notes.forEach { CommandFailure.print("note: \($0)") }
      Output.line("\(source.name): \(summary.text)")
    }
  }
}

extension LoadCommand {
  private func checkInstance(in store: MetadataStore) async throws {
    guard try await Provisioning(store: store).instance(id: instance.id) == nil else { return }
    throw CommandFailure.usage(
      """
      There is no instance '\(instance.id)' in \(self.folder.data). `adyton admin instance list` shows those that \
      there are; `adyton admin instance create --id \(instance.id) --name NAME` makes it.
      """)
  }
}

extension LoadFormat: ExpressibleByArgument {}

extension SignalLoader.Summary {
  fileprivate var text: String {
    let rows = rowCount == 1 ? "1 row" : "\(rowCount.formatted()) rows"
    guard dayCount > 0 else { return "loaded \(rows)" }
    return "loaded \(rows) on \(dayCount == 1 ? "1 day" : "\(dayCount) days")"
  }
}

extension SignalLoader.Progress {
  fileprivate var text: String {
    switch self {
    case .checking(let file, let count, let fraction): "checking file \(file) of \(count): \(Int(fraction * 100)) %"
    case .converting(let file, let count, let fraction): "converting file \(file) of \(count): \(Int(fraction * 100)) %"
    case .sorting(let day, let count): "sorting day \(day) of \(count)"
    }
  }
}
