import ArgumentParser
import Foundation
import Metadata
import ObjectStorage
import Sandbox
import Warehouse

/// `adyton sandbox`: an instance full of synthetic signals.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Make an instance with synthetic signals, or a customer file of its people.",
    discussion: """
      Without a subcommand, makes an instance: `adyton sandbox --users 1000` is `adyton sandbox make --users 1000`.
      """,
    subcommands: [SandboxMakeCommand.self, SandboxPeopleCommand.self],
    defaultSubcommand: SandboxMakeCommand.self)
}

/// `adyton sandbox make`
struct SandboxMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Make an instance with synthetic signals.",
    discussion: """
        adyton sandbox make --instance trial --users 20000 --days 30

      Fills all tables that a sandbox has with events that fit each other: a click has its impression, a conversion \
      goes to the ad that its user saw last. The same users, days, seed and end date make the same files. Rows that \
      the tables held before are replaced. Makes also the identity graph of the people behind the users, of whom \
      `adyton sandbox people` prints a customer file.
      """)

  @Option(help: "The number of users.")
  var users = 20_000

  @Option(help: "The number of days of events.")
  var days = 30

  @Option(help: "The seed of all random choices.")
  var seed = 1

  @Option(help: "The id of the instance, which is made where there is none: up to 64 letters, digits, - and _.")
  var instance = "amcsandbox"

  @Flag(
    help: """
      Make a STANDARD instance with these signals, for clients that never send requireSyntheticData.
      """)
  var standard = false

  @Option(
    help: """
      The last day of events, as yyyy-MM-dd. Without it, the last day is yesterday (UTC), and moves with the clock of \
      the server.
      """)
  var endDate: String?

  @OptionGroup var privacy: PrivacyOptions
  @OptionGroup var folder: FolderOptions

  @OptionGroup(title: "Storage") var storage: StorageOptions

  @Flag(help: "Do nothing when there is a finished instance of that id. An interrupted one is made again.")
  var ifMissing = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Also measure how long the engine takes to write the same rows again.")
  var compareCopy = false

  func run() async throws {
    let settings = try sandboxSettings()
    if let problem = InstanceIDCheck.problem(with: instance) { throw CommandFailure.usage(problem) }
    let folder = try folder.open()
    let metadata = try folder.openMetadata()
    defer { try? metadata.close() }
    let objects = try await storage.open(in: folder, of: metadata)
    let making = SandboxMaking(folder: folder, metadata: metadata, storage: objects)
    guard try await registerInstance(making) else { return }
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let statistics = try await making.fill(instance, settings) { fraction in
        line.show("making \(instance): \(Int(fraction * 100)) %")
      }
      line.clear()
      let copySeconds =
        compareCopy
        ? try await CopyComparison(store: SignalStore(storage: making.storage), engine: folder.engineSettings)
          .seconds(for: statistics, instanceID: instance) : nil
      try show(SandboxReport(instance: instance, statistics: statistics, copySeconds: copySeconds))
    }
  }

  /// Records the instance. Returns false where nothing is to be done.
  private func registerInstance(_ making: SandboxMaking) async throws -> Bool {
    let provisioning = Provisioning(store: making.metadata)
    let kind: InstanceRecord.Kind = standard ? .standard : .sandbox
    try privacy.require(of: try await provisioning.instance(id: instance))
    switch try await making.state(of: instance, kind: kind) {
    case .missing:
      _ = try await provisioning.createInstance(
        id: instance, name: "Sandbox", kind: kind, isEmpty: false, hasSyntheticSignals: true,
        privacy: privacy.value)
      return true
    case .ofOtherKind:
      throw CommandFailure.refused(
        "'\(instance)' is a \(standard ? "sandbox" : "standard instance with synthetic signals"). Name another one.")
    case .notASandbox where ifMissing, .finished where ifMissing:
      return false
    case .notASandbox:
      throw CommandFailure.refused(
        "'\(instance)' is a standard instance, whose signals are not replaced by synthetic ones. Name another one.")
    case .withoutPeople where ifMissing:
      throw CommandFailure.refused(
        """
        The sandbox '\(instance)' has no people: it was never filled, or interrupted while it was made. The command \
        without --if-missing makes it again, and replaces the signals that it has.
        """)
    case .interrupted:
      try await making.resume(instance)
      try await provisioning.addSandboxAdvertisers(instanceID: instance)
      return true
    case .withoutPeople, .finished:
      try await provisioning.addSandboxAdvertisers(instanceID: instance)
      return true
    }
  }

  private func sandboxSettings() throws -> SandboxSettings {
    let yesterday = Date(timeIntervalSinceNow: -86_400).formatted(.iso8601.year().month().day())
    do throws(InvalidSandboxSettings) {
      var settings = try SandboxSettings(users: users, days: days, seed: seed, endDate: endDate ?? yesterday)
      settings.movesWithClock = endDate == nil
      return settings
    } catch {
      throw CommandFailure.usage(error.message)
    }
  }

  private func show(_ report: SandboxReport) throws {
    if json { try Output.json(report) } else { Output.line(report.text) }
  }
}

/// The output of `adyton sandbox make`.
struct SandboxReport: Encodable {
  let instance: String
  let tables: [SandboxStatistics.Table]
  let rowCount: Int
  let peopleCount: Int
  let seconds: Double
  let rowsPerSecond: Double
  /// Seconds that the engine takes to write the same rows again; only where that was measured.
  let copySeconds: Double?
  /// Rows a second of the generation over those of the writing.
  let ratio: Double?

  init(instance: String, statistics: SandboxStatistics, copySeconds: Double?) {
    self.instance = instance
    tables = statistics.tables
    rowCount = statistics.rowCount
    peopleCount = statistics.peopleCount
    seconds = statistics.seconds
    rowsPerSecond = statistics.rowsPerSecond
    self.copySeconds = copySeconds
    ratio = copySeconds.map { $0 / statistics.seconds }
  }

  var text: String {
    let width = tables.map(\.name.count).max() ?? 0
    let lines = tables.map { table in
      let rows = table.rowCount.formatted()
      let megabytes = (Double(table.byteCount) / 1_000_000).formatted(.number.precision(.fractionLength(1)))
      let name = table.name + String(repeating: " ", count: width - table.name.count)
      return "\(name)  \(rows.padded(to: 13)) rows  \(megabytes.padded(to: 9)) MB  \(table.fileCount) files"
    }
    let total = "\(rowCount.formatted()) rows in \(seconds.formatted(.number.precision(.fractionLength(1)))) s"
    let comparison = ratio.map { ", \($0.formatted(.number.precision(.fractionLength(2)))) of a plain COPY's speed" }
    let people = "\(peopleCount.formatted()) people in the identity graph"
    return (lines + [people, "\(instance): \(total)\(comparison ?? "")"]).joined(separator: "\n")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
