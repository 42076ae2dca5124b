public import ArgumentParser
import Catalog
import Foundation
import ObjectStorage
public import Warehouse

/// `adyton load`: files become signals of an instance.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load files as signals of an instance, all of them or nothing.",
    discussion: """
      TABLE is a data source that holds signals, such as dsp_impressions or conversions, or one of user_preferences and
      sensitive_asins. FILE is Parquet, CSV with a header, or JSON lines; CSV and JSON lines may be compressed (.gz).

      Columns are matched by name, letter case aside. A column that no file has is NULL, but for user_id and the event
      time, which are needed; date, day, hour and local times are derived from the event time. User ids are replaced by
      keys of the instance and are not stored.

      A file with an unknown column, or with a value that does not fit its column, is refused with file, line and column,
      and nothing of the load stays. Exit codes: 0 loaded, 1 refused, 2 usage.
      """)

  @Argument(help: "The data source to load into.")
  var table: String

  @Argument(help: "The files to load.", completion: .file())
  var files: [String]

  @Option(help: "The id of the instance: up to 64 letters, digits, - and _.")
  var instance: String

  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).", completion: .directory)
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Option(help: "The format of all files: csv, jsonl or parquet. (default: by each file's name)")
  var format: LoadFormat?

  @OptionGroup(title: "Storage") var storage: StorageOptions

  @Flag(help: "Take the place of all rows of the table, and do not join them.")
  var replace = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one file to load.") }
  }

  func run() async throws {
    let source = try CommandTables.source(named: table)
    let folder = try DataFolder(path: data)
    try await checkInstance(in: folder)
    let line = ProgressLine()
    do {
      let loader = SignalLoader(
        store: SignalStore(storage: try storage.open(in: folder)), settings: folder.engineSettings)
      let summary = try await loader.load(
        files.map { LoadFile(url: URL(filePath: $0), displayName: $0, format: format) }, into: source,
        instanceID: instance, mode: replace ? .replace : .append
      ) { line.show($0.text) }
      line.clear()
      summary.notes.forEach { CommandFailure.print("note: \($0)") }
      print("\(source.name): \(summary.text)")
    } catch let refusal as LoadRefusal {
      line.clear()
      throw CommandFailure.refused(refusal.description)
    } catch let error as any CustomStringConvertible & Error {
      line.clear()
      throw CommandFailure.refused("\(error)")
    }
  }
}

extension LoadCommand {
  private func checkInstance(in folder: DataFolder) async throws {
    let store = try folder.openMetadata()
    guard try await Provisioning(store: store).instance(id: instance) == nil else { return }
    throw CommandFailure.usage(
      """
      There is no instance '\(instance)' in \(data). `adyton admin instance list` shows those that there are; \
      `adyton admin instance create --id \(instance) --name NAME` makes it.
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

/// The tables that commands can write.
enum CommandTables {
  /// The table of that name. Ends the command with a suggestion where there is none.
  static func source(named name: String) throws -> DataSource {
    let catalogue = Catalogue.standard
    let tables = catalogue.dataSources.filter { !$0.isForAudiences } + InternalTables.all
    if let source = tables.first(where: { $0.name == name.lowercased() }) { return source }
    if let audience = catalogue.dataSource(named: name) {
      throw CommandFailure.usage("'\(audience.name)' follows from '\(audience.baseName)'; load that one.")
    }
    let nearest = Suggestion.nearest(to: name, among: tables.map(\.name))
    throw CommandFailure.usage("There is no table '\(name)'.\(nearest.map { " Did you mean '\($0)'?" } ?? "")")
  }
}
