import AMCSQL
import ArgumentParser
import Base
import Catalog
import Dialects
import Foundation
import Privacy

/// `adyton check`: AMC SQL checked without running it.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check AMC SQL without running it.",
    discussion: """
        adyton check report.sql --param campaign=Autumn

      Each problem is shown as file:line:column: code: text, with the line and a mark below the position. A file named \
      `-` is standard input. A custom parameter without a value is a note, not a problem.

      Exit codes: 0 no problem in any file; 1 a problem in at least one; 2 the command line is wrong, or a file can't \
      be read.
      """)

  @Argument(help: ArgumentHelp("Files with one query each.", valueName: "file"))
  var files: [String]

  @Flag(help: "Check for rule-based audiences instead of measurement.")
  var audience = false

  @Option(help: "The type of the advertiser that the audience is for.")
  var advertiserType = AdvertiserTypeArgument.display

  @Option(
    name: .customLong("param"),
    help: ArgumentHelp(
      "The value of a custom parameter; a JSON list, number or boolean is read as one, anything else as text.",
      valueName: "name=value"))
  var parameters: [ParameterArgument] = []

  @Option(
    help: ArgumentHelp(
      """
      A file of tables that queries may name beside AMC's: for each column a line with table, column, type, \
      aggregation threshold, and `user`, `time` or nothing, between tabs.
      """,
      valueName: "file"))
  var tables: String?

  @Flag(help: "Check for a sandbox instance with disableAggregationControls: rows of single users may be shown.")
  var withoutAggregationControls = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let catalogue = try catalogue()
    var results: [FileResult] = []
    for file in files { results.append(try await check(file, against: catalogue)) }
    if json {
      try printJSON(results)
    } else {
      for result in results { printText(result) }
    }
    if results.contains(where: \.isRefused) { throw ExitCode(1) }
  }

  struct FileResult {
    var file: String
    var text: String
    var diagnostics: [Diagnostic]

    var isRefused: Bool { diagnostics.contains { $0.severity == .error } }
  }

  private func catalogue() throws -> Catalogue {
    guard let tables else { return .standard }
    let text = try read(tables)
    do throws(TabSeparatedTableError) {
      return try DeclaredTables(text, file: tables).catalogue()
    } catch {
      throw CommandFailure.unreadable(
        error.line.map { "\(tables):\($0)" } ?? tables,
        "a line has a table, a column, a type, a threshold, and user, time or nothing.")
    }
  }

  private func check(_ file: String, against catalogue: Catalogue) async throws -> FileResult {
    let text = try read(file)
    let values = Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let context = BindingContext(
      catalogue: catalogue, timeWindow: nil, parameters: values, missingParameters: .noted, now: Date())
    var controls = AggregationControls()
    controls.areDisabled = withoutAggregationControls
    let purpose = audience ? Purpose.audience(advertiserType.value) : .measurement
    do throws(QueryRefusal) {
      let notes = try await QueryCompiler().compile(text, for: purpose, in: context, controls: controls).notes
      return FileResult(file: file, text: text, diagnostics: notes)
    } catch {
      return FileResult(file: file, text: text, diagnostics: error.diagnostics)
    }
  }

  private func read(_ file: String) throws -> String {
    let data: Data?
    if file == "-" {
      data = try? FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      data = FileManager.default.contents(atPath: file)
    }
    guard let data else { throw CommandFailure.unreadable(file, "the file can't be read.") }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure.unreadable(file, "the file is not UTF-8 text.")
    }
    return text
  }

  // MARK: Output

  private func printText(_ result: FileResult) {
    let renderer = DiagnosticRenderer(file: result.file, text: result.text)
    for diagnostic in result.diagnostics { Output.line(renderer.render(diagnostic)) }
    if result.diagnostics.isEmpty { Output.line("\(result.file): ok") }
  }

  private func printJSON(_ results: [FileResult]) throws {
    let files = results.map { result -> JSONObject in
      ["file": result.file, "ok": !result.isRefused, "diagnostics": result.diagnostics.map(Self.object)]
    }
    try Output.json(files)
  }

  private static func object(_ diagnostic: Diagnostic) -> JSONObject {
    [
      "code": diagnostic.code.rawValue, "severity": diagnostic.severity.rawValue, "message": diagnostic.message,
      "hint": diagnostic.hint, "span": diagnostic.span,
    ]
  }
}

/// `--advertiser-type`
enum AdvertiserTypeArgument: String, ExpressibleByArgument, CaseIterable {
  case display
  case sponsoredAds = "sponsored-ads"

  var value: AdvertiserType {
    switch self {
    case .display: .display
    case .sponsoredAds: .sponsoredAds
    }
  }
}

/// `--param NAME=VALUE`
struct ParameterArgument: ExpressibleByArgument {
  var name: String
  var value: ParameterValue

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    let text = String(argument[argument.index(after: sign)...])
    value = Self.value(of: text)
  }

  private static func value(of text: String) -> ParameterValue {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]),
      let value = value(of: object, text)
    else { return .string(text) }
    return value
  }

  private static func value(of object: Any, _ text: String) -> ParameterValue? {
    switch object {
    case is NSNull: return .null
    case let text as String: return .string(text)
    case let list as [Any]:
      let values = list.compactMap { value(of: $0, "\($0)") }
      return values.count == list.count ? .array(values) : nil
    case let flag as Bool where text == "true" || text == "false": return .boolean(flag)
    case let number as NSNumber: return Int64(text).map { .integer($0) } ?? .decimal(number.stringValue)
    default: return nil
    }
  }
}
