import ArgumentParser
import FirstPartyData
import Foundation
import ObjectStorage
import Warehouse

/// `adyton hash`: a customer file becomes one that can be uploaded.
struct HashCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash",
    abstract: "Standardise and hash the identifiers of a customer file.",
    discussion: """
        adyton hash customers.csv --map "Mobile Phone=PHONE" --map mail=EMAIL \\
          --country DE --keep order_id

      FILE is CSV with column names in the first line; it may be compressed (.gz), and is UTF-8 unless --encoding says \
      another. --map says which columns hold identifiers; without it, that is guessed from their names, and a guess \
      counts only where the column holds such values. KIND is one of EMAIL, PHONE, FIRST_NAME, \
      LAST_NAME, ADDRESS, CITY, STATE and ZIP, which are standardised and hashed with SHA-256, or MAID, LIVERAMP and \
      EXPERIAN, which are uploaded as they are. Values that are hashed already stay.

      The result has the mapped columns, the one with the country, and those that --keep names. A value that has no \
      standard form is left empty and counted. The result appears when it is whole, and the file itself is not \
      touched. Exit codes: 0 done, 1 refused, 2 the command line is wrong.
      """)

  @Argument(help: "The customer file.", completion: .file())
  var file: String

  @Option(
    name: .customLong("map"),
    help: ArgumentHelp("The kind of identifier in a column; may be given again.", valueName: "COLUMN=KIND"),
    transform: HashMapping.Entry.init)
  var entries: [HashMapping.Entry] = []

  @Option(help: "The country of rows that say none: its code or name.")
  var country: String?

  @Option(help: "The column with each row's country, as a code of two or three letters or a name.")
  var countryColumn: String?

  @Option(help: "A column that the result keeps as it is; may be given again.")
  var keep: [String] = []

  @Flag(help: "Keep all columns but those that --drop names.")
  var keepAll = false

  @Option(help: "A column that the result does not have; may be given again.")
  var drop: [String] = []

  @Option(
    name: .shortAndLong, help: "The file for the result. (default: FILE's name with -hashed)", completion: .file())
  var output: String?

  @Flag(help: "Replace a file that is there already.")
  var overwrite = false

  @Option(help: "The format of the file.")
  var format: HashFormat = .csv

  @OptionGroup var text: EncodingOption

  @Option(help: "The separator of values in the file: one to four characters, or tab.")
  var delimiter = ","

  func validate() throws {
    if let country, CountryCode.standardised(country) == nil {
      throw ValidationError("--country takes a country: a code of ISO 3166-1, such as US, GB or DE, or a name.")
    }
    if drop.contains(where: keep.contains) { throw ValidationError("A column can't be both kept and dropped.") }
  }

  func run() async throws {
    let target = try HashTarget(input: file, output: output, overwrites: overwrite)
    let area = try target.makeWorkArea()
    let interruption = Interruption { target.remove(area) }
    defer {
      interruption.stop()
      target.remove(area)
    }
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let customers = try await CustomerFile(
        url: target.input, displayName: file, encoding: text.encoding, shape: try shape(), area: area,
        settings: settings(spillingIn: area.folder))
      let names = try await customers.columnNames()
      var mapping = try HashMapping(
        names: names, entries: entries, countryColumn: countryColumn, hasCountry: country != nil)
      try mapping.drop(guessesWithoutValues: try await customers.columnsOfOtherValues(mapping.guesses))
      let plan = try plan(mapping)
      let result = try area.file(target.isCompressed ? "result.csv.gz" : "result.csv")
      let summary = try await customers.write(plan, to: result) { line.show("hashing: \(Int($0 * 100)) %") }
      line.clear()
      try target.publish(result.url)
      HashReport(plan: plan, summary: summary, output: target.output.path(percentEncoded: false)).print()
    }
  }
}

/// The formats of customer files.
enum HashFormat: String, ExpressibleByArgument, CaseIterable {
  case csv
}

extension HashCommand {
  /// The memory of the engine for the file and its result on the way to the disk, in bytes.
  private static let memoryLimitBytes = 512 << 20

  private func shape() throws -> CSVShape {
    do {
      return try CSVShape(fieldDelimiter: delimiter == "tab" ? "\t" : delimiter)
    } catch {
      throw CommandFailure.usage("--delimiter: \(error.message)")
    }
  }

  private func settings(spillingIn folder: URL) -> EngineSettings {
    let process = ProcessInfo.processInfo
    return EngineSettings(
      threads: min(process.activeProcessorCount, EngineSettings.largestThreadCount),
      memoryLimitBytes: Self.memoryLimitBytes, spillFolder: folder.appending(path: "spill"), timeLimit: nil)
  }

  private func plan(_ mapping: HashMapping) throws -> HashingPlan {
    if entries.isEmpty {
      var guesses = mapping.identifiers.map { "'\($0.name)' as \($0.kind.rawValue)" }
      if countryColumn == nil, let index = mapping.countryIndex {
        guesses.append("'\(mapping.names[index])' as country")
      }
      CommandFailure.print("note: taken by their names: \(guesses.joined(separator: ", "))")
    }
    let kept = Set(try keep.map(mapping.index))
    let dropped = Set(try drop.map(mapping.index))
    var columns: [HashingPlan.Column] = []
    var left: [String] = []
    for (index, name) in mapping.names.enumerated() {
      let use = mapping.uses[index] ?? .other
      if dropped.contains(index) || (use == .other && !keepAll && !kept.contains(index)) {
        left.append(name)
      } else {
        columns.append(HashingPlan.Column(index: index, name: name, use: use))
      }
    }
    if !left.isEmpty {
      CommandFailure.print("note: not in the result: \(HashMapping.list(left))")
    }
    warn(mapping)
    guard !columns.isEmpty else { throw CommandFailure.usage("No column is left for the result.") }
    return HashingPlan(
      columns: columns, countryColumn: mapping.countryIndex, countryCode: CountryCode.standardised(country))
  }

  private func warn(_ mapping: HashMapping) {
    for (name, kind) in mapping.identifiers where !kind.isHashed {
      CommandFailure.print("note: '\(name)' stays as it is: \(kind.rawValue) is uploaded without hashing")
    }
    let regional: Set<IdentifierKind> = [.phone, .address, .state, .zip]
    if country == nil, mapping.countryIndex == nil, mapping.identifiers.contains(where: { regional.contains($0.kind) })
    {
      CommandFailure.print(
        "note: without --country or --country-column, telephone numbers need their calling code, and addresses, states "
          + "and postal codes are standardised by rules that are not those of their country")
    }
  }
}
