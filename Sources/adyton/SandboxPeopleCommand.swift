import ArgumentParser
import Foundation
import ObjectStorage
import Sandbox
import Warehouse

/// `adyton sandbox people`: the customers of a sandbox's advertiser, as a customer file.
struct SandboxPeopleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people",
    abstract: "Print a customer file of synthetic people, most of whom the sandbox knows.",
    discussion: """
      CSV with a header: e-mail address, phone, name, postal address and MAID as people write them, and three columns of
      the advertiser's own. `adyton hash` makes of it what can be uploaded. Of each hundred customers the sandbox knows
      exactly eighty: most by e-mail address, some by phone, postal address or device. E-mail addresses are at example
      domains, and phone numbers are set aside for fiction.
      """)

  /// Enough for the figures of each loyalty tier to reach the aggregation thresholds.
  static let defaultCount = 5_000

  @Option(help: "The id of the sandbox.")
  var instance = "amcsandbox"

  @Option(help: "How many customers.")
  var count = defaultCount

  @Option(name: .shortAndLong, help: "The file to write. (default: standard output)", completion: .file())
  var output: String?

  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).", completion: .directory)
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func run() async throws {
    if let problem = InstanceIDCheck.problem(with: instance) { throw CommandFailure.usage(problem) }
    let folder = try DataFolder(path: data)
    do {
      let storage = try storage.open(in: folder)
      let people = try await SandboxPeople.ofInstance(instance, count: count, in: storage)
      let area = try await storage.stage()
      defer { area.discard() }
      let file = try area.location(of: "people.csv")
      try await people.writeCustomers(count, to: file, engine: folder.engineSettings)
      try deliver(file.fileURL)
    } catch let error as InvalidSandboxSettings {
      throw CommandFailure.refused(error.message)
    } catch let error as any CustomStringConvertible & Error {
      throw CommandFailure.refused("\(error)")
    }
  }

  /// Gives the finished file to whom it is for: an output file is there whole or as it was.
  private func deliver(_ file: URL) throws {
    guard let output else {
      let handle = try FileHandle(forReadingFrom: file)
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        try FileHandle.standardOutput.write(contentsOf: chunk)
      }
      return
    }
    try Data(contentsOf: file, options: .mappedIfSafe).write(to: URL(filePath: output), options: .atomic)
    Output.line("\(output): \(count.formatted()) customers")
  }
}
